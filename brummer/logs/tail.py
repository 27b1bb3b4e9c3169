"""The end of a stream that has no line feed yet."""

from typing import NamedTuple, Self


class Tail(NamedTuple):
    """An unterminated line, as it came.

    The sizes of *pieces* at least halve from one to the next, so there are
    never more than about 30, and every byte is copied once for each doubling
    of the line: 10 MB that come byte by byte cost 10 MB times 24, where
    appending to a ``bytes`` would cost 10 MB times 10 MB.  A ``bytearray`` would
    do as well if readers did not need a value that never changes.

    *time* is when the last of it was read, in seconds since the epoch.
    """

    time: float
    size: int = 0
    pieces: tuple[bytes, ...] = ()

    def with_more(self, data: bytes, time: float) -> Self:
        """Return the tail that *data*, read at *time*, makes of this one."""
        size = self.size + len(data)
        pieces = list(self.pieces)
        while pieces and len(pieces[-1]) < 2 * len(data):
            data = pieces.pop() + data
        return type(self)(time, size, (*pieces, data))

    @property
    def data(self) -> bytes:
        """All of it."""
        return b"".join(self.pieces)
