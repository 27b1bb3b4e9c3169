"""The files of one process, as they are written."""

import errno
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from brummer.logs.history import marks, place
from brummer.logs.history.stretch import SIZE, Columns, Ink
from brummer.model.log import Segment

#: What says that the files are not those that we left.
_NOT_OURS: Final = frozenset({errno.ESTALE, errno.ENOENT, errno.ELOOP})


class Track:
    """Writes what one process prints into *folder*, part after part.

    Nothing stays open between two writes, so there may be any number of
    processes, and each write sees whether the files are still what we left: if
    somebody has cut, removed or added to them, they are left alone and the next part
    is begun.  A write that failed half-way is taken back, or else that is done too.

    Threads: the history thread only.
    """

    def __init__(self, folder: Path, *, part_bytes: int) -> None:
        self.folder: Final = folder
        self._part_bytes = part_bytes
        #: The part that is being written, none yet at 0.
        self._part = max(place.parts(folder), default=0)
        #: How long its files are, if they are ours; nothing is known of others.
        self._sizes: tuple[int, int] | None = None
        #: What is added to the numbers of lines; see :meth:`add`.
        self._shift = 0
        self._end = _end(folder, self._part)
        self._ink = Ink()

    @property
    def waiting(self) -> int:
        """How many lines wait to be written."""
        return self._ink.lines

    @property
    def part(self) -> int:
        """The number of the part that is being written."""
        return self._part

    def add(self, number: int, merged: int, segment: Segment) -> None:
        """Take lines that are to be written.

        Memory forgets a log of which nothing is left, and counts from 0 again if
        it goes on after all.  Here the numbers go on.
        """
        number += self._shift
        if number < self._end:
            self._shift += self._end - number
            number = self._end
        self._end = number + segment.lines
        self._ink.add(number, merged, segment)

    def mark(self, ranges: Iterable[tuple[int, int]]) -> None:
        """Write down which lines belong to findings, as memory numbers them.

        :raises OSError: if that cannot be written.
        """
        shift = self._shift
        marks.append(self.folder, ((one + shift, end + shift) for one, end in ranges))

    def write(self, begun: Callable[[Path], object]) -> int:
        """Write what waits; return how many bytes that were.

        *begun* is called before each part, and makes the folder if it is missing.

        :raises OSError: if it cannot be written; then it is lost.
        """
        ink, self._ink = self._ink, Ink()
        if self._sizes is None or self._sizes[0] + ink.size > self._part_bytes:
            self._turn(begun)
        try:
            return self._put(ink)
        except OSError as error:
            if error.errno not in _NOT_OURS:
                self._take_back()
                raise
        self._turn(begun)
        return self._put(ink)

    def _put(self, ink: Ink) -> int:
        """Write to the part that was begun."""
        assert self._sizes is not None, "a part was begun"
        size, index_size = self._sizes
        output, index = ink.blot(size)
        stem = place.part(self.folder, self._part)
        # The index last: what it speaks of is there.
        _append(place.with_end(stem, place.LOG), size, output)
        _append(place.with_end(stem, place.INDEX), index_size, index)
        self._sizes = size + len(output), index_size + len(index)
        return len(output) + len(index)

    def _turn(self, begun: Callable[[Path], object]) -> None:
        """Begin the next part."""
        self._sizes = None
        begun(self.folder)
        # Somebody may have put files there, or removed all.
        self._part = max(self._part, *place.parts(self.folder), 0) + 1
        self._sizes = 0, 0

    def _take_back(self) -> None:
        """Leave the part as it was before a write that failed.

        If that cannot be had, it is not written to again.  What is there and not in
        the index is nobody's line.
        """
        assert self._sizes is not None, "a part is being written"
        stem = place.part(self.folder, self._part)
        try:
            for end, size in zip((place.LOG, place.INDEX), self._sizes, strict=True):
                _cut(place.with_end(stem, end), size)
        except OSError:
            self._sizes = None


def _append(path: Path, size: int, content: bytes) -> None:
    """Put *content* at the end of a file that is *size* bytes long.

    :raises OSError: if that fails, or the file is not as long.
    """
    flags = os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW
    if not size:
        # Only now: an empty file in place of one that is gone, perhaps because it
        # was packed, would be taken for it.
        flags |= os.O_CREAT
    file = os.open(path, flags, 0o600)
    try:
        if os.fstat(file).st_size != size:
            raise OSError(errno.ESTALE, "somebody else has changed it")
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(file, rest) :]
    finally:
        os.close(file)


def _cut(path: Path, size: int) -> None:
    """Take away what is behind the first *size* bytes of a file.

    :raises OSError: if that fails, or they are not there.
    """
    status = os.lstat(path)
    if status.st_size < size:
        raise OSError(errno.ESTALE, "somebody else has changed it")
    if status.st_size > size:
        os.truncate(path, size)


def _end(folder: Path, part: int) -> int:
    """Return the number after the last line that is in the index of a part."""
    raw = b""
    with (
        suppress(OSError),
        place.with_end(place.part(folder, part), place.INDEX).open("rb") as file,
    ):
        whole = file.seek(0, os.SEEK_END) // SIZE
        file.seek(max(whole - 1, 0) * SIZE)
        raw = file.read(SIZE * min(whole, 1))
    columns = Columns(raw)
    return columns[0].number + columns[0].lines if columns and columns.is_sound() else 0
