"""What must not be shown: values under names that say so, and logins in addresses."""

import re
from typing import Final

#: What stands for a value that is not shown.
MASK: Final = "****"

#: Parts of names whose values are not shown.  Any part of the name counts: to hide the
#: author of a commit costs less than to show a key.
_WORDS: Final = (
    "secret",
    "key",
    "token",
    "pass",
    "pwd",
    "credential",
    "auth",
    "private",
    "cookie",
    "session",
    "dsn",
    "salt",
)

#: Who logs in, and how, as part of a URL: up to the last ``@``, for a password
#: may hold one.
_LOGIN: Final = re.compile(r"(?<=://)\S*@")

#: What may be a name in a line, and a value behind it: ``API_KEY=x``,
#: ``Authorization: Bearer x``, ``--password x``.  Names do not overlap, and are found
#: apart from their values: together they would take time that grows with the square.
#: A quote may be behind backslashes, as in JSON in a command, and what begins with one
#: may be cut before the other.
_NAME: Final = re.compile(r"[\w-]+")
_QUOTED: Final = r"\\*+(?:\"[^\"]*+(?:\"|$)|'[^']*+(?:'|$))"
_VALUE: Final = rf"((?:(?:bearer|basic|token)\s+)?(?:{_QUOTED}|[^\s,;&\"']+))"
_ASSIGNED: Final = re.compile(rf"(?:\\*+[\"'])?\s*[=:]\s*{_VALUE}", re.IGNORECASE)
_GIVEN: Final = re.compile(r"(?:\s*[=:]\s*|\s+)" + _VALUE, re.IGNORECASE)
_BEARER: Final = re.compile(r"\b(bearer\s+)[\w.~+/=-]+", re.IGNORECASE)


def is_secret(name: str) -> bool:
    """Whether what is called *name* is not to be shown."""
    lowered = name.lower()
    return any(word in lowered for word in _WORDS)


def without_logins(text: str) -> str:
    """Return *text* without the logins of the addresses in it."""
    return _LOGIN.sub(f"{MASK}@", text) if "@" in text else text


def without_secrets(text: str) -> str:
    """Return a line of *text* without what looks like a secret in it."""
    text = _BEARER.sub(rf"\g<1>{MASK}", without_logins(text))
    return _without_values(text) if is_secret(text) else text


def _without_values(text: str) -> str:
    """Return *text* without the values behind names that say that they are secret."""
    parts: list[str] = []
    at = 0
    for name in _NAME.finditer(text):
        if name.start() < at or not is_secret(name[0]):
            continue
        form = _GIVEN if name[0].startswith("--") else _ASSIGNED
        value = form.match(text, name.end())
        if value is not None:
            parts += [text[at : value.start(1)], MASK]
            at = value.end()
    return "".join((*parts, text[at:]))
