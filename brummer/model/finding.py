"""Something in the output that is worth showing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something worth showing: an error, a URL, a test result, a build event.

    *title* is one line for people; *line* is the number of the log line in its
    process's log where the finding begins.  *details* holds what belongs to
    the kind: a URL finding has ``url`` and ``label``.
    """

    kind: FindingKind
    title: str
    process: ProcessId
    time: float
    line: int = 0
    details: Mapping[str, str] = field(default_factory=lambda: NOTHING)


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
