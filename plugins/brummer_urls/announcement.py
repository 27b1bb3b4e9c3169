"""Whether a line announces a server or merely mentions an address."""

import re
from typing import Final

from brummer_urls.address import Address
from brummer_urls.text import expression

#: A request that was served or sent, with its method or its protocol.
_REQUEST: Final = expression(
    r"""
    \b(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|CONNECT|TRACE)\b
    | \bHTTP/[0-9]
    | (?i: \b(?:referr?er|user-agent|status(?:\ code)?)\b )
    """,
    re.VERBOSE,
)

#: Somebody else's server, or trouble with it.
_ELSEWHERE: Final = expression(
    r"""
    \b(?: econn\w+ | enotfound | etimedout | err(?:or|_\w+)? | exception | fail\w*
        | refused | cannot | can't | couldn't | could\ not | unable | time(?:d\ )?out
        | already\ in\ use | connect(?:ing|ed)?\ to | waiting\ for | wait-on
        | prox(?:y|ied|ying)\ (?:to|created|for) | forward(?:ed|ing)?\ to | upstream
        | redirect\w* | fetch\w* | request\w* | download\w* | load(?:ed|ing)
        | retr(?:y|ying|ies) | origins? | cors | debugger | inspector | devtools
        | panic | peer | user\ ?name | password
        | docs? | documentation | more\ information | see )\b
    | ^\s*at\s | \bfrom\s+$ | =\s*["']?$ | -+>\s*$
    """,
    re.VERBOSE | re.IGNORECASE,
)

#: Words of a program that opens its doors.
_WELCOME: Final = expression(
    r"""
    \b(?: listen\w* | running | runs | start(?:ed|ing)? | serv(?:ing|es?|er) | ready
        | available | live | up | open | opened | visit | browse\w* | access\w*
        | url | local | network | loopback | preview | hosted | bound | address
        | endpoint | interface | is\ waiting\ on )\b
    """,
    re.VERBOSE | re.IGNORECASE,
)

_QUOTES: Final = ("'", '"', "`")

#: So much of a line is looked at, on either side of an address.
_NEAR: Final = 300

#: So many words may stand before an address that nothing else explains.
_FEW: Final = 3


def announces(text: str, address: Address) -> bool:
    """Whether *text* says that a server listens at *address*."""
    before = text[max(0, address.start - _NEAR) : address.start]
    after = text[address.end : address.end + _NEAR]
    if (
        _REQUEST().search(before)
        or _REQUEST().search(after)
        or _ELSEWHERE().search(before)
    ):
        return False
    if not address.explicit and before.endswith(_QUOTES):
        # It is the value of something: of an option, a peer, a table.
        return False
    if _WELCOME().search(before):
        return True
    # A bare localhost:3000 is more often an option or a peer than a server.
    return address.explicit and len(re.findall(r"\w+", before)) <= _FEW
