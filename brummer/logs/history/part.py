"""Reads one part of a history."""

import os
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self

from brummer.logs.history import packing, place
from brummer.logs.history.stretch import SIZE, Columns, Stretch


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
        # Before it is asked whether the output is packed: it goes over once.
        self._index = _opened(place.with_end(stem, place.INDEX))
        self._log: int | packing.Packed | None = None
        try:
            size = self._open_log()
            #: How many records there are.
            self.count: Final = self._whole(size)
        except BaseException:
            self.close()
            raise

    def _open_log(self) -> int:
        """Open what was printed; return how many bytes of it there are."""
        try:
            self._log = _opened(place.with_end(self._stem, place.LOG))
        except FileNotFoundError:
            self._log = packing.Packed(place.with_end(self._stem, place.PACKED))
            return self._log.size
        return os.fstat(self._log).st_size

    def _whole(self, size: int) -> int:
        """Return how many records of the index are good.

        Ends grow from record to record, so the bad ones are the last.
        """
        records = os.fstat(self._index).st_size // SIZE
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
        os.close(self._index)
        if isinstance(self._log, int):
            os.close(self._log)

    def record(self, at: int) -> Stretch:
        """Return record number *at*."""
        return self.columns(at, at + 1)[0]

    def columns(self, begin: int, end: int) -> Columns:
        """Return the records from number *begin* to before *end*.

        :raises OSError: if they are not what we wrote.
        """
        raw = os.pread(self._index, (end - begin) * SIZE, begin * SIZE)
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
        if isinstance(self._log, packing.Packed):
            found = self._log.read(offset, count)
        else:
            assert self._log is not None, "opened at the beginning"
            found = os.pread(self._log, count, offset)
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


def _opened(path: Path) -> int:
    return os.open(path, os.O_RDONLY | os.O_NOFOLLOW)


def _end(record: Stretch) -> int:
    return record.offset + record.size


def _last(record: Stretch, of: Callable[[Stretch], int]) -> int:
    return of(record) + record.lines
