"""The supervisor and real children: what is started is ended, all of it."""

import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from typing_extensions import override

from brummer.config.settings import ProcessManagerSettings
from brummer.core.clock import SystemClock
from brummer.core.registry import Registry
from brummer.errors import BrummerError
from brummer.model.process import ProcessId, ProcessStatus
from brummer.model.script import Launch, Script
from brummer.process.probe import Sight
from brummer.process.prober import Prober
from brummer.process.supervisor import Supervisor
from brummer.process.wiring import Wiring
from tests.process.rig import EIGHT, Receipts, Rig, marked, shell
from tests.support.wait import wait_until

WEB = ProcessId("web-1")
LIMIT = 20.0


class Forwarding(Receipts):
    """Tells a supervisor what the pump tells."""

    def __init__(self) -> None:
        super().__init__()
        self.supervisor: Supervisor | None = None

    @override
    def exited(self, process: ProcessId) -> None:
        super().exited(process)
        if self.supervisor is not None:
            self.supervisor.exited(process)

    @override
    def ended(self, process: ProcessId) -> None:
        super().ended(process)
        if self.supervisor is not None:
            self.supervisor.drained(process)


class Works:
    """A supervisor with everything below it."""

    def __init__(self, rig: Rig, pool: ThreadPoolExecutor) -> None:
        self.rig = rig
        self.registry = Registry()
        self.notes: list[str] = []
        self.prober = Prober()
        #: Scripts that others need, by name.
        self.scripts: dict[str, Script] = {}
        self.supervisor = Supervisor(
            Wiring(
                system=rig.system,
                registry=self.registry,
                prepare=self._prepare,
                run_aside=pool.submit,
                publish=lambda _: None,
                note=lambda _, text: self.notes.append(text),
                typed=self._typed,
                settings=ProcessManagerSettings(grace=0.5),
                clock=SystemClock(),
                find=self.scripts.__getitem__,
                look_aside=self.prober.look,
                sight=Sight(),
                began=lambda _: None,
            )
        )

    def _typed(self, _: ProcessId, data: bytes, /, *, hidden: bool) -> None:
        self.notes.append("hidden" if hidden else data.decode())

    def script(self, line: str, name: str = "web") -> Script:
        return Script(name=name, command=line, folder=self.rig.folder)

    def alive(self, process: str = "") -> list[str]:
        """Return the names of all that live."""
        return [row.name for row in marked(f"{self.rig.instance}/{process}")]

    def _prepare(self, script: Script) -> Launch:
        return shell(script.command, script.folder)


@contextmanager
def opened(folder: Path) -> Iterator[Works]:
    receipts = Forwarding()
    with Rig(folder, receipts=receipts) as rig, ThreadPoolExecutor(4) as pool:
        works = Works(rig, pool)
        receipts.supervisor = works.supervisor
        works.supervisor.open()
        yield works
        works.supervisor.shutdown().result(LIMIT)
        works.supervisor.close()
        works.prober.close()


@pytest.fixture
def works(tmp_path: Path) -> Iterator[Works]:
    with opened(tmp_path) as works:
        yield works


def test_a_process_runs_and_ends_with_its_code_after_its_output(works: Works) -> None:
    works.supervisor.start(works.script("echo last words; exit 3")).result(LIMIT)

    wait_until(lambda: works.registry.snapshot()[WEB].is_finished)

    assert works.registry.snapshot()[WEB].status is ProcessStatus.FAILED
    assert works.registry.snapshot()[WEB].exit_code == 3
    assert b"last words" in works.rig.receipts.text(WEB)
    assert works.notes[0].startswith("exited with 3 after 0.")


def test_a_crash_is_told_by_its_signal(works: Works) -> None:
    works.supervisor.start(works.script("kill -SEGV $$")).result(LIMIT)

    wait_until(lambda: works.registry.snapshot()[WEB].is_finished)

    assert works.registry.snapshot()[WEB].exit_code == 128 + signal.SIGSEGV
    assert works.notes[0].startswith("was killed by SIGSEGV")


def test_a_command_that_cannot_run_fails_in_words(works: Works) -> None:
    nowhere = Script(name="web", command="true", folder=works.rig.folder / "none")

    error = works.supervisor.start(nowhere).exception(LIMIT)

    assert isinstance(error, BrummerError)
    assert works.registry.snapshot()[WEB].status is ProcessStatus.FAILED


def test_a_restart_waits_for_a_grandchild_that_is_slow_to_end(works: Works) -> None:
    slow = "(trap '' TERM HUP; echo up; exec sleep 1000) & exec sleep 1000"
    works.supervisor.start(works.script(slow)).result(LIMIT)
    works.rig.receipts.wait_for_text(b"up", WEB)

    new = works.supervisor.restart(WEB).result(LIMIT)

    assert new.id == "web-2"
    assert works.alive("web-1") == []
    assert works.registry.snapshot()[WEB].reason == "killed"


def test_a_server_left_behind_by_its_shell_is_known_and_ended(works: Works) -> None:
    server = "setsid sh -c 'echo up; exec sleep 1000' & read line; exit 0"
    works.supervisor.start(works.script(server)).result(LIMIT)
    works.rig.receipts.wait_for_text(b"up", WEB)
    works.supervisor.write(WEB, b"enough\n").result(LIMIT)
    wait_until(lambda: works.registry.snapshot()[WEB].is_finished)
    ended = works.registry.snapshot()[WEB]

    works.supervisor.stop(WEB).result(LIMIT)

    assert ended.status is ProcessStatus.SUCCESS
    assert ended.reason == "1 process it started is still running"
    assert works.alive() == []


def test_eight_processes_that_resist_in_every_way_are_gone_in_time(
    works: Works,
) -> None:
    starts = [
        works.supervisor.start(works.script(line, f"s{number}"))
        for number, line in enumerate(EIGHT)
    ]
    for start in starts:
        start.result(LIMIT)
    wait_until(lambda: works.alive().count("sleep") == 8)

    began = time.monotonic()
    works.supervisor.shutdown().result(LIMIT)

    assert works.alive() == []
    assert time.monotonic() - began < LIMIT
    states = works.registry.snapshot().values()
    assert {state.status for state in states} == {ProcessStatus.STOPPED}
