"""One run of a test runner, while its lines are read."""

import re
from dataclasses import replace
from typing import Final

import brummer
from brummer_tests.rule import Rule, Step
from brummer_tests.runners import ERRORS
from brummer_tests.tally import Tally, tally

#: Failed tests whose names are kept, and characters of each.
MOST: Final = 20
_LONGEST: Final = 200
#: Parts of a run that are told apart.
_MOST_PARTS: Final = 2_000

#: How often a run that goes on is reported: at its first so many failures.
_REPORTED: Final = 5


#: Names of what fails around the tests of Python's unittest.
_OUTSIDE: Final = re.compile(r"(?:setUp|tearDown)(?:Class|Module) \(")


class Result:
    """What is known of a run, or of the part of it that goes on.

    Threads: the log thread's.
    """

    def __init__(self) -> None:
        self.tally = Tally()
        self.suites = Tally()
        self.seconds: float | None = None
        #: Whether somebody counted, rather than named what failed.
        self.is_counted = False
        self.failed: dict[str, None] = {}
        #: Failed tests that had no room, and parts that failed without a test.
        self.unnamed = 0
        self.broken = 0
        #: Failures before or after tests.
        self.outside = 0

    @property
    def bad(self) -> int:
        """How many failed: what is counted, else those that are named."""
        if self.is_counted:
            return self.tally.bad or self.suites.bad
        named = len(self.failed) + self.unnamed
        return named + self.broken or self.suites.bad

    def fail(self, test: str) -> bool:
        """Note that *test* failed; return whether that is new."""
        name = test.strip()[:_LONGEST]
        if name in self.failed:
            return False
        if len(self.failed) >= MOST:
            self.unnamed += 1
            return False
        self.failed[name] = None
        self.outside += bool(_OUTSIDE.match(name))
        return True

    def add(self, part: "Result") -> None:
        """Take in what is known of *part*."""
        # What is outside of tests is no test that might have passed.
        inside = max(part.tally.broken - part.outside, 0)
        said = replace(part.tally, broken=inside).good
        self.tally += replace(part.tally, passed=said, total=0)
        self.is_counted = self.is_counted or part.is_counted
        self.suites += part.suites
        # What failed is named, or else the part failed as a whole.
        self.broken += 0 if part.failed else part.broken
        self.unnamed += part.unnamed
        if part.seconds is not None:
            self.seconds = (self.seconds or 0.0) + part.seconds
        for test in part.failed:
            self.fail(test)


class Run:
    """A run of *runner*; *first* is the number of its first line.

    Threads: the log thread's.
    """

    def __init__(self, runner: str, entry: brummer.LogEntry, first: int) -> None:
        self.runner: Final = runner
        self._entry = entry
        self._first: Final = first
        #: What is known of parts that are over, and of all the rest.
        self._over = Result()
        self._now = Result()
        self._parts: set[str] = set()
        #: Whether it has ended, and the number of the last line that ended it.
        self.is_over = False
        #: Whether another run has taken its place.
        self.is_past = False
        self._is_stopped = False
        self.last = entry.number

    def has(self, part: str | None) -> bool:
        """Whether *part* was told of before."""
        return part is not None and part in self._parts

    def next(self, entry: brummer.LogEntry) -> "Run":
        """Return the run to which belongs what came after the last part."""
        run = Run(self.runner, entry, self.last + 1)
        run._now = self._now
        return run

    def learn(
        self, rule: Rule, found: "re.Match[str]", entry: brummer.LogEntry
    ) -> bool:
        """Learn from a line; return whether there is something new to tell."""
        fields, step, now = found.groupdict(), rule.step, self._now
        self._entry = entry
        self.is_over = bool(step & Step.ENDS) or (
            self.is_over and bool(step & Step.LATE)
        )
        if step & Step.ENDS:
            self.last = entry.number
        _count(now, step, fields)
        if step & Step.TIMES:
            _time(now, step, fields)
        if fields.get("part"):
            self._part(fields["part"])
        if step & Step.FAILED:
            return now.fail(fields["test"]) and len(now.failed) <= _REPORTED
        return bool(step & (Step.BEGINS | Step.ENDS | Step.GOES_ON))

    def name(self, test: str) -> None:
        """Learn the name of a test that failed."""
        self._now.fail(test)

    def _part(self, part: str) -> None:
        """Take note that *part* is over."""
        if len(self._parts) < _MOST_PARTS:
            self._parts.add(part)
        self._over.add(self._now)
        self._now = Result()

    def stopped(self) -> brummer.Finding:
        """Return the run, which will never be over."""
        self._is_stopped = True
        return self.finding()

    def _state(self, known: Result) -> str:
        if self.is_over:
            return "failed" if known.bad else "passed"
        return "stopped" if self._is_stopped else "running"

    def finding(self) -> brummer.Finding:
        """Return the run as it stands."""
        known = Result()
        known.add(self._over)
        known.add(self._now)
        state = self._state(known)
        return brummer.Finding(
            kind=brummer.FindingKind.TEST,
            title=f"{self.runner}: {_title(known, state)}",
            process=self._entry.process,
            time=self._entry.time,
            line=self._entry.number,
            type=self.runner,
            severity=brummer.Severity.ERROR if known.bad else None,
            fingerprint=f"tests:{self.runner}",
            details={"tool": self.runner, "state": state, **_details(known)},
            clears=self._clears(),
        )

    def _clears(self) -> brummer.Clearance | None:
        if not self.is_over:
            return None
        return brummer.Clearance(before=self._first, patterns=ERRORS[self.runner])


def _count(result: Result, step: Step, fields: dict[str, str | None]) -> None:
    """Learn what a line counts."""
    if fields.get("suites"):
        result.suites = tally(fields["suites"] or "")
    elif fields.get("tally"):
        said = tally(f"{fields['tally']}, {fields.get('also') or ''}")
        before = result.tally
        result.tally = before + said if step & Step.ADDS else before.corrected(said)
        result.is_counted = True
    elif step & Step.PASSED_ONE:
        result.tally += Tally(passed=1)
    elif step & Step.SKIPPED_ONE:
        result.tally += Tally(skipped=1)
    elif step & Step.BREAKS:
        result.broken += 1


def _time(result: Result, step: Step, fields: dict[str, str | None]) -> None:
    """Learn how long it took."""
    text = fields.get("seconds") or ""
    if fields.get("milliseconds"):
        text = f"{fields['milliseconds']}ms"
    seconds = brummer.seconds_in(text)
    if seconds is not None:
        earlier = result.seconds if step & Step.ADDS else None
        result.seconds = seconds + (earlier or 0.0)


def _title(known: Result, state: str) -> str:
    counts = [
        f"{number:,} {word}"
        for number, word in (
            (known.bad, "failed"),
            (known.tally.good, "passed"),
            (known.tally.skipped, "skipped"),
        )
        if number
    ]
    text = ", ".join(counts)
    if state in {"running", "stopped"}:
        return f"{state}, {text} so far" if text else state
    text = text or state
    return (
        text if known.seconds is None else f"{text} in {brummer.lasting(known.seconds)}"
    )


def _details(known: Result) -> dict[str, str]:
    details = {
        "passed": str(known.tally.good),
        "failed": str(known.bad),
        "skipped": str(known.tally.skipped),
    }
    if known.seconds is not None:
        details["seconds"] = f"{known.seconds:.3f}"
    if known.failed:
        details["tests"] = "\n".join(known.failed)
    if known.unnamed:
        details["more"] = str(known.unnamed)
    return details
