"""What must not be shown: values under names that say so, and logins in addresses."""

import re
from typing import Final

#: What stands for a value that is not shown.
MASK: Final = "****"

_WORDS: Final = (
    "SECRET|KEY|TOKEN|PASS|PWD|CREDENTIAL|AUTH|PRIVATE|COOKIE|SESSION|DSN|SALT"
)

#: Names whose values are not shown.  Any part of the name counts: to hide the
#: author of a commit costs less than to show a key.
_SECRET: Final = re.compile(_WORDS, re.IGNORECASE)

#: Who logs in, and how, as part of a URL: up to the last ``@``, for a password
#: may hold one.
_LOGIN: Final = re.compile(r"(?<=://)\S*@")

#: A value behind such a name in a line: ``API_KEY=x``, ``--password x``,
#: ``Authorization: Bearer x``.
_PAIR: Final = re.compile(
    rf"([\w-]*(?:{_WORDS})[\w-]*[\"']?\s*[=:]\s*|--[\w-]*(?:{_WORDS})[\w-]*\s+)"
    r"(?:(?:bearer|basic|token)\s+)?"
    r"(\"[^\"]*\"|'[^']*'|[^\s,;&\"']+)",
    re.IGNORECASE,
)
_BEARER: Final = re.compile(r"\b(bearer\s+)[\w.~+/=-]+", re.IGNORECASE)


def is_secret(name: str) -> bool:
    """Whether what is called *name* is not to be shown."""
    return _SECRET.search(name) is not None


def without_logins(text: str) -> str:
    """Return *text* without the logins of the addresses in it."""
    return _LOGIN.sub(f"{MASK}@", text)


def without_secrets(text: str) -> str:
    """Return a line of *text* without what looks like a secret in it."""
    text = _BEARER.sub(rf"\g<1>{MASK}", without_logins(text))
    return _PAIR.sub(rf"\g<1>{MASK}", text)
