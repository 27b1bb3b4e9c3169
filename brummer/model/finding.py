"""Something in the output that is worth showing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, Protocol, Self

from brummer.model.log import LogEntry
from brummer.model.process import ProcessId
from brummer.model.script import NOTHING


class FindingKind(StrEnum):
    """What a finding is about."""

    ERROR = "error"
    WARNING = "warning"
    URL = "url"
    BUILD = "build"
    TEST = "test"
    PROMPT = "prompt"

    @property
    def is_state(self) -> bool:
        """Whether the latest of its process tells all, so that none is a repeat."""
        return self in _STATES


_STATES: Final = frozenset({FindingKind.BUILD, FindingKind.TEST, FindingKind.PROMPT})


class Severity(StrEnum):
    """How bad it is: FATAL ended the process, or will."""

    FATAL = "fatal"
    ERROR = "error"
    WARNING = "warning"


#: The detail of an error about a port that is taken: its number.
PORT: Final = "port"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One call on a stack; lines and columns as printed, 0 for unknown.

    *own* says whether *file* belongs to the project, rather than to a library or
    the language.
    """

    file: str
    line: int = 0
    column: int = 0
    function: str = ""
    own: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearance:
    """What a build or a test run settles: errors that it would have repeated.

    These are the errors and warnings of its process whose ``pattern`` begins with
    one of *patterns*, and that were seen last in a line before *before*.
    """

    before: int
    patterns: tuple[str, ...]

    def covers(self, finding: "Finding") -> bool:
        """Whether *finding*, of the same process, is one of them."""
        return (
            finding.kind in {FindingKind.ERROR, FindingKind.WARNING}
            and not finding.resolved
            and finding.line < self.before
            and finding.details.get("pattern", "").startswith(self.patterns)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something worth showing: an error, a URL, a test result, a build event.

    *title* is one line for people; *line* is the number of the log line in its
    process's log where the finding begins, *end* that of the first line after it.
    *details* holds what belongs to the kind: a URL finding has ``url`` and
    ``label``, an error of a test ``test``.

    An error has a *type* (the class of an exception, the code of a compiler) and a
    *message*; *file*, *line_in_file* and *column* tell the place in the project
    that one would open.  *frames* are in the order in which they were printed,
    *causes* lead to the root of the chain, each as ``type: message``.

    Findings of one process with the same *fingerprint*, if it is not empty, are
    kept as one: the latest, with a *count*, the *time* of the first and
    *last_seen*.  Times are in seconds since the epoch.  *number* grows with whatever is
    found, also again; it is given when a finding is kept, and tells nothing else.

    How a build or a test run goes, and what a process asks for, are states: the
    latest takes the place of the one before it.  *resolved* is when it was over
    with what was found, 0 for not yet: the error did not come again when its file
    was built anew, the question was answered, the server has ended.  *clears* says
    what else it is over with.
    """

    kind: FindingKind
    title: str
    process: ProcessId
    time: float
    line: int = 0
    details: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    type: str = ""
    message: str = ""
    file: str = ""
    line_in_file: int = 0
    column: int = 0
    frames: tuple[Frame, ...] = ()
    causes: tuple[str, ...] = ()
    language: str = ""
    severity: Severity | None = None
    fingerprint: str = ""
    end: int = 0
    count: int = 1
    last_seen: float = 0.0
    resolved: float = 0.0
    clears: Clearance | None = None
    number: int = field(default=0, compare=False)

    def __post_init__(self) -> None:
        """Fill in what follows from the rest: one line, seen once."""
        if self.end <= self.line:
            object.__setattr__(self, "end", self.line + 1)
        if self.last_seen < self.time:
            object.__setattr__(self, "last_seen", self.time)

    @property
    def first_seen(self) -> float:
        """When it was seen first."""
        return self.time

    @property
    def range(self) -> tuple[int, int]:
        """The lines of its process's log: the first, and the one after the last."""
        return self.line, self.end

    def after(self, *earlier: Self) -> Self:
        """Return this finding as a repeat of those *earlier*, the oldest first.

        The next state is none, nor is the news that it is resolved.
        """
        if self.kind.is_state or self.resolved:
            return self
        return replace(
            self,
            time=earlier[0].time,
            count=self.count + sum(each.count for each in earlier),
            last_seen=max(self.last_seen, *(each.last_seen for each in earlier)),
        )


def address_of(findings: Iterable[Finding], process: ProcessId) -> str:
    """Return the first URL that *process* announced, empty for none."""
    for finding in findings:
        if finding.kind is FindingKind.URL and finding.process == process:
            return finding.details.get("url", "")
    return ""


def question_of(findings: Iterable[Finding], process: ProcessId) -> str:
    """Return what *process* asks and waits for, empty for nothing."""
    asked = ""
    for finding in findings:
        if finding.kind is FindingKind.PROMPT and finding.process == process:
            # One on its other stream may be over already.
            question = finding.message or finding.title
            if not finding.resolved:
                asked = question
            elif asked == question:
                asked = ""
    return asked


class Detector(Protocol):
    """Looks at the lines that hold one of its literals, and reports findings.

    Threads: :meth:`detect` runs on the log thread, so it must neither wait nor
    keep more than a little state per process.
    """

    @property
    def name(self) -> str:
        """A short name for the health table."""

    @property
    def prefilter(self) -> tuple[bytes, ...]:
        """Lower-case literals; a line without any of them is not looked at."""

    def detect(self, entry: LogEntry) -> tuple[Finding, ...]:
        """Return what *entry* tells; empty for nothing."""
