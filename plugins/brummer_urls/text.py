"""What a line of output says, without what it does to the terminal."""

import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Final


def expression(text: str, flags: int = 0) -> Callable[[], re.Pattern[str]]:
    """Return what returns a regular expression, compiled when it is needed first.

    Each start would pay for it, and not every project has a server.
    """
    return cache(partial(re.compile, text, flags))


#: Escape sequences: OSC and the other strings (also when they do not end), CSI,
#: and the short ones.  ECMA-48, sections 5.4 to 5.6.
_ESCAPE: Final = expression(
    r"(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"
    r"|(?:\x1b[PX^_]|[\x90\x98\x9e\x9f])[^\x1b\x9c]*(?:\x1b\\|\x9c)?"
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|\x1b[ -/]*[0-~]"
)

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")

#: A link as some terminals show it: the address is here, the text elsewhere.
_LINK: Final = expression(r"\x1b\]8;[^;\x07\x1b]*;([^\x07\x1b]+)(?:\x07|\x1b\\)")


def plain(text: str) -> str:
    """Return *text* without escape sequences; other controls become blanks."""
    return _CONTROL.sub(" ", _ESCAPE().sub("", text))


def link_targets(text: str) -> Iterator[str]:
    """Yield where the links in *text* lead."""
    return (found[1] for found in _LINK().finditer(text))
