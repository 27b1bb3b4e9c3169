"""Real children for tests: everything of the system's side, put together."""

import os
import sys
import threading
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from brummer.model.log import Stream
from brummer.model.process import ProcessId
from brummer.model.script import Launch
from brummer.process.child import ChildSystem, Equipment
from brummer.process.guardian_link import GuardianLink
from brummer.process.ledger import Ledger
from brummer.process.orphan import Orphans
from brummer.process.pump import Pump, Receivers
from brummer.process.row import Row
from brummer.process.system import Child
from brummer.process.table import marker, table
from tests.support.wait import LIMIT, wait_until

#: Four scripts with a grandchild in the background each: eight processes.
PLAIN = "sleep 1000 & exec sleep 1000"
STUBBORN = "trap '' TERM INT HUP; sleep 1000 & exec sleep 1000"
OWN_SESSION = "setsid sleep 1000 & exec sleep 1000"
DOUBLE_FORK = "(setsid sh -c 'sleep 1000 &' &); exec sleep 1000"
EIGHT = (PLAIN, STUBBORN, OWN_SESSION, DOUBLE_FORK)


def shell(line: str, folder: Path, *, tty: bool = True) -> Launch:
    """Return how to run a shell command line."""
    return Launch(argv=("/bin/sh", "-c", line), folder=folder, tty=tty)


def python(program: str, folder: Path, *, tty: bool = True) -> Launch:
    """Return how to run a Python program that needs only the standard library."""
    argv = (sys.executable, "-I", "-S", "-c", program)
    return Launch(argv=argv, folder=folder, tty=tty)


def marked(mark: str) -> list[Row]:
    """Return who lives with a marker that begins with *mark*."""
    return [
        line
        for line in table().values()
        if not line.zombie and (marker(line.pid) or "").startswith(mark)
    ]


class Receipts:
    """What the pump told, by process."""

    def __init__(self) -> None:
        self.received: dict[tuple[ProcessId, Stream], list[bytes]] = defaultdict(list)
        self.history: list[tuple[str, ProcessId]] = []
        self.times: list[float] = []
        self.failures: list[BaseException] = []
        self._told = threading.Condition()

    def output(
        self, process: ProcessId, stream: Stream, data: bytes, time: float
    ) -> None:
        with self._told:
            self.received[process, stream].append(data)
            self.times.append(time)
            self._told.notify_all()

    def exited(self, process: ProcessId) -> None:
        self._note("exited", process)

    def ended(self, process: ProcessId) -> None:
        self._note("ended", process)

    def text(self, process: str, stream: Stream = Stream.OUT) -> bytes:
        with self._told:
            return b"".join(self.received[ProcessId(process), stream])

    def told(self, what: str, process: str) -> int:
        return self.history.count((what, ProcessId(process)))

    def wait_for(self, what: str, process: str) -> None:
        with self._told:
            assert self._told.wait_for(lambda: self.told(what, process), LIMIT)

    def wait_for_text(
        self, text: bytes, process: str, stream: Stream = Stream.OUT
    ) -> None:
        def came() -> bool:
            return text in b"".join(self.received[ProcessId(process), stream])

        with self._told:
            assert self._told.wait_for(came, LIMIT), self.received

    def _note(self, what: str, process: ProcessId) -> None:
        with self._told:
            self.history.append((what, process))
            self._told.notify_all()


class Rig:
    """A :class:`ChildSystem` with all that belongs to it.

    Without the guardian being told of anything no guardian is started, and a
    test that needs one says so by starting a child.
    """

    def __init__(
        self, folder: Path, *, receipts: Receipts | None = None, grace: float = 1.0
    ) -> None:
        self.folder = folder
        self.instance = f"rig{os.getpid()}-{folder.name}"
        self.receipts = receipts or Receipts()
        self.reports: list[tuple[str, str]] = []
        self.orphans = Orphans(self.instance)
        self.pump = Pump(
            Receivers(
                output=self.receipts.output,
                exited=self.receipts.exited,
                ended=self.receipts.ended,
                sweep=self.orphans.sweep,
                failed=self.receipts.failures.append,
            )
        )
        self.guardian = GuardianLink(self.pump.watch, self.report, grace=grace)
        self.ledger = Ledger(folder / "ledger", self.instance, self.report)
        self.system = ChildSystem(
            Equipment(
                instance=self.instance,
                parent=os.environ,
                pump=self.pump,
                orphans=self.orphans,
                guardian=self.guardian,
                ledger=self.ledger,
            )
        )
        self._children: list[Child] = []

    def report(self, component: str, problem: str) -> None:
        self.reports.append((component, problem))

    def start(
        self, process: str, launch: Launch, extra: Mapping[str, str] | None = None
    ) -> Child:
        child = self.system.start(ProcessId(process), launch, extra or {})
        self._children.append(child)
        return child

    def shell(self, process: str, line: str, *, tty: bool = True) -> Child:
        return self.start(process, shell(line, self.folder, tty=tty))

    def python(self, process: str, program: str, *, tty: bool = True) -> Child:
        return self.start(process, python(program, self.folder, tty=tty))

    def close(self, child: Child) -> None:
        self._children.remove(child)
        child.close()

    def __enter__(self) -> Self:
        self.pump.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for child in self._children:
            child.kill()
            child.close()
        self.guardian.close()
        self.pump.close()
        self.ledger.close()
        wait_until(lambda: not marked(self.instance + "/"))
