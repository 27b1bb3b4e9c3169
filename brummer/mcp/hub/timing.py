"""How long the hub waits for what."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Limits and intervals, in seconds; the original program's where it has them.

    Opening a link may take *opening*, leaving one *leaving*.  The pause after a
    failure is *first* and doubles up to *cap*, longer by up to *jitter* of itself so
    that many hubs do not come all at once.  After *failures* in a row an instance is
    dead, and tried once every *rest*.

    Who has not been heard of for *interval* is asked for a sign of life, and has
    *answer* to give one; after *misses* in a row the link is given up.  While somebody
    waits they follow each other at once, all but the first with half of *answer*.

    The folder of instance files is looked at whenever it changes, and each *look*
    in any case, for instances that end without a word.  Where nothing tells of
    changes they are found within *poll*.  A clock that is *jump* ahead of what has
    passed tells of a machine that slept.
    """

    opening: float = 10.0
    leaving: float = 0.3
    first: float = 1.0
    cap: float = 30.0
    jitter: float = 0.1
    failures: int = 5
    rest: float = 60.0
    interval: float = 30.0
    answer: float = 5.0
    misses: int = 3
    look: float = 10.0
    poll: float = 2.0
    jump: float = 5.0
