"""Patterns for files: ``src/**/*.py``, ``web/*.{ts,tsx}``, ``docs``."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

#: One step of a pattern: any folders, a name's wildcards, or a character.
_TOKEN: Final = re.compile(r"\*\*/|\*\*|\*|\?|\[!?\]?[^\]]*\]|.", re.DOTALL)

_BRACES: Final = re.compile(r"\{([^{}]*)\}")

_WILD: Final = re.compile(r"[*?\[]")

#: Patterns that one with braces may stand for.
MOST: Final = 200


def spelled_out(pattern: str) -> Iterator[str]:
    """Yield *pattern* without braces: ``*.{a,b}`` is ``*.a`` and ``*.b``.

    Of very many it is the first :data:`MOST`.
    """
    rest, count = [pattern], 0
    while rest and count < MOST:
        present = rest.pop()
        found = _BRACES.search(present)
        if found is None:
            count += 1
            yield present
        else:
            head, tail = present[: found.start()], present[found.end() :]
            choices = found[1].split(",")[:MOST]
            rest.extend(f"{head}{choice}{tail}" for choice in reversed(choices))


def matcher(patterns: Iterable[str], *, anywhere: bool = False) -> re.Pattern[str]:
    """Return what matches paths that one of *patterns* means, with ``/`` in them.

    A pattern that matches a folder means all that is in it.  One without a slash
    is about the top folder or, as git reads it, *anywhere*.
    """
    texts = [_cleaned(text) for one in patterns for text in spelled_out(one)]
    starts = ["(?:.*/)?" if anywhere and "/" not in text else "" for text in texts]
    either = "|".join(map(str.__add__, starts, map(_expression, texts)))
    return re.compile(either or "(?!)", re.DOTALL)


def base(pattern: str) -> tuple[str, bool]:
    """Return the folder that *pattern* is about, and whether it goes deeper.

    ``src/*.py`` is about ``src`` and no deeper, ``src`` alone goes deeper.
    """
    steps = _cleaned(pattern).split("/")
    fixed = 0
    while fixed < len(steps) and not _WILD.search(steps[fixed]):
        fixed += 1
    if fixed == len(steps):
        return "/".join(steps), True
    left = len(steps) - fixed
    return "/".join(steps[:fixed]), left > 1 or "**" in steps[-1]


def _cleaned(pattern: str) -> str:
    return pattern.strip().removeprefix("./").rstrip("/")


def _expression(pattern: str) -> str:
    steps = "".join(_translated(token) for token in _TOKEN.findall(pattern))
    return f"{steps}(?:/.*)?\\Z"


def _translated(token: str) -> str:
    match token:
        case "**/":
            return "(?:.*/)?"
        case "**":
            return ".*"
        case "*":
            return "[^/]*"
        case "?":
            return "[^/]"
        case _ if len(token) > 1:
            inner = token[1:-1].replace("\\", r"\\").replace("[", r"\[")
            return f"[^/{inner[1:]}]" if inner.startswith("!") else f"[{inner}]"
        case _:
            return re.escape(token)
