"""How output looks where there is no screen: ``[14:03:59] web: listening``."""

import re
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from brummer.logs import ansi
from brummer.model.log import Segment

#: A segment without any of these does not go back over what it wrote, nor one that
#: has the last of them in letters only.  Single bytes: these are looked for at the
#: speed of memory, two at a twentieth of that.
_SUSPECTS: Final = (b"\r", b"\x08", b"\x1b", b"\x9b")
_CSI: Final = b"\xc2\x9b"
#: A line that is empty but for colours, between two line feeds.
_COLOURED_NOTHING: Final = re.compile(rb"\n(?:\x1b\[[0-9;:]*m)+(?=\n)")
_EMPTY_LINES: Final = re.compile(rb"\n{2,}")
_RESET: Final = b"\x1b[0m"


def laid_out(segment: Segment, name: str, clean: Callable[[bytes], bytes]) -> bytes:
    """Return *segment* as it is printed: each line with time and *name* before it.

    *clean* is :func:`brummer.logs.ansi.strip` or, for a terminal,
    :func:`~brummer.logs.ansi.keep_colour`; colours end with their line.  Empty
    lines are dropped, a line that was written over shows what was left, and the
    last line ends with a line feed whether it had one or not.

    Nothing here is done line by line, but for lines that were written over.
    """
    body = clean(_settled(segment.data))
    if b"\x1b" in body:
        body = _COLOURED_NOTHING.sub(b"", b"\n" + body + b"\n")
    # From the end, which finds that there are none twice as fast.
    if body.rfind(b"\n\n") >= 0:
        body = _EMPTY_LINES.sub(b"\n", body)
    body = body.strip(b"\n")
    if not body:
        return b""
    if b"\x1b" in body:
        body = body.replace(b"\n", _RESET + b"\n") + _RESET
    prefix = _time_of_day(int(segment.time)) + _label(name)
    return b"".join((prefix, body.replace(b"\n", b"\n" + prefix), b"\n"))


def _settled(data: bytes) -> bytes:
    """Return *data* with each line that was written over as it was in the end."""
    found = [suspect for suspect in _SUSPECTS if suspect in data]
    if not found or (found == [_SUSPECTS[-1]] and _CSI not in data):
        return data
    data = data.replace(b"\r\n", b"\n")
    text = data.decode("utf-8", "replace")
    if not ansi.moves(text):
        return data
    return "\n".join(map(_final, text.split("\n"))).encode("utf-8", "replace")


def _final(line: str) -> str:
    """Return what was left of *line* in the end.

    Of an extremely long one that is what came after the last carriage return.
    """
    if not ansi.moves(line):
        return line
    if len(line) > ansi.LONGEST:
        return line.rstrip("\r").rpartition("\r")[2]
    return ansi.render(ansi.parse(line, limit=ansi.LONGEST))


@lru_cache(64)
def _time_of_day(second: int) -> bytes:
    """Return the local time in brackets; *second* is since the epoch."""
    return time.strftime("[%H:%M:%S] ", time.localtime(second)).encode()


@lru_cache(1024)
def _label(name: str) -> bytes:
    """Return what stands before the lines of the process called *name*."""
    return ansi.strip(name).replace("\n", " ").encode("utf-8", "replace") + b": "
