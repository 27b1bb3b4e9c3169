"""What the output calls the server whose address it prints."""

import re
from typing import Final

from brummer_urls.text import expression

_VERBS: Final = r"(?:listening|started|running|serving|ready|available|live|up)"
_WORDS: Final = r"([A-Za-z][\w.+&-]*(?: [A-Za-z][\w.+&-]*){0,3})"
_PLACE: Final = r"(?:\s+(?:on|at))?\s*:?\s*$"

#: The first that fits gives the label.  Each is tried on what stands before the
#: address, up to its end.
_RULES: Final = tuple(
    expression(rule, re.IGNORECASE)
    for rule in (
        # [api] http://localhost:3000
        r"\[([A-Za-z][\w .+&-]{0,30})\][^\[\]]*$",
        # Api: server listening on http://localhost:3000
        rf"^\W*{_WORDS}\s*:\s+\S.*{_VERBS}{_PLACE}",
        # Api server (is) listening on http://localhost:3000
        rf"\b{_WORDS}\s+server(?:\s+is)?(?:\s+now)?\s+{_VERBS}{_PLACE}",
        # Storybook (has) started on, Api is ready at
        rf"\b{_WORDS}\s+{_VERBS}{_PLACE}",
        # Local: http://localhost:3000
        rf"{_WORDS}(?:\s+\([^()]*\))?\s*:\s*$",
    )
)

#: Words that a rule may find in the place of a name, and that name nothing.
_NO_NAME: Final = expression(
    r"""
    a | address | an | and | app | application | are | at | available | back | be
    | been | browser | debug | development | error | fatal | has | have | http
    | https | i | info | is | it | its | listening | live | log | now | on | open
    | our | out | production | project | ready | running | server | serving
    | service | site | started | starting | successfully | the | this | to | trace
    | up | uri | url | visit | warn | warning | was | we | web | website | with
    | you | your
    """,
    re.VERBOSE | re.IGNORECASE,
)

_ROLES: Final = expression(
    r"\b(frontend|backend|api|admin|dashboard|web|client|server)\b", re.IGNORECASE
)

_LONGEST: Final = 40

#: So much of a line is looked at, on either side of an address.
_NEAR: Final = 200


def label(before: str, after: str, name: str) -> str:
    """Return a label for an address from what stands *before* and *after* it.

    *name* is that of the process: a label that only repeats it is none, and it
    is the label where there is no other.
    """
    near = before[-_NEAR:], after[:_NEAR]
    for rule in _RULES:
        found = rule().search(near[0])
        words = _meaningful(found[1]) if found else ""
        if words and words.lower() != name.lower():
            return _title(words)
    roles = (role[1] for text in near for role in _ROLES().finditer(text))
    others = (role for role in roles if role.lower() != name.lower())
    return next(map(str.title, others), name)


def _meaningful(found: str) -> str:
    """Return *found* without words at either end that name nothing."""
    words = found.split()
    while words and _NO_NAME().fullmatch(words[0]):
        del words[0]
    while words and _NO_NAME().fullmatch(words[-1]):
        del words[-1]
    return " ".join(words)[:_LONGEST]


def _title(words: str) -> str:
    return words[:1].upper() + words[1:]
