"""The supervisor with its thread, and many others around it."""

import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from typing_extensions import override

from brummer.config.settings import ProcessManagerSettings
from brummer.core.clock import SystemClock
from brummer.core.threads import Role, census, on
from brummer.model.process import ProcessId, ProcessState, ProcessStatus
from brummer.process.supervisor import MOST_REQUESTS
from tests.process.fakes import Stage, refusal, script

WEB = ProcessId("web-1")
LIMIT = 20.0


@contextmanager
def at_work(settings: ProcessManagerSettings | None = None) -> Iterator[Stage]:
    """Run a supervisor on its thread; shut it down and end it afterwards."""
    with ThreadPoolExecutor(4) as pool:
        stage = Stage(settings, clock=SystemClock(), run_aside=pool.submit)
        stage.supervisor.open()
        yield stage
        stage.supervisor.shutdown().result(LIMIT)
        stage.supervisor.close()


@pytest.fixture
def _hasty() -> Iterator[None]:
    """Let threads take turns as often as the interpreter can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_it_has_one_thread_of_its_own_until_it_is_closed() -> None:
    with at_work() as stage:
        stage.supervisor.start(script()).result(LIMIT)
        during = census()

    assert during == {Role.SUPERVISOR: 1}
    assert census() == {}


def test_what_was_asked_before_it_opened_is_done() -> None:
    stage = Stage(clock=SystemClock())
    future = stage.supervisor.start(script())

    stage.supervisor.open()

    assert future.result(LIMIT).id == WEB
    stage.supervisor.close()


def test_closing_answers_everybody_who_still_waits() -> None:
    stage = Stage()
    stage.workers.eager = False
    waiting = [stage.start(), stage.supervisor.restart(WEB)]

    stage.supervisor.close()
    late = stage.supervisor.start(script())

    assert [refusal(future) for future in (*waiting, late)] == [
        *["brummer has ended"] * 3
    ]


class BrokenClock(SystemClock):
    """Works until it is broken."""

    is_broken = False

    @override
    def monotonic(self) -> float:
        if self.is_broken:
            raise OSError("no time")
        return super().monotonic()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_nobody_waits_for_a_thread_that_died() -> None:
    clock = BrokenClock()
    stage = Stage(clock=clock)
    stage.workers.eager = False
    waiting = stage.supervisor.start(script())
    stage.supervisor.open()
    stage.supervisor.hurry().result(LIMIT)

    clock.is_broken = True
    stage.supervisor.hurry()
    late = stage.supervisor.start(script())

    assert "brummer has ended" in str(waiting.exception(LIMIT))
    assert late.exception(LIMIT) is not None
    stage.supervisor.close()


def test_an_answer_comes_on_the_supervisor_thread_and_may_ask_again() -> None:
    places: list[bool] = []
    ended = threading.Event()

    with at_work() as stage:

        def stop(future: Future[ProcessState]) -> None:
            places.append(on(Role.SUPERVISOR))
            stage.supervisor.stop(future.result().id).add_done_callback(
                lambda _: ended.set()
            )

        stage.supervisor.start(script()).add_done_callback(stop)
        in_time = ended.wait(LIMIT)

    assert in_time
    assert places == [True]


def test_closing_from_an_answer_does_not_wait_for_itself() -> None:
    stage = Stage(clock=SystemClock())
    closed = threading.Event()

    def close(_: object) -> None:
        stage.supervisor.close()
        closed.set()

    stage.supervisor.shutdown().add_done_callback(close)
    stage.supervisor.open()

    assert closed.wait(LIMIT)


@pytest.mark.parametrize("trouble", [OSError("full"), ValueError("nonsense")])
def test_a_bus_and_a_log_that_fail_stop_nobody(trouble: Exception) -> None:
    with at_work() as stage:
        stage.trouble = trouble
        started = stage.supervisor.start(script()).result(LIMIT)
        stopped = stage.supervisor.stop(started.id).result(LIMIT)

    assert stopped.status is ProcessStatus.STOPPED


def test_requests_are_bounded_but_what_children_report_is_not() -> None:
    stage = Stage()
    child = stage.running()
    futures = [stage.supervisor.hurry() for _ in range(MOST_REQUESTS)]

    refused = stage.supervisor.hurry()
    child.exit(0)
    stage.play()

    assert "requests are waiting" in str(refused.exception(0))
    assert all(future.result(0) is None for future in futures)
    assert stage.status(WEB) is ProcessStatus.SUCCESS


def test_200_processes_at_once_are_all_tracked() -> None:
    with at_work() as stage:
        futures = [stage.supervisor.start(script(f"s{n}")) for n in range(200)]
        running = {future.result(LIMIT).id for future in futures}
        table, trees = stage.registry.snapshot(), stage.supervisor.trees()

    assert len(running) == 200
    assert running == table.keys() == trees.keys()
    assert {state.status for state in table.values()} == {ProcessStatus.RUNNING}
    assert {state.status for state in stage.registry.snapshot().values()} == {
        ProcessStatus.STOPPED
    }


@pytest.mark.usefixtures("_hasty")
def test_100_threads_that_start_stop_and_restart_leave_a_legal_history() -> None:
    settings = ProcessManagerSettings(history=5000, worker_timeout=LIMIT)

    with at_work(settings) as stage, ThreadPoolExecutor(100) as people:
        lives = [people.submit(live, stage, f"s{n % 7}") for n in range(100)]
        for life in lives:
            life.result(LIMIT)

    assert not stage.system.living()
    assert stage.supervisor.trees() == {}
    assert_legal(stage)


def live(stage: Stage, name: str) -> None:
    """Start, restart and end a script in every way there is."""
    supervisor = stage.supervisor
    for _ in range(3):
        first = supervisor.start(script(name)).result(LIMIT)
        second = supervisor.restart(first.id).result(LIMIT)
        supervisor.signal(second.id, 15).result(LIMIT)
        supervisor.stop(second.id).result(LIMIT)
        third = supervisor.start(script(name)).result(LIMIT)
        supervisor.kill(third.id).result(LIMIT)


def assert_legal(stage: Stage) -> None:
    """Check that what was published is one unbroken, allowed story per process."""
    last: dict[ProcessId, ProcessState] = {}
    for change in stage.changes:
        before, after = change.before, change.after
        assert before == last.get(after.id)
        if before is not None and before.status is not after.status:
            assert before.status.may_become(after.status)
        last[after.id] = after
    assert last == dict(stage.registry.snapshot())
