"""Which lines each process has in its files, known without opening them again."""

import os
import struct
from pathlib import Path
from typing import Final, NamedTuple

from brummer.logs.history import place
from brummer.logs.history.part import outline

#: Processes of which that is remembered.
MOST: Final = 1 << 17

#: The first part, the last one, how long its index is; and a span.
_MEMO: Final = struct.Struct("<7Q")


class Span(NamedTuple):
    """Lines *first* to before *end*, from *merged* to before *merged_end* of all."""

    first: int
    end: int
    merged: int
    merged_end: int


class Spans:
    """Remembers what is in the folders of processes, and sees when that changes.

    To look at a folder again costs three questions to the system; nothing is opened
    unless something was added or removed.

    Threads: any, several at once.  Two that miss the same thing both look it up.
    """

    def __init__(self) -> None:
        #: By the names of the folders.  A few dozen bytes each, because there may
        #: be a hundred thousand.
        self._memos: dict[str, bytes] = {}

    def of(self, folder: Path) -> Span | None:
        """Return what is in the folder of a process; ``None`` if nothing is."""
        memo = self._memos.get(folder.name)
        if memo is not None:
            begin, last, size, *ends = _MEMO.unpack(memo)
            if _is_same(str(folder), begin, last, size):
                return Span(*ends)
        numbers = place.parts(folder)
        # Before it is read: what comes in between is seen the next time.
        size = _index_size(str(folder), numbers[-1]) if numbers else -1
        span = _looked_up(folder, numbers)
        if span is not None and size >= 0:
            if len(self._memos) >= MOST:
                self._memos = {}
            memo = _MEMO.pack(numbers[0], numbers[-1], size, *span)
            self._memos[folder.name] = memo
        return span


def _looked_up(folder: Path, numbers: list[int]) -> Span | None:
    """Return what is in parts; the first and the last that can be read tell."""
    readable = (outline(place.part(folder, number)) for number in numbers)
    oldest = next((found for found in readable if found), None)
    if oldest is None:
        return None
    readable = (outline(place.part(folder, number)) for number in reversed(numbers))
    newest = next((found for found in readable if found), oldest)
    return Span(oldest.first, newest.end, oldest.merged, newest.merged_end)


def _is_same(folder: str, begin: int, last: int, size: int) -> bool:
    """Whether there are still just these parts, and the last one is as long."""
    return (
        _index_size(folder, last) == size
        and _index_size(folder, last + 1) < 0
        and (begin == last or _index_size(folder, begin) >= 0)
    )


def _index_size(folder: str, number: int) -> int:
    """Return how long the index of a part is, negative if there is none."""
    # Strings, because for a hundred thousand processes it is time that counts.
    stem = f"{folder}/{number:08}"
    for end in (place.INDEX, place.PACKED_INDEX):
        try:
            return os.lstat(stem + end).st_size
        except OSError:
            continue
    return -1
