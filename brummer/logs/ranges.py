"""Many ranges of line numbers, of which those are wanted that touch some lines."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator


class Ranges:
    """Ranges of numbers, joined where they meet.

    A range is the first number and the one after the last.

    Threads: never changes.
    """

    def __init__(self, ranges: Iterable[tuple[int, int]] = ()) -> None:
        self._firsts, self._ends = array("Q"), array("Q")
        for first, end in sorted(ranges):
            if self._ends and first <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._firsts.append(first)
                self._ends.append(end)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._firsts)

    def begins(self, number: int) -> bool:
        """Whether one of them begins with *number*."""
        at = bisect_left(self._firsts, number)
        return at < len(self._firsts) and self._firsts[at] == number

    def within(self, first: int, stop: int) -> Iterator[range]:
        """Yield what they have of the numbers from *first* to before *stop*."""
        begin = bisect_right(self._ends, first)
        for at in range(begin, bisect_left(self._firsts, stop, begin)):
            yield range(max(self._firsts[at], first), min(self._ends[at], stop))


#: None at all.
NONE = Ranges()
