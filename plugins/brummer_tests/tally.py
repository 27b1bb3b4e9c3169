"""Counts of tests, in the words of those who count."""

import re
from dataclasses import dataclass, replace
from typing import Final, Self

#: ``3 failed``, ``failures=3``, ``Failures: 3`` and ``fail 3``.
_COUNT: Final = re.compile(
    r"(?P<number>\d+) (?P<word>did not run|[a-z]+)"
    r"|(?P<name>[A-Za-z][A-Za-z ]{0,30}?)(?:=|: | )(?P<amount>\d+)"
)

#: What the words count.  Those that are not here count something else.
_WORDS: Final = {
    "passed": "passed",
    "passing": "passed",
    "pass": "passed",
    "xpassed": "passed",
    "flaky": "passed",
    "failed": "failed",
    "failing": "failed",
    "failure": "failed",
    "failures": "failed",
    "fail": "failed",
    "cancelled": "failed",
    "interrupted": "failed",
    "unexpected successes": "failed",
    "error": "broken",
    "errors": "broken",
    "skipped": "skipped",
    "skips": "skipped",
    "pending": "skipped",
    "todo": "skipped",
    "ignored": "skipped",
    "xfailed": "skipped",
    "expected failures": "skipped",
    "incomplete": "skipped",
    "risky": "skipped",
    "did not run": "skipped",
    "total": "total",
    "tests": "total",
    "test": "total",
    "examples": "total",
    "example": "total",
    "runs": "total",
    "run": "total",
    "tests run": "total",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many tests went how; *broken* are errors outside of a test's own code.

    *total* counts all of them, 0 where that is not said.
    """

    passed: int = 0
    failed: int = 0
    broken: int = 0
    skipped: int = 0
    total: int = 0

    @property
    def good(self) -> int:
        """How many passed: what is said, else what is left of all."""
        rest = self.total - self.failed - self.broken - self.skipped
        return self.passed or max(rest, 0)

    @property
    def bad(self) -> int:
        """How many did not."""
        return self.failed + self.broken

    def __add__(self, other: Self) -> Self:
        """Return both together."""
        return replace(
            self,
            passed=self.good + other.good,
            failed=self.failed + other.failed,
            broken=self.broken + other.broken,
            skipped=self.skipped + other.skipped,
            total=0,
        )

    def corrected(self, other: Self) -> Self:
        """Return this with what *other* says."""
        return replace(
            self,
            passed=other.passed or self.passed,
            failed=other.failed or self.failed,
            broken=other.broken or self.broken,
            skipped=other.skipped or self.skipped,
            total=other.total or self.total,
        )


def tally(text: str) -> Tally:
    """Return what *text* counts."""
    counts = dict.fromkeys(("passed", "failed", "broken", "skipped", "total"), 0)
    for found in _COUNT.finditer(text):
        word = (found["word"] or found["name"]).strip().lower()
        kind = _WORDS.get(word)
        if kind is not None:
            counts[kind] += int(found["number"] or found["amount"])
    return Tally(**counts)
