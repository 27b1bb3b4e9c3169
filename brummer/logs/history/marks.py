"""Which lines of a process belong to findings, kept beside the lines.

They are written down when they are found, and not worked out again when somebody
reads: that would take a second per million lines and more, needs every plugin, and
would find something else once a plugin is another one.  What takes part in no
finding costs nothing, and a finding 16 bytes: the number of its first line, and that
after its last, as little-endian words of 64 bits.  The order is that of finding.
"""

import os
import struct
import sys
from array import array
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from brummer.logs.history import place
from brummer.logs.ranges import NONE, Ranges

_MARK: Final = struct.Struct("<QQ")

#: Findings of one process that are kept; of more the newer half stays.
MOST: Final = 500_000


def append(folder: Path, ranges: Iterable[tuple[int, int]]) -> None:
    """Add *ranges* to those of the process in *folder*.

    :raises OSError: if they cannot be written.
    """
    path = folder / place.MARKS
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW
    file = os.open(path, flags, 0o600)
    try:
        size = os.fstat(file).st_size
        if size % _MARK.size:
            # The disk was full in the middle of one.
            os.ftruncate(file, size - size % _MARK.size)
        os.write(file, b"".join(_MARK.pack(*each) for each in ranges))
    finally:
        os.close(file)
    if size >= MOST * _MARK.size:
        place.replace(path, path.read_bytes()[-(MOST // 2 * _MARK.size) :])


def load(folder: Path) -> Ranges:
    """Return which lines of the process in *folder* belong to findings.

    None do where that cannot be read.
    """
    try:
        raw = (folder / place.MARKS).read_bytes()
    except OSError:
        return NONE
    words = array("Q")
    words.frombytes(raw[: len(raw) - len(raw) % _MARK.size])
    if sys.byteorder == "big":
        words.byteswap()
    ranges = zip(words[0::2], words[1::2], strict=True)
    return Ranges((first, end) for first, end in ranges if first < end)
