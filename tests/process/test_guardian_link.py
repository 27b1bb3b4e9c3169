import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from brummer.model.process import ProcessId
from brummer.process.guardian_link import GuardianLink
from brummer.process.row import MARKER, Identity
from brummer.process.table import row
from tests.support.wait import LIMIT, wait_until

WEB = ProcessId("web-1")


class Watch:
    """Stands in for the pump: remembers what is watched, and for whom."""

    def __init__(self) -> None:
        self.watched: list[tuple[int, Callable[[], object]]] = []

    def __call__(self, descriptor: int, action: Callable[[], object]) -> None:
        self.watched.append((descriptor, action))

    def fire(self) -> None:
        """Wait for the end of the oldest guardian, and tell who asked for it."""
        descriptor, action = self.watched.pop(0)
        assert os.read(descriptor, 1) == b""
        os.close(descriptor)
        action()

    def close(self) -> None:
        for descriptor, _ in self.watched:
            os.close(descriptor)


class Parish:
    """A link with what it needs, and children for it to guard."""

    def __init__(self, mark: str) -> None:
        self.mark = mark
        self.watch = Watch()
        self.reports: list[tuple[str, str]] = []
        self.link = GuardianLink(self.watch, self._report, grace=0.5)
        self._children: list[subprocess.Popen[bytes]] = []

    def _report(self, component: str, problem: str) -> None:
        self.reports.append((component, problem))

    @property
    def guardian(self) -> int:
        pid = self.link.pid
        assert pid is not None
        return pid

    def child(self, name: str = WEB) -> "subprocess.Popen[bytes]":
        environment = {**os.environ, MARKER: f"{self.mark}/{name}"}
        child = subprocess.Popen(["sleep", "1000"], env=environment)
        self._children.append(child)
        return child

    def guarded(self, name: str = WEB) -> "subprocess.Popen[bytes]":
        self.link.expect(ProcessId(name), f"{self.mark}/{name}")
        child = self.child(name)
        self.link.record(ProcessId(name), identity(child.pid))
        return child

    def close(self) -> None:
        self.link.close()
        self.watch.close()
        for child in self._children:
            child.kill()
            child.wait()


@pytest.fixture
def parish(tmp_path: Path) -> Iterator[Parish]:
    one = Parish(f"parish{os.getpid()}{tmp_path.name}")
    yield one
    one.close()


def identity(pid: int) -> Identity:
    line = row(pid)
    assert line is not None
    return line.identity


def is_stopped(pid: int) -> bool:
    line = row(pid)
    return line is not None and line.stopped


def test_no_guardian_is_started_before_there_is_something_to_guard(
    parish: Parish,
) -> None:
    assert parish.link.pid is None

    parish.guarded()

    assert parish.guardian > 0


def test_a_guardian_that_dies_is_replaced_and_that_is_told(parish: Parish) -> None:
    parish.guarded()
    first = parish.guardian

    os.kill(first, signal.SIGKILL)
    parish.watch.fire()

    assert parish.guardian != first
    assert parish.reports == [
        ("guardian", "ended unexpectedly; another one was started")
    ]


def test_a_guardian_that_died_unnoticed_is_replaced_when_it_is_needed(
    parish: Parish,
) -> None:
    parish.guarded()
    first = parish.guardian
    os.kill(first, signal.SIGKILL)
    os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)

    parish.guarded("web-2")

    assert parish.guardian != first
    parish.watch.fire()
    assert parish.reports == []


def test_a_guardian_that_hangs_is_replaced_and_does_no_harm(parish: Parish) -> None:
    child = parish.guarded()
    first = parish.guardian
    os.kill(first, signal.SIGSTOP)
    wait_until(lambda: is_stopped(first))

    for number in range(3000):
        parish.link.expect(ProcessId("x"), f"{parish.mark}/{number:050}")
        if parish.guardian != first:
            break

    assert parish.guardian != first
    assert row(first) is None
    assert child.poll() is None


def test_a_farewell_leaves_alone_what_is_on_record_no_more(parish: Parish) -> None:
    child = parish.guarded()
    guardian = parish.guardian
    parish.link.forget(WEB)

    parish.link.close()

    assert row(guardian) is None
    assert child.poll() is None
    assert parish.link.pid is None


def test_who_is_left_at_the_end_is_left_to_the_guardian(parish: Parish) -> None:
    child = parish.guarded()

    parish.link.close()

    assert child.wait(LIMIT) == -signal.SIGTERM
    assert parish.link.pid is None


def test_after_the_farewell_no_guardian_is_started(parish: Parish) -> None:
    parish.guarded()
    parish.link.close()

    parish.link.forget(WEB)
    parish.link.expect(WEB, "x")

    assert parish.link.pid is None
    parish.watch.fire()
    assert parish.reports == []


def test_without_a_program_to_run_children_run_unguarded(
    parish: Parish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")

    parish.guarded()

    assert parish.link.pid is None
    assert parish.reports[0] == (
        "guardian",
        "cannot be started: No such file or directory",
    )


def test_guardians_that_cannot_live_are_not_started_for_ever(
    parish: Parish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    parish.link.expect(WEB, "x")

    for _ in range(5):
        parish.watch.fire()

    assert parish.link.pid is None
    assert parish.watch.watched == []
    assert parish.reports[-1] == ("guardian", "ended unexpectedly; none is left")


def test_a_new_guardian_is_told_everything_however_much_that_is(
    parish: Parish,
) -> None:
    child = parish.guarded()
    for number in range(3000):
        parish.link.expect(ProcessId(f"x-{number}"), f"{parish.mark}/{number:050}")
    first = parish.guardian

    os.kill(first, signal.SIGKILL)
    parish.watch.fire()

    second = parish.guardian
    parish.link.forget(WEB)
    assert parish.guardian == second != first
    assert child.poll() is None
    # It would look for each of them at the end.
    for number in range(3000):
        parish.link.forget(ProcessId(f"x-{number}"))
