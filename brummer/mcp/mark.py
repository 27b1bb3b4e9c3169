"""Where waiting goes on: the moment of an answer, and what had been found by then."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from typing_extensions import override

from brummer.core.clock import Clock
from brummer.core.instance import Instance
from brummer.mcp.moment import since
from brummer.model.finding import Finding

_MARK: Final = re.compile(
    r"(?P<time>[0-9]{1,12}(?:\.[0-9]{1,9})?)@(?P<number>[0-9]{1,15})"
)


class Mark(NamedTuple):
    """A moment, and the number of the newest finding that there was.

    An error is known when its last line is there, and has the time of its first: so
    times do not tell what was found by some moment, and numbers do.  They begin anew
    with each run of the program; then what was found since has a later time.
    """

    time: float
    number: int | None = None

    def covers(self, finding: Finding) -> bool:
        """Whether *finding* was there already, as it is now."""
        is_known = self.number is None or finding.number <= self.number
        return is_known and finding.last_seen <= self.time

    @override
    def __str__(self) -> str:
        return f"{self.time}" if self.number is None else f"{self.time}@{self.number}"


def mark_of(findings: Sequence[Finding], now: float) -> Mark:
    """Return the mark after *findings*; *now* was before one looked for them."""
    return Mark(now, max((finding.number for finding in findings), default=0))


def marked(instance: Instance, clock: Clock) -> Mark:
    """Return the mark of now."""
    # First the moment: what ends after it is told of by whoever goes on from there.
    now = clock.now()
    return mark_of(instance.findings(), now)


def read(word: str, now: float) -> Mark | None:
    """Return what *word* means: a mark or a moment; ``None`` if it is empty.

    :raises BrummerError: if it means nothing.
    """
    if not word:
        return None
    if found := _MARK.fullmatch(word):
        return Mark(float(found["time"]), int(found["number"]))
    return Mark(since(word, now))


def moment(word: str, now: float) -> float:
    """Return the moment that *word* means in seconds since the epoch, 0 for none.

    :raises BrummerError: if it means none.
    """
    found = read(word, now)
    return found.time if found else 0.0
