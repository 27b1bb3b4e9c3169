"""Children and what they print: the parts between the system and the tables."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from brummer.app.history import Book, Past
from brummer.config.settings import Settings
from brummer.core.clock import Clock
from brummer.core.guard import Guard
from brummer.core.registry import Registry
from brummer.logs.ansi import strip
from brummer.logs.detection import Detection
from brummer.logs.store import LogStore
from brummer.logs.thread import LogThread
from brummer.logs.writer import LogWriter, Outlets
from brummer.model.event import Event
from brummer.model.finding import Detector, address_of
from brummer.model.log import Segment, Stream
from brummer.model.process import ProcessId
from brummer.model.script import Launch, Script
from brummer.process.child import ChildSystem, Equipment
from brummer.process.guardian_link import GuardianLink
from brummer.process.ledger import Ledger
from brummer.process.orphan import Orphans, become_reaper
from brummer.process.probe import Sight
from brummer.process.prober import Prober
from brummer.process.pump import Pump, Receivers
from brummer.process.supervisor import Supervisor
from brummer.process.wiring import Wiring

logger = logging.getLogger(__name__)

#: How long the last lines may take to be stored and printed at the end (seconds).
_LAST_LINES: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the engine needs of the rest of the program.

    *show* gets everything that is stored, in order, and may wait; *wake* is
    called when something visible changed.  *find* returns a script by its name;
    *began* is told of each that began to run, on the supervisor thread.
    """

    instance: str
    settings: Settings
    ledger: Path
    environment: Mapping[str, str]
    clock: Clock
    guard: Guard
    registry: Registry
    prepare: Callable[[Script], Launch]
    run_aside: Callable[[Callable[[], None]], object]
    publish: Callable[[Event], object]
    wake: Callable[[], object]
    report: Callable[[str, str], object]
    find: Callable[[str], Script]
    began: Callable[[Script], object]
    show: Callable[[Sequence[Segment]], object] | None = None
    #: The history that is written of it.
    book: Book | None = None


class Engine:
    """Runs children and stores what they print.

    ::

        pump --output--> log thread --> store, findings
          |                  `--drained--.
          `------exited------------> supervisor --> registry, events

    Threads: built, opened and closed by the main thread; the parts say for
    themselves who may do what with them.
    """

    def __init__(self, around: Around, detectors: Iterable[Detector]) -> None:
        settings, clock, guard = around.settings, around.clock, around.guard
        self.store: Final = LogStore(
            max_entries=settings.log_store.max_entries,
            max_bytes=settings.log_store.max_bytes,
        )
        self.detection: Final = Detection(
            detectors,
            max_findings=settings.log_store.max_findings,
            failed=guard.report,
            clock=clock,
        )
        outlets = Outlets(
            drained=self._drained,
            publish=around.publish,
            changed=around.wake,
            failed=guard.report,
            show=around.show,
            preserve=around.book.history.put if around.book else None,
            mark=around.book.history.mark if around.book else None,
        )
        self.past: Final = Past(self.store, around.book)
        writer = LogWriter(self.store, self.detection, outlets)
        self.log: Final = LogThread(writer, settings.log_store, clock)
        self._orphans = Orphans(around.instance)
        self._pump = Pump(self._receivers(guard), clock)
        self._guardian = GuardianLink(
            self._pump.watch, around.report, grace=settings.process_manager.grace
        )
        self._prober = Prober()
        #: Written by whoever ends the grace, read by whoever begins the end.
        self._is_hurried = False
        self._ledger = Ledger(around.ledger, around.instance, around.report)
        self.supervisor: Final = Supervisor(self._wiring(around))

    def _receivers(self, guard: Guard) -> Receivers:
        return Receivers(
            output=self._output,
            exited=self._exited,
            ended=self._ended,
            sweep=self._orphans.sweep,
            failed=partial(guard.report, "pump"),
        )

    def _wiring(self, around: Around) -> Wiring:
        equipment = Equipment(
            instance=around.instance,
            parent=around.environment,
            pump=self._pump,
            orphans=self._orphans,
            guardian=self._guardian,
            ledger=self._ledger,
        )
        return Wiring(
            system=ChildSystem(equipment),
            registry=around.registry,
            prepare=around.prepare,
            run_aside=around.run_aside,
            publish=around.publish,
            note=self.log.note,
            typed=self.log.typed,
            settings=around.settings.process_manager,
            clock=around.clock,
            find=around.find,
            look_aside=self._prober.look,
            sight=Sight(
                window=self.store.window,
                shown=strip,
                address=lambda name: address_of(self.detection.findings(), name),
            ),
            began=around.began,
        )

    # The parts are built one after the other and refer to each other in a circle;
    # these four close it.  None is called before open() starts the threads.

    def _output(
        self, process: ProcessId, stream: Stream, data: bytes, time: float
    ) -> None:
        self.log.put(process, stream, data, time)

    def _exited(self, process: ProcessId) -> None:
        self.supervisor.exited(process)

    def _ended(self, process: ProcessId) -> None:
        self.log.end(process)

    def _drained(self, process: ProcessId) -> None:
        self.supervisor.drained(process)

    def open(self) -> None:
        """Start the threads."""
        become_reaper()
        self._pump.start()
        self.supervisor.open()

    def shutdown(self) -> Future[None]:
        """End every process; the future is there when all are gone."""
        gone = self.supervisor.shutdown()
        # Read after the end was asked for, and written before it is hurried: if
        # this one comes too early to see it, the other one comes late enough.
        if self._is_hurried:
            self.supervisor.hurry()
        return gone

    def hurry(self) -> None:
        """End without any grace, once the end was asked for.

        That may be before :meth:`shutdown`, while plugins put their things away.
        """
        self._is_hurried = True
        self.supervisor.hurry()

    def finish(self) -> None:
        """End the threads, when every process has ended.

        Waits for the last lines to be stored, so whoever prints them has to go on
        meanwhile, on another thread.
        """
        self.supervisor.close()
        self._prober.close()
        # Before the pump, which watches over it: its good-bye is no accident.
        self._guardian.close()
        self._pump.close()
        self._ledger.close()
        self.log.finish()
        if not self.log.join(_LAST_LINES):
            logger.warning("the last lines were not stored in %s s", _LAST_LINES)
        if not self.past.close(_LAST_LINES):
            logger.warning("the history was not written in %s s", _LAST_LINES)
