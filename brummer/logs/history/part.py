"""Reads one part of a history."""

import os
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self, TypeAlias

from brummer.logs.history import packing, place
from brummer.logs.history.stretch import SIZE, Columns, Stretch

#: A file as it was written, or packed.
_File: TypeAlias = int | packing.Packed


class Part:
    """A part while it is being read; somebody may be writing it, or packing it.

    Only whole records of the index count, and of these only those whose lines are
    there: after a power cut, or when somebody has cut the file, that is less than
    was written.  Nothing is ever repaired in place.

    Threads: one at a time.
    """

    def __init__(self, stem: Path) -> None:
        """Open the part at *stem*.

        :raises OSError: if it is not there, or damaged.
        """
        self._stem = stem
        # Before the output: whoever packs a part begins with that, and each goes
        # over once.
        self._index = _opened(stem, place.INDEX, place.PACKED_INDEX)
        self._log: _File | None = None
        try:
            self._log = _opened(stem, place.LOG, place.PACKED)
            #: How many records there are.
            self.count: Final = self._whole(_size(self._log))
        except BaseException:
            self.close()
            raise

    def _whole(self, size: int) -> int:
        """Return how many records of the index are good.

        Ends grow from record to record, so the bad ones are the last.
        """
        records = _size(self._index) // SIZE
        if not records or _end(self.record(records - 1)) <= size:
            return records
        return bisect_right(range(records), size, key=lambda at: _end(self.record(at)))

    def __enter__(self) -> Self:
        """Read it in a block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let it go."""
        self.close()

    def close(self) -> None:
        """Let it go."""
        for file in (self._index, self._log):
            if isinstance(file, int):
                os.close(file)

    def record(self, at: int) -> Stretch:
        """Return record number *at*."""
        return self.columns(at, at + 1)[0]

    def columns(self, begin: int, end: int) -> Columns:
        """Return the records from number *begin* to before *end*.

        :raises OSError: if they are not what we wrote.
        """
        raw = _read(self._index, begin * SIZE, (end - begin) * SIZE)
        columns = Columns(raw[: len(raw) - len(raw) % SIZE])
        if len(columns) < end - begin or not columns.is_sound():
            raise packing.PackingError(self._stem)
        return columns

    def find(self, number: int, of: Callable[[Stretch], int]) -> int:
        """Return the number of the first record that ends behind line *number*.

        *of* says which log that counts in: it returns the number of a record's
        first line.
        """
        return bisect_right(
            range(self.count), number, key=lambda at: _last(self.record(at), of)
        )

    def find_end(self, number: int, of: Callable[[Stretch], int]) -> int:
        """Return the number after the last record that begins before line *number*."""
        return bisect_left(
            range(self.count), number, key=lambda at: of(self.record(at))
        )

    def read(self, offset: int, count: int) -> bytes:
        """Return *count* bytes of what was printed.

        :raises OSError: if they are not there any more.
        """
        assert self._log is not None, "opened at the beginning"
        found = _read(self._log, offset, count)
        if len(found) < count:
            raise packing.PackingError(self._stem)
        return found


class Outline(NamedTuple):
    """What is in a part, at *stem*: lines *first* to before *end* of the process.

    In the log of all they have numbers from *merged* to before *merged_end*, and
    others are in between.
    """

    stem: Path
    first: int
    end: int
    merged: int
    merged_end: int


def outline(stem: Path) -> Outline | None:
    """Return what is in the part at *stem*; ``None`` if nothing can be read."""
    try:
        with Part(stem) as part:
            if not part.count:
                return None
            first, last = part.record(0), part.record(part.count - 1)
    except OSError:
        return None
    return Outline(
        stem,
        first.number,
        last.number + last.lines,
        first.merged,
        last.merged + last.lines,
    )


def _opened(stem: Path, end: str, packed_end: str) -> _File:
    """Open one of the files of a part.

    :raises OSError: if it is not there in either form, or damaged.
    """
    try:
        return os.open(place.with_end(stem, end), os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return packing.Packed(place.with_end(stem, packed_end))


def _size(file: _File) -> int:
    """Return how many bytes there are to be read."""
    return file.size if isinstance(file, packing.Packed) else os.fstat(file).st_size


def _read(file: _File, offset: int, count: int) -> bytes:
    """Return *count* bytes, fewer at the end.

    :raises OSError: if they cannot be read.
    """
    if isinstance(file, packing.Packed):
        return file.read(offset, count)
    return os.pread(file, count, offset)


def _end(record: Stretch) -> int:
    return record.offset + record.size


def _last(record: Stretch, of: Callable[[Stretch], int]) -> int:
    return of(record) + record.lines
