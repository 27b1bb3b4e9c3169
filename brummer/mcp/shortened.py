"""Arguments of calls as they may be shown and kept: short, and without secrets."""

import json
from collections.abc import Mapping
from itertools import islice
from typing import Final

from brummer.core.secret import MASK, is_secret, without_secrets

#: Characters of all arguments of a call, and of one value.
MOST: Final = 500
_VALUE: Final = 200

#: Characters of a sentence that are read.
_READ: Final = 500

#: Arguments that are shown, and how deep.
_ITEMS: Final = 20
_DEPTH: Final = 4

#: Characters that each value, name and bracket takes at least.
_LEAST: Final = 4

#: The largest whole number that is shown.
_LARGEST: Final = 10**30

#: An argument that says that another is a secret.
HIDDEN: Final = "hidden"

#: What is shown of a call with that: a secret may be called anything, by mistake.
_OPEN: Final = frozenset({HIDDEN, "process", "processId", "instance", "enter"})


def shortened(arguments: Mapping[str, object]) -> str:
    """Return *arguments* as JSON of at most :data:`MOST` characters.

    Masked are values under names that look secret, what looks like one inside of
    others, and what is typed into a process when that is to stay hidden.  No more is
    looked at than is shown: whoever calls may send megabytes.
    """
    public = dict(islice(arguments.items(), _ITEMS))
    if arguments.get(HIDDEN):
        public = {name: v if name in _OPEN else MASK for name, v in public.items()}
    shown = _Shortening().table(public, _DEPTH)
    text = _sound(json.dumps(shown, ensure_ascii=False, default=repr))
    if len(arguments) > _ITEMS:
        text += f" and {len(arguments) - _ITEMS} more"
    return text if len(text) <= MOST else f"{text[: MOST - 3]}..."


class _Shortening:
    """Shortens values until there is no room for more."""

    def __init__(self) -> None:
        self._room = MOST

    def table(self, values: Mapping[str, object], depth: int) -> dict[str, object]:
        """Return the first of *values*, by name."""
        found: dict[str, object] = {}
        for name, value in values.items():
            if self._room <= 0:
                break
            key = _cut(str(name))
            self._room -= len(key) + _LEAST
            found[key] = self._value(key, value, depth)
        return found

    def _value(self, name: str, value: object, depth: int) -> object:
        self._room -= _LEAST
        if is_secret(name) and not isinstance(value, bool) and value not in (None, ""):
            return MASK
        if isinstance(value, str):
            short = line(value)
            self._room -= len(short)
            return short
        if isinstance(value, Mapping):
            return self.table(value, depth - 1) if depth else "..."
        if isinstance(value, list):
            return self._items(name, value, depth - 1) if depth else "..."
        # One may have as many digits as it likes.
        is_long = isinstance(value, int) and abs(value) > _LARGEST
        return "..." if is_long else value

    def _items(self, name: str, values: list[object], depth: int) -> list[object]:
        found: list[object] = []
        before: object = None
        for value in values:
            if self._room <= 0:
                break
            # Words of a command: what follows ``--password`` is one.
            whose = str(before) if _is_secret_option(before) else name
            found.append(self._value(whose, value, depth))
            before = value
        return found


def _is_secret_option(word: object) -> bool:
    """Whether *word* says that the next one of a command is a secret."""
    if not isinstance(word, str) or not word.startswith("-"):
        return False
    option = word[:_VALUE]
    return "=" not in option and is_secret(option)


def line(text: str, most: int = _VALUE) -> str:
    """Return *text* with at most so many characters, and without secrets."""
    # A little more, for secrets that begin before the end.
    return _cut(without_secrets(_sound(text[: 2 * most])), most)


def sentence(text: str) -> str:
    """Return why something went wrong, or the beginning of it, as such a line."""
    return line(" ".join(text[:_READ].split()))


def _sound(text: str) -> str:
    """Return *text* without halves of characters, which cannot be written."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _cut(text: str, most: int = _VALUE) -> str:
    return text if len(text) <= most else f"{text[: most - 3]}..."
