"""Arguments of calls as they may be shown and kept: short, and without secrets."""

import json
from collections.abc import Mapping
from itertools import islice
from typing import Final

from brummer.core.secret import MASK, is_secret, without_secrets

#: Characters of all arguments of a call, and of one value.
MOST: Final = 500
_VALUE: Final = 200

#: Items of a list or a table that are shown, and how deep.
_ITEMS: Final = 20
_DEPTH: Final = 4

#: Characters of a value that are looked at.
_LOOKED_AT: Final = 2_000

#: An argument that says that another is a secret, and which.
_HIDDEN: Final = "hidden"
_TYPED: Final = "text"


def shortened(arguments: Mapping[str, object]) -> str:
    """Return *arguments* as JSON of at most :data:`MOST` characters.

    Masked are values under names that look secret, what looks like one inside of
    others, and what is typed into a process when that is to stay hidden.
    """
    public = dict(islice(arguments.items(), _ITEMS))
    if arguments.get(_HIDDEN) and _TYPED in public:
        public[_TYPED] = MASK
    shown = {str(name): _public(str(name), v, _DEPTH) for name, v in public.items()}
    text = json.dumps(shown, ensure_ascii=False, default=repr, separators=(", ", ": "))
    if len(arguments) > _ITEMS:
        text += f" and {len(arguments) - _ITEMS} more"
    return text if len(text) <= MOST else f"{text[: MOST - 3]}..."


def _public(name: str, value: object, depth: int) -> object:
    if is_secret(name) and not isinstance(value, bool) and value not in (None, ""):
        return MASK
    if isinstance(value, str):
        return line(value)
    if not isinstance(value, Mapping | list):
        return value
    if not depth:
        return "..."
    if isinstance(value, Mapping):
        some = islice(value.items(), _ITEMS)
        return {_cut(str(k)): _public(str(k), v, depth - 1) for k, v in some}
    return [_public(name, v, depth - 1) for v in value[:_ITEMS]]


def line(text: str, most: int = _VALUE) -> str:
    """Return *text* with at most so many characters, and without secrets."""
    return _cut(without_secrets(text[:_LOOKED_AT]), most)


def _cut(text: str, most: int = _VALUE) -> str:
    return text if len(text) <= most else f"{text[: most - 3]}..."
