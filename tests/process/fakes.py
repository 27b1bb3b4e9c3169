"""An operating system that plays what a test tells it, and a supervisor of it."""

import signal
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from itertools import count
from pathlib import Path

from brummer.config.settings import ProcessManagerSettings
from brummer.core.clock import Clock
from brummer.core.registry import Registry
from brummer.errors import BrummerError, ScriptNotFound
from brummer.model.event import Event, ProcessChanged
from brummer.model.process import ProcessId, ProcessState, ProcessStatus
from brummer.model.readiness import Need, Readiness
from brummer.model.script import Launch, RestartPolicy, Script
from brummer.process.ensured import Ensured
from brummer.process.probe import Sight
from brummer.process.supervisor import Supervisor
from brummer.process.system import Relative
from brummer.process.wiring import Wiring
from tests.support.clock import FakeClock

FOLDER = Path("/project")


class FakeChild:
    """A root and, if told so, some relatives; each obeys signals or does not."""

    def __init__(self, system: "FakeSystem", process: ProcessId, pid: int) -> None:
        self._system = system
        self._process = process
        self.pid = pid
        self.exit_code: int | None = None
        #: Who would end on a stop signal, by pid; the root is among them.
        self.obedient = {pid: True}
        self.names = {pid: "node"}
        #: Whether even SIGKILL is of no use.
        self.immortal = False
        #: Whether whoever is killed has a successor already.
        self.forks = False
        #: Whether it reads no more input.
        self.deaf = False
        self.signals: list[int] = []
        self.typed: list[bytes] = []
        self.size: tuple[int, int] | None = None
        self.kills = 0
        self.is_closed = False
        #: Whether it was let go with its records kept.
        self.is_left = False

    def fork(self, name: str, *, obedient: bool = True) -> int:
        """Let the tree grow by one; return its pid."""
        pid = next(self._system.pids)
        self.obedient[pid] = obedient
        self.names[pid] = name
        return pid

    def ignore_signals(self) -> None:
        """Make the root one of those that only SIGKILL ends."""
        self.obedient[self.pid] = False

    def die(self, *pids: int) -> None:
        """Let relatives of the root end."""
        for pid in pids:
            self.obedient.pop(pid)

    def exit(self, code: int) -> None:
        """End the root, and say so as the real system does."""
        if self.exit_code is not None:
            return
        self.obedient.pop(self.pid)
        self.exit_code = code
        self._system.exited(self._process)
        if self._system.drains:
            self._system.drained(self._process)

    def family(self) -> tuple[Relative, ...]:
        self._system.meet("family")
        return tuple(Relative(pid, self.names[pid]) for pid in self.obedient)

    def signal(self, number: int) -> None:
        self._system.meet("signal")
        self.signals.append(number)
        if number == signal.SIGKILL:
            self._die()
        else:
            self._end([pid for pid, obeys in self.obedient.items() if obeys], number)

    def stop(self, number: int) -> None:
        self.signal(number)

    def kill(self) -> None:
        self._system.meet("kill")
        self.kills += 1
        self._die()

    def write(self, data: bytes) -> None:
        if self.deaf:
            raise BrummerError(f"{self._process} reads no more input")
        self.typed.append(data)

    def resize(self, columns: int, rows: int) -> None:
        self.size = (columns, rows)

    def close(self) -> None:
        self.is_closed = True
        self._system.meet("close")

    def leave(self) -> None:
        self.is_left = True
        self._system.meet("close")

    def _die(self) -> None:
        if self.immortal:
            return
        killed = list(self.obedient)
        if self.forks:
            self.fork("chain")
        self._end(killed, signal.SIGKILL)

    def _end(self, pids: list[int], number: int) -> None:
        self.die(*(pid for pid in pids if pid != self.pid))
        if self.pid in pids:
            self.exit(128 + number)


def _nobody(_: ProcessId) -> None:
    """Hears of exits until a supervisor does."""


class FakeSystem:
    """Starts children that exist only here."""

    def __init__(self) -> None:
        self.pids = count(100)
        self.children: dict[ProcessId, FakeChild] = {}
        self.launches: dict[ProcessId, Launch] = {}
        self.extras: dict[ProcessId, Mapping[str, str]] = {}
        #: What a call of that name raises, from now on.
        self.troubles: dict[str, BaseException] = {}
        #: Whether output ends together with the root.
        self.drains = True
        #: Whether the next children ignore every signal but SIGKILL.
        self.stubborn = False
        self.exited: Callable[[ProcessId], object] = _nobody
        self.drained: Callable[[ProcessId], object] = _nobody

    def start(
        self, process: ProcessId, launch: Launch, extra: Mapping[str, str]
    ) -> FakeChild:
        self.meet("start")
        child = FakeChild(self, process, next(self.pids))
        if self.stubborn:
            child.ignore_signals()
        self.children[process] = child
        self.launches[process] = launch
        self.extras[process] = extra
        return child

    def meet(self, call: str) -> None:
        """Raise what is planned for *call*."""
        if call in self.troubles:
            raise self.troubles[call]

    def living(self) -> list[int]:
        """Return the pids of all that live."""
        return [pid for child in self.children.values() for pid in child.obedient]


