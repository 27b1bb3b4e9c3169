"""Which lines of a log are shown: all of them, or those that an index has found."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from brummer.core.index import Indexed
from brummer.model.log import LogExtent


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The numbers of the lines to be shown, in order.

    *extent* is what there is.  With *found* only these are shown; with *firsts* only
    these of them, each standing for itself and the repeats after it.

    Threads: frozen; made anew for each frame.
    """

    extent: LogExtent
    found: Indexed | None = None
    firsts: Indexed | None = None

    @property
    def _few(self) -> Indexed | None:
        return self.found if self.firsts is None else self.firsts

    @property
    def _rest(self) -> int:
        """The number from which on lines are shown that no index has looked at yet."""
        if self.firsts is None or self.found is not None:
            return self.extent.end
        return max(self.firsts.end, self.extent.first)

    def since(self, number: int, count: int) -> Sequence[int]:
        """Return the first *count* lines from number *number* on."""
        number = max(number, self.extent.first)
        few = self._few
        if few is None:
            return range(number, max(number, min(number + count, self.extent.end)))
        begin = few.before(number)
        lines = [few[at] for at in range(begin, min(begin + count, len(few)))]
        rest = range(max(self._rest, number), self.extent.end)
        return [*lines, *rest[: max(0, count - len(lines))]]

    def until(self, number: int, count: int) -> Sequence[int]:
        """Return the last *count* lines before number *number*."""
        number = min(number, self.extent.end)
        few = self._few
        if few is None:
            return range(max(self.extent.first, number - count), number)
        rest = range(self._rest, number)[-count:] if count else ()
        end = few.before(number)
        left = count - len(rest)
        lines = [few[at] for at in range(max(0, end - left), end)]
        kept = [line for line in lines if line >= self.extent.first]
        return [*kept, *rest]

    def count(self, first: int = 0, stop: int | None = None) -> int:
        """Return how many lines are shown from *first* to before *stop*."""
        first = max(first, self.extent.first)
        stop = self.extent.end if stop is None else stop
        few = self._few
        if few is None:
            return max(0, stop - first)
        rest = max(0, stop - max(first, self._rest))
        return max(0, few.before(stop) - few.before(first)) + rest

    def __contains__(self, number: object) -> bool:
        """Whether line *number* is shown."""
        return isinstance(number, int) and number in self.since(number, 1)

    def nearest(self, number: int) -> int:
        """Return the line that is shown for *number*, or the next one, or the last."""
        if self.firsts is not None and (at := self.until(number + 1, 1)):
            return at[0]
        here = self.since(number, 1) or self.until(number, 1)
        return here[0] if here else self.extent.first

    def stands_for(self, number: int) -> int:
        """Return how many lines a line that is shown stands for, itself included."""
        if self.firsts is None or not self.firsts.has(number):
            return 1
        at = self.firsts.before(number) + 1
        end = self.firsts[at] if at < len(self.firsts) else self.firsts.end
        if self.found is None:
            return max(1, end - number)
        return max(1, self.found.before(end) - self.found.before(number))


def stretches(numbers: Sequence[int]) -> Iterator[range]:
    """Yield *numbers*, which ascend, as ranges without gaps."""
    if isinstance(numbers, range):
        yield numbers
        return
    begin = end = -1
    for number in numbers:
        if number != end:
            if begin < end:
                yield range(begin, end)
            begin = number
        end = number + 1
    if begin < end:
        yield range(begin, end)
