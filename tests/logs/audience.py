"""Someone who remembers everything that the log tells."""

from collections.abc import Sequence

from brummer.core.clock import Clock
from brummer.logs.detection import Detection
from brummer.logs.store import LogStore
from brummer.logs.writer import LogWriter, Outlets
from brummer.model.collector import Gatherer, Lookout
from brummer.model.event import Event
from brummer.model.finding import Detector, Finding
from brummer.model.log import LogEntry, Segment
from brummer.model.process import ProcessId
from tests.support.clock import FakeClock


class Audience:
    """A writer with its store, and all that it told.

    Threads: the lists are appended to by whoever writes; tests read them when
    that one has ended, or only look at their length.
    """

    def __init__(
        self,
        *detectors: Detector | Gatherer | Lookout,
        store: LogStore | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.store = store or LogStore()
        self.drained: list[ProcessId] = []
        self.events: list[Event] = []
        self.versions: list[int] = []
        self.failures: list[tuple[str, BaseException]] = []
        self.shown: list[Segment] = []
        self.marked: list[Finding] = []
        self.clock = FakeClock()
        self.detection = Detection(
            detectors,
            max_findings=100,
            failed=self.hear_failure,
            clock=clock or self.clock,
        )
        self.writer = LogWriter(
            self.store,
            self.detection,
            Outlets(
                drained=self.hear_drained,
                publish=self.events.append,
                changed=lambda: self.versions.append(self.store.version),
                failed=self.hear_failure,
                show=self.hear_shown,
                mark=self.marked.extend,
            ),
        )

    def hear_drained(self, process: ProcessId) -> None:
        self.drained.append(process)

    def hear_failure(self, part: str, error: BaseException) -> None:
        self.failures.append((part, error))

    def hear_shown(self, segments: Sequence[Segment]) -> None:
        self.shown += segments

    def entries(self, process: ProcessId | None = None) -> tuple[LogEntry, ...]:
        """Return every line that can be read."""
        return self.store.window(0, 10**9, process).entries

    def lines(self, process: ProcessId | None = None) -> list[bytes]:
        """Return every line that can be read, as bytes."""
        return [entry.data for entry in self.entries(process)]