class Workers:
    """Runs what it is given when told to, as a pool that is busy would."""

    def __init__(self) -> None:
        self.tasks: list[Callable[[], None]] = []
        #: Whether tasks are done as soon as they are given.
        self.eager = True
        #: Why nothing can be run, if that is so.
        self.trouble = ""
        #: The same, told as the bus does it: in the future of the task.
        self.refusal = ""

    def run_aside(self, task: Callable[[], None]) -> Future[None]:
        ticket: Future[None] = Future()
        if self.refusal:
            ticket.set_exception(BrummerError(self.refusal))
            return ticket
        if self.trouble:
            raise RuntimeError(self.trouble)
        if self.eager:
            task()
            ticket.set_result(None)
        else:
            self.tasks.append(task)
        return ticket

    def finish(self) -> None:
        """Do what was given first."""
        self.tasks.pop(0)()


class Looks:
    """Answers looks at processes as a test wants it, instead of taking them."""

    def __init__(self) -> None:
        #: What every look finds missing, empty for nothing; ``None``: it hangs.
        self.problem: str | None = "tcp 5432 refused"
        self.taken = 0
        self.hanging: list[Callable[[str], object]] = []

    def look_aside(self, _: Callable[[], str], answer: Callable[[str], object]) -> None:
        self.taken += 1
        if self.problem is None:
            self.hanging.append(answer)
        else:
            answer(self.problem)


class Stage:
    """A supervisor among fakes, which moves when :meth:`play` is called."""

    def __init__(
        self,
        settings: ProcessManagerSettings | None = None,
        *,
        clock: Clock | None = None,
        run_aside: Callable[[Callable[[], None]], object] | None = None,
    ) -> None:
        self.clock = FakeClock()
        self.system = FakeSystem()
        self.workers = Workers()
        settings = settings or ProcessManagerSettings()
        self.registry = Registry(settings.history)
        self.changes: list[ProcessChanged] = []
        self.notes: list[tuple[ProcessId, str]] = []
        #: How scripts are launched, by name; others with all defaults.
        self.launches: dict[str, Launch | BaseException | Callable[[], Launch]] = {}
        #: Scripts that others may need, by name; others are made up.
        self.scripts: dict[str, Script] = {}
        #: What was told of scripts that began to run.
        self.began: list[Script] = []
        self.looks = Looks()
        self.trouble: Exception | None = None
        self.supervisor = Supervisor(
            Wiring(
                system=self.system,
                registry=self.registry,
                prepare=self._prepare,
                run_aside=run_aside or self.workers.run_aside,
                publish=self._publish,
                note=self._note,
                typed=self._typed,
                settings=settings,
                clock=clock or self.clock,
                find=self.find,
                look_aside=self.looks.look_aside,
                sight=Sight(),
                began=self.began.append,
            )
        )
        self.system.exited = self.supervisor.exited
        self.system.drained = self.supervisor.drained

    def find(self, name: str) -> Script:
        """Return a script of that name, as the table of scripts does."""
        if name not in self.scripts:
            raise ScriptNotFound(name, sorted(self.scripts))
        return self.scripts[name]

    def add(self, *scripts: Script) -> None:
        """Add scripts that can be found."""
        self.scripts.update((script.name, script) for script in scripts)

    def play(self, seconds: float = 0.0) -> None:
        """Let *seconds* pass in small steps, doing all that comes up."""
        self.supervisor.step()
        for _ in range(round(seconds * 20)):
            self.clock.advance(0.05)
            self.supervisor.step()

    def start(self, name: str = "web") -> Future[ProcessState]:
        future = self.supervisor.start(self.scripts.get(name) or script(name))
        self.play()
        return future

    def running(self, name: str = "web") -> FakeChild:
        """Start a script; return its child."""
        return self.child(self.start(name).result(0).id)

    def child(self, process: str) -> FakeChild:
        return self.system.children[ProcessId(process)]

    def state(self, process: str) -> ProcessState:
        return self.registry.snapshot()[ProcessId(process)]

    def status(self, process: str) -> ProcessStatus:
        return self.state(process).status

    def history(self) -> list[str]:
        """Return what was published: ``web-1 running``, a status once only."""
        said = [f"{c.after.id} {c.after.status}" for c in self.changes]
        return [
            now for before, now in zip(["", *said], said, strict=False) if now != before
        ]

    def _prepare(self, wanted: Script) -> Launch:
        answer = self.launches.get(wanted.name, launch())
        if isinstance(answer, BaseException):
            raise answer
        return answer if isinstance(answer, Launch) else answer()

    def _publish(self, event: Event) -> None:
        assert isinstance(event, ProcessChanged)
        self.changes.append(event)
        if self.trouble is not None:
            raise self.trouble

    def _typed(self, process: ProcessId, data: bytes, /, *, hidden: bool) -> None:
        self._note(process, f"typed {'hidden' if hidden else data.decode()}")

    def _note(self, process: ProcessId, text: str) -> None:
        self.notes.append((process, text))
        if self.trouble is not None:
            raise self.trouble


def script(
    name: str = "web", *needs: Need | str, ready: Readiness | None = None
) -> Script:
    """Return a script that runs a server."""
    return Script(
        name=name,
        command="serve",
        folder=FOLDER,
        source="test",
        needs=tuple(Need(script=n) if isinstance(n, str) else n for n in needs),
        ready=ready,
    )


def launch(
    restart: RestartPolicy = RestartPolicy.NEVER,
    *,
    grace: float | None = None,
    stop_signal: str = "SIGTERM",
    notes: tuple[str, ...] = (),
) -> Launch:
    """Return how to run it."""
    return Launch(
        argv=("serve", "--port", "80 80"),
        folder=FOLDER,
        restart=restart,
        grace=grace,
        stop_signal=stop_signal,
        notes=notes,
    )


def refusal(future: "Future[ProcessState] | Future[Ensured]") -> str:
    """Return with what words a request was refused."""
    error = future.exception(0)
    assert isinstance(error, BrummerError)
    return str(error)
