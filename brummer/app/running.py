"""An application from opening to closing, with its control socket."""

import logging
import math
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from types import TracebackType
from typing import Any, Final, Self

from brummer.app.application import Application
from brummer.app.project import Project
from brummer.app.signals import EndSignals
from brummer.control.record import Directory, InstanceRecord
from brummer.process.leftover import leftovers

logger = logging.getLogger(__name__)

#: Seconds beyond the grace period in which every process must be gone.
_KILLING: Final = 15.0

#: Seconds for the last lines, the socket, the threads: each.
_CLOSING: Final = 10.0


class Running:
    """Runs an application while a block lasts, and ends it however that ends.

    Signals that ask for the end are noted all the time, in :attr:`signals`, so
    that none of them can keep it from its own end.

    Threads: the main thread only.
    """

    def __init__(self, application: Application, project: Project) -> None:
        self.signals: Final = EndSignals()
        self._application = application
        self._project = project
        self._directory = Directory(project.places.instances)
        self._close_server: Callable[[], None] = _nothing
        self._close_door: Callable[[], None] = _nothing
        self._serving: Future[None] | None = None

    def __enter__(self) -> Self:
        """Begin the block; :meth:`open` starts things."""
        self.signals.__enter__()
        return self

    def open(
        self,
        targets: Sequence[str],
        arguments: tuple[str, ...],
        tell: Callable[[str], object],
    ) -> None:
        """Start everything, and what the command line names.

        *tell* gets a sentence for the user.  Nothing is started any more once a
        signal has come.

        :raises ScriptNotFound: if it names what cannot be run.
        """
        self._application.open()
        detected = self._application.detect()
        folder = self._project.folder
        for other in self._directory.living(folder):
            tell(
                f"{other.id} (pid {other.pid}) runs here already;"
                f" brumctl --instance {other.id} talks to it"
            )
        self._application.run_aside(lambda: self._look_back(tell))
        record = self._listen(tell)
        # Aside, because asyncio is a large import and nobody waits for it.
        self._serving = self._application.run_aside(lambda: self._serve(record))
        if targets and self._awaited(detected):
            self._application.start(targets, arguments)

    def _awaited(self, detected: Future[object]) -> bool:
        """Wait for the scripts; return whether it goes on then."""
        if self.signals.wait(detected, math.inf, known=0):
            detected.result()
        return not self.signals.count

    def _look_back(self, tell: Callable[[str], object]) -> None:
        """See to what instances left that were killed."""
        self._directory.tidy()
        found = leftovers(self._project.ledgers())
        if found:
            names = ", ".join(f"{tree.process} (pid {tree.pid})" for tree in found)
            tell(f"left running by a dead instance: {names}; see brumctl leftovers")

    def _listen(self, tell: Callable[[str], object]) -> InstanceRecord:
        """Listen for agents; return what others are told of this instance."""
        application, project = self._application, self._project
        record = InstanceRecord.of_this_process(
            project.folder,
            str(project.places.socket(application.id)),
            id_=application.id,
        )
        opened = application.agents.open(record.token)
        if opened is None:
            return record
        door, token = opened
        self._close_door = door.close
        wanted = project.settings.mcp_port
        if wanted and door.port != wanted:
            others = self._directory.living()
            holders = [r.id for r in others if r.port == wanted] or ["somebody else"]
            tell(f"agents are served on port {door.port}: {holders[0]} has {wanted}")
        return replace(record, port=door.port, token=token)

    def _serve(self, record: InstanceRecord) -> None:
        """Open the control socket; without one the program runs all the same."""
        from brummer.control.server import ControlServer

        application = self._application
        server = ControlServer(
            application.instance,
            record,
            self._directory,
            lambda text: application.degraded("control", text),
        )
        try:
            server.start()
        except OSError as error:
            reason = error.strerror or str(error)
            application.degraded("control", f"no control socket: {reason}")
        else:
            self._close_server = server.close

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End every process, then every thread."""
        try:
            self._end()
        finally:
            self.signals.__exit__(kind, error, trace)

    def _end(self) -> None:
        grace = self._project.settings.process_manager.grace
        application = self._application
        if not self._wait("the processes", application.quit(), grace + _KILLING):
            # A script may have a longer grace of its own.  The guardian is
            # dismissed below, so what still runs would run on for ever.
            application.engine.hurry()
            self._wait("the processes", application.quit(), _KILLING)
        self._wait("the last lines", application.finish(), _CLOSING)
        # Behind what hangs on the workers it may not have begun, and need not now.
        if self._serving is not None and not self._serving.cancel():
            self._wait("the control socket", self._serving, _CLOSING)
        self._close_server()
        self._close_door()
        if not application.close():
            logger.error("threads hang in a plugin; leaving without them")

    def _wait(self, what: str, future: Future[Any], seconds: float) -> bool:
        """Wait for *future*, and return whether it came well.

        What went wrong with it is only worth a remark now.  A signal that comes
        meanwhile ends the grace: this is the end already.
        """
        deadline = time.monotonic() + seconds
        known = self.signals.count
        while not self.signals.wait(
            future, deadline - time.monotonic(), known=known
        ) and (self.signals.count > known):
            known = self.signals.count
            self._application.engine.hurry()
        try:
            future.result(0)
        except Exception:
            logger.exception("%s did not end well within %.0f s", what, seconds)
            return False
        return True


def _nothing() -> None:
    """Close nothing."""
