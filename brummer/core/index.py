"""Which lines of a log somebody wants, and the numbers of those that were found."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

#: Numbers that an index keeps, the newest ones, at 8 bytes each.
KEPT: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What lines have to be, in the words of :mod:`brummer.logs.expression`.

    All of *every* have to be true of a line, at least one of *some* if there are any,
    and none of *never*.  If they are *folded*, a line that is the same as the wanted
    one before it, of the same process, is left out: the first stands for all.
    """

    every: tuple[str, ...] = ()
    some: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    folded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Indexed:
    """The numbers of the lines that were found so far: a sequence that ascends.

    Every line from number *low* to before number *end* was looked at; what is older
    follows as long as it is not *complete*.  With *cut* there are more of them than
    are kept, and *low* is where those begin that are.  *problem* says why nothing
    more is looked for, if that is so.

    Threads: may be kept and read by any thread.  *older* descends and *newer*
    ascends; both are the writer's, who appends, and never changes what is there.  We
    look at the first *past* of the one, and in the other from *skipped* to before
    *fresh*, which were there before this was published.
    """

    older: Sequence[int] = ()
    past: int = 0
    newer: Sequence[int] = ()
    skipped: int = 0
    fresh: int = 0
    low: int = 0
    end: int = 0
    complete: bool = False
    cut: bool = False
    problem: str = ""

    def __len__(self) -> int:
        """Return how many there are."""
        return self.past + self.fresh - self.skipped

    def __getitem__(self, at: int) -> int:
        """Return the number at a place from 0 on; the oldest line stands first.

        :raises IndexError: if there are not so many.
        """
        if not 0 <= at < len(self):
            raise IndexError(at)
        if at < self.past:
            return self.older[self.past - 1 - at]
        return self.newer[self.skipped + at - self.past]

    def __iter__(self) -> Iterator[int]:
        """Yield them, the oldest first."""
        return map(self.__getitem__, range(len(self)))

    def before(self, number: int) -> int:
        """Return how many are before line *number*."""
        return bisect_left(self, number)

    def has(self, number: int) -> bool:
        """Whether line *number* is one of them."""
        at = self.before(number)
        return at < len(self) and self[at] == number

    @property
    def share(self) -> float:
        """How much of the lines up to *end* was looked at, from 0 to 1."""
        if self.complete or not self.end:
            return 1.0
        return 1 - self.low / self.end


class LineIndex(Protocol):
    """Finds lines of one log, and goes on finding them as they come.

    Threads: :attr:`found` is safe from any, and frozen; the rest belongs to the one
    thread that asked for it, and returns at once.
    """

    @property
    def found(self) -> Indexed:
        """What was found so far."""

    def refresh(self) -> None:
        """Have a look at what is new since the last time, aside."""

    def close(self) -> None:
        """Look no further."""
