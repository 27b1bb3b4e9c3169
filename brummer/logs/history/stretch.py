"""The index of a part: which lines are where in it.

It is an array of records of six little-endian words of 64 bits: where the bytes
begin, how many there are, the number of their first line in the log of their
process, its number in the log of all, when they were read (a double), and how many
lines that are, with the stream and a flag in the upper half.  A search through
many reads whole columns, and a look at one line finds its record by bisection.
"""

import struct
import sys
from array import array
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from brummer.model.log import Segment, Stream

#: Streams by the number that they have in the index; only ever appended to.
STREAMS: Final = (Stream.OUT, Stream.ERR, Stream.NOTE)
_CODES: Final = {stream: code for code, stream in enumerate(STREAMS)}

_WORDS: Final = 6

#: Bytes of a record.
SIZE: Final = 8 * _WORDS

_RECORD: Final = struct.Struct("<QQQQdQ")

_CODE_SHIFT: Final = 32
_UNENDED: Final = 1 << 40
_LINES: Final = (1 << 32) - 1
_CODE: Final = 0xFF

#: Bytes that one record may stand for when reads are joined: as much as is read
#: for a line of it.
_JOINED: Final = 64 * 1024

#: Seconds within which two reads count as one.
_AT_ONCE: Final = 0.001


class Stretch(NamedTuple):
    """Consecutive lines of one stream.

    They stand at *offset* and are *size* bytes long.  *number* is that of the
    first in the log of its process, *merged* that in the log of all.  *is_ended*
    says that the last line feed was printed; else we added it.
    """

    offset: int
    size: int
    number: int
    merged: int
    time: float
    lines: int
    stream: Stream
    is_ended: bool


class Columns:
    """Some records of an index, read at once.

    Threads: never changes.
    """

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        words, times = array("Q"), array("d")
        words.frombytes(raw)
        times.frombytes(raw)
        if sys.byteorder == "big":
            words.byteswap()
            times.byteswap()
        self.offsets: Final[Sequence[int]] = words[0::_WORDS]
        self.sizes: Final[Sequence[int]] = words[1::_WORDS]
        self.numbers: Final[Sequence[int]] = words[2::_WORDS]
        self.merged: Final[Sequence[int]] = words[3::_WORDS]
        self.times: Final[Sequence[float]] = times[4::_WORDS]
        self.marks: Final[Sequence[int]] = words[5::_WORDS]

    def __len__(self) -> int:
        """Return how many records there are."""
        return len(self.offsets)

    def __iter__(self) -> Iterator[Stretch]:
        """Yield the records."""
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, at: int) -> Stretch:
        """Return one record.

        :raises IndexError: if there are not so many.
        """
        mark = self.marks[at]
        return Stretch(
            self.offsets[at],
            self.sizes[at],
            self.numbers[at],
            self.merged[at],
            self.times[at],
            mark & _LINES,
            STREAMS[mark >> _CODE_SHIFT & _CODE],
            not mark & _UNENDED,
        )

    def after(self, at: int) -> "Columns":
        """Return the records from number *at* on."""
        return Columns(self._raw[at * SIZE :])

    def before(self, at: int) -> "Columns":
        """Return the records before number *at*."""
        return Columns(self._raw[: at * SIZE]) if at < len(self) else self

    @property
    def lines(self) -> list[int]:
        """How many lines each has."""
        return [mark & _LINES for mark in self.marks]

    @property
    def codes(self) -> list[int]:
        """The number of each one's stream."""
        return [mark >> _CODE_SHIFT & _CODE for mark in self.marks]

    def is_sound(self) -> bool:
        """Whether this can be an index, and not what somebody else put there."""
        return all(code < len(STREAMS) for code in self.codes)


class Ink:
    """What is to be written of one process, with its index.

    Threads: the history thread only.
    """

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0
        self._records: list[bytes] = []
        #: The last record, which may still grow; see :class:`Stretch`.
        self._offset = self._number = self._merged = self._lines = 0
        self._time = 0.0
        self._mark: int | None = None
        #: How many lines there are.
        self.lines = 0

    @property
    def size(self) -> int:
        """How many bytes of output there are."""
        return self._size

    def add(self, number: int, merged: int, segment: Segment) -> None:
        """Add lines, the first of which has these numbers."""
        _, stream, time, data, lines = segment
        mark = _CODES[stream] << _CODE_SHIFT
        if not data.endswith(b"\n"):
            data += b"\n"
            mark |= _UNENDED
        if not self._joins(number, merged, time, mark):
            self._close()
            self._offset, self._number, self._merged = self._size, number, merged
            self._time, self._mark, self._lines = time, mark, 0
        self._pieces.append(data)
        self._size += len(data)
        self._lines += lines
        self.lines += lines

    def _joins(self, number: int, merged: int, time: float, mark: int) -> bool:
        """Whether the lines go on where the last ones ended.

        Without a flag on either side: a line that we ended has a record of its own.
        """
        return (
            mark == self._mark
            and not mark & _UNENDED
            and number == self._number + self._lines
            and merged == self._merged + self._lines
            and abs(time - self._time) < _AT_ONCE
            and self._size - self._offset < _JOINED
        )

    def _close(self) -> None:
        if self._mark is not None:
            self._records.append(
                _RECORD.pack(
                    self._offset,
                    self._size - self._offset,
                    self._number,
                    self._merged,
                    self._time,
                    self._lines | self._mark,
                )
            )

    def blot(self, base: int) -> tuple[bytes, bytes]:
        """Return the output and its index, for a place *base* bytes into a part."""
        self._close()
        self._mark = None
        return b"".join(self._pieces), b"".join(_moved(self._records, base))


def _moved(records: Sequence[bytes], base: int) -> Iterator[bytes]:
    """Yield *records*, for what begins *base* bytes later."""
    if not base:
        yield from records
        return
    for record in records:
        offset, *rest = _RECORD.unpack(record)
        yield _RECORD.pack(offset + base, *rest)
