"""Old parts, packed so that ``zgrep`` reads them and we can read from the middle.

A file is a row of gzip members (RFC 1952), each of which holds :data:`MEMBER` bytes,
the last one what is left.  A member says in its extra field how long it is, as
BGZF of the samtools does, so the right one is found by hopping from one to the next.
"""

import os
import struct
import zlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

#: Bytes of output in a member: what is unpacked to read one line.
MEMBER: Final = 256 * 1024

#: Fast, and half as large again as the best.
_LEVEL: Final = 1

#: Magic number, method, "there is an extra field", time, fastest, unknown system,
#: the extra field's length; its name, its length, the member's, and the output's.
_HEAD: Final = struct.Struct("<2sBBIBBH2sHII")
_TAIL: Final = struct.Struct("<II")
_MAGIC: Final = b"\x1f\x8b"
_DEFLATE: Final = 8
_EXTRA: Final = 4
_FASTEST: Final = 4
_UNKNOWN: Final = 255
_NAME: Final = b"Br"
_FIELD: Final = 8

#: Members that are remembered unpacked, and files of which the members are.
_UNPACKED: Final = 32
_FILES: Final = 512


class PackingError(OSError):
    """A file is not as we left it."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is not as it was written")


def member(output: bytes) -> bytes:
    """Return a member that holds *output*."""
    pack = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = pack.compress(output) + pack.flush()
    head = _HEAD.pack(
        _MAGIC,
        _DEFLATE,
        _EXTRA,
        0,
        _FASTEST,
        _UNKNOWN,
        _FIELD + 4,
        _NAME,
        _FIELD,
        _HEAD.size + len(body) + _TAIL.size,
        len(output),
    )
    return head + body + _TAIL.pack(zlib.crc32(output), len(output))


class Packed:
    """A packed file, as it was when we looked at it.

    Threads: never changes.  What was read last is remembered for all that look at
    the same file; those caches lock for themselves.
    """

    def __init__(self, path: Path) -> None:
        """Look at the file at *path*.

        :raises OSError: if it is not there, or is damaged.
        """
        self._path = path
        status = path.lstat()
        # Another file that comes to be at this path is another file.
        self._identity = status.st_ino, status.st_mtime_ns
        self._members = _members(path, self._identity)

    @property
    def size(self) -> int:
        """How many bytes it holds unpacked."""
        members = self._members
        return (len(members) - 1) * MEMBER + members[-1].held if members else 0

    def read(self, offset: int, count: int) -> bytes:
        """Return *count* bytes of what it holds, fewer at its end.

        :raises OSError: if it cannot be read, or is damaged.
        """
        first, last = offset // MEMBER, (offset + count - 1) // MEMBER
        members = self._members[first : last + 1]
        found = b"".join(_held(self._path, self._identity, one) for one in members)
        begin = offset - first * MEMBER
        return found[begin : begin + count]


class _Member(NamedTuple):
    """Where a member is, how long, and how many bytes it holds."""

    offset: int
    length: int
    held: int


@lru_cache(_FILES)
def _members(path: Path, _: tuple[int, int]) -> tuple[_Member, ...]:
    """Return the members of a file."""
    file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        return tuple(_heads(file, path))
    finally:
        os.close(file)


def _heads(file: int, path: Path) -> Iterator[_Member]:
    offset, end = 0, os.fstat(file).st_size
    while offset < end:
        head = os.pread(file, _HEAD.size, offset)
        if len(head) < _HEAD.size:
            raise PackingError(path)
        magic, *_, name, _, length, held = _HEAD.unpack(head)
        if (magic, name) != (_MAGIC, _NAME) or length <= _HEAD.size:
            raise PackingError(path)
        yield _Member(offset, length, held)
        offset += length


@lru_cache(_UNPACKED)
def _held(path: Path, _: tuple[int, int], member_: _Member) -> bytes:
    """Return what one member holds."""
    file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        packed = os.pread(file, member_.length, member_.offset)
    finally:
        os.close(file)
    try:
        return zlib.decompress(packed, zlib.MAX_WBITS | 16)
    except zlib.error as error:
        raise PackingError(path) from error
