"""One build of a tool, while its lines are read."""

import re
from typing import Final

import brummer
from brummer_builds.rule import Rule, Step
from brummer_builds.tools import ERRORS, THOROUGH

#: So many errors that are told one by one change what is known of a build.
_REPORTED: Final = 100


class Build:
    """A build by *tool*; *first* is the number of its first line.

    Threads: the log thread's.
    """

    def __init__(self, tool: str, entry: brummer.LogEntry, first: int) -> None:
        self.tool: Final = tool
        self._entry = entry
        self._first: Final = first
        self._errors = 0
        self._warnings = 0
        self._seconds: float | None = None
        #: Whether somebody said that it began.
        self._is_begun = False
        #: ``building``, ``ok`` or ``failed``.
        self.state = "building"
        #: Whether somebody said how it ended, and the number of the last such line.
        self.is_closed = False
        self.last = entry.number
        #: Whether what is told of it has all its errors.
        self.is_whole = True

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.state != "building"

    def learn(
        self, rule: Rule, found: "re.Match[str]", entry: brummer.LogEntry
    ) -> bool:
        """Learn from a line; return whether there is something new to tell."""
        fields, step = found.groupdict(), rule.step
        earlier = self._told()
        is_first = self._entry is entry
        self._entry = entry
        self._is_begun = self._is_begun or bool(step & (Step.BEGINS | Step.GOES_ON))
        self._count(step, fields)
        seconds = brummer.seconds_in(fields.get("seconds") or "")
        self._seconds = self._seconds if seconds is None else seconds
        self.state = self._next(step)
        if step & (Step.WORKED | Step.BROKE | Step.ENDED | Step.LATE):
            self.is_closed = True
            self.last = entry.number
        elif step & (Step.BEGINS | Step.GOES_ON):
            self.is_closed = False
        # The last error that is told does not know whether others follow.
        self.is_whole = self._errors < _REPORTED or not step & Step.ERROR
        if self._told() == earlier:
            return is_first
        return self._errors <= _REPORTED or not step & Step.ERROR

    def _told(self) -> tuple[object, ...]:
        """Return what is worth telling when it changes."""
        return self.state, self._errors, self._seconds, self.is_whole

    def _count(self, step: Step, fields: dict[str, str | None]) -> None:
        if fields.get("errors") is not None:
            self._errors = max(int(fields["errors"] or 0), self._errors)
        elif fields.get("total") is not None:
            self._errors = int(fields["total"] or 0) - int(fields["good"] or 0)
        elif step & Step.ERROR:
            self._errors += 1
        if fields.get("warnings"):
            self._warnings = int(fields["warnings"] or 0)

    def _next(self, step: Step) -> str:
        """Return the state after a line."""
        if step & Step.BROKE:
            return "failed"
        if step & Step.WORKED:
            return "ok"
        if step & Step.ENDED:
            return "failed" if self._errors else "ok"
        if step & Step.GOES_ON:
            return "building"
        # An error that is told outside of a build is one of a build that is over.
        is_outside = self.is_over or not self._is_begun
        return "failed" if step & Step.ERROR and is_outside else self.state

    def ended(self, *, well: bool) -> brummer.Finding:
        """Return the build, as its process has ended."""
        if not self.is_over:
            self.state = "ok" if well and not self._errors else "failed"
        self.is_whole = True
        return self.finding()

    def finding(self) -> brummer.Finding:
        """Return the build as it stands."""
        return brummer.Finding(
            kind=brummer.FindingKind.BUILD,
            title=f"{self.tool}: {self._title()}",
            process=self._entry.process,
            time=self._entry.time,
            line=self._entry.number,
            type=self.tool,
            severity=brummer.Severity.ERROR if self.state == "failed" else None,
            fingerprint=f"build:{self.tool}",
            details=self._details(),
            clears=self._clears(),
        )

    def _clears(self) -> brummer.Clearance | None:
        if self.state == "ok" or (self.state == "failed" and self.tool in THOROUGH):
            return brummer.Clearance(before=self._first, patterns=ERRORS[self.tool])
        return None

    def _title(self) -> str:
        parts = [self.state]
        errors = "1 error" if self._errors == 1 else f"{self._errors:,} errors"
        if not self.is_whole:
            errors = f"at least {errors}"
        if self.state == "failed" and self._errors:
            parts.append(f"with {errors}")
        elif self.state == "building" and self._errors:
            parts.append(f"{errors} so far")
        if self.is_over and self._seconds is not None:
            parts.append(f"in {brummer.lasting(self._seconds)}")
        return " ".join(parts)

    def _details(self) -> dict[str, str]:
        details = {
            "tool": self.tool,
            "state": self.state,
            "errors": str(self._errors),
            "warnings": str(self._warnings),
        }
        if self._seconds is not None:
            details["seconds"] = f"{self._seconds:.3f}"
        return details
