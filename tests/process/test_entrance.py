import pytest

from brummer.config.settings import ProcessManagerSettings
from brummer.model.process import ProcessId, ProcessStatus
from brummer.model.script import Launch
from tests.process.fakes import Stage, launch, refusal, script

LIMIT = "within 5 s ([process_manager] worker_timeout)"


def crowded(starts: int, *, limit: int = 10) -> Stage:
    """Return a stage with *starts* starts that wait for their plugins."""
    stage = Stage(ProcessManagerSettings(max_concurrent_starts=limit))
    stage.workers.eager = False
    for number in range(starts):
        stage.start(f"s{number}")
    return stage


def test_at_most_so_many_starts_are_prepared_at_once() -> None:
    stage = crowded(12)

    assert len(stage.workers.tasks) == 10
    assert stage.state("s9-1").reason == ""
    assert stage.state("s10-1").reason == "waiting: 10 others are starting"
    assert stage.state("s11-1").reason == "waiting: 10 others are starting"


def test_who_came_first_is_next() -> None:
    stage = crowded(12)

    stage.workers.finish()
    stage.play()

    assert stage.status("s0-1") is ProcessStatus.RUNNING
    assert stage.state("s10-1").reason == ""
    assert stage.state("s11-1").reason == "waiting: 10 others are starting"


def test_who_is_stopped_outside_leaves_the_queue() -> None:
    stage = crowded(3, limit=1)

    stage.supervisor.stop(ProcessId("s1-1"))
    stage.play()
    stage.workers.finish()
    stage.play()

    assert stage.status("s1-1") is ProcessStatus.STOPPED
    assert len(stage.workers.tasks) == 1
    stage.workers.finish()
    stage.play()
    assert stage.status("s2-1") is ProcessStatus.RUNNING


def test_starting_and_stopping_in_turn_piles_up_no_work() -> None:
    stage = crowded(0, limit=2)

    for _ in range(50):
        stage.start()
        stage.supervisor.stop_all()
        stage.play()

    assert len(stage.workers.tasks) == 2


def test_a_place_is_free_again_when_its_work_is_late() -> None:
    stage = crowded(2, limit=1)

    stage.play(5.1)
    first = stage.state("s0-1")
    stage.workers.tasks[1]()
    stage.play()

    assert first.reason == f"found no free worker to prepare it {LIMIT}"
    assert stage.status("s1-1") is ProcessStatus.RUNNING


def test_an_answer_that_comes_too_late_changes_nothing() -> None:
    stage = crowded(1)

    stage.play(5.1)
    stage.workers.finish()
    stage.play()

    assert stage.status("s0-1") is ProcessStatus.FAILED
    assert not stage.system.children


def test_time_counts_from_when_a_worker_was_free() -> None:
    stage = crowded(0)
    seen: list[bool] = []

    def busy() -> Launch:
        stage.play(4.9)
        seen.append(future.done())
        stage.play(0.2)
        return launch()

    stage.launches["slow"] = busy
    future = stage.start("slow")
    stage.play(4.0)
    stage.workers.finish()

    assert seen == [False]
    assert refusal(future) == (
        f"slow-1: a plugin or a file of variables did not answer {LIMIT}"
    )


@pytest.mark.parametrize("starts", [1, 500])
def test_a_pool_that_is_closed_fails_the_starts_and_nothing_else(starts: int) -> None:
    stage = Stage(ProcessManagerSettings(max_concurrent_starts=1))
    stage.workers.trouble = "the bus is closed"

    futures = [stage.supervisor.start(script()) for _ in range(starts)]
    stage.play()

    for number, future in enumerate(futures, 1):
        assert refusal(future) == (
            f"web-{number}: nobody can prepare it: RuntimeError: the bus is closed"
        )


def test_a_pool_that_refuses_by_its_future_is_heard_at_once() -> None:
    stage = Stage()
    stage.workers.refusal = "too many tasks wait already"

    futures = [stage.start("web"), stage.start("db")]

    assert refusal(futures[0]) == "web-1: too many tasks wait already"
    assert refusal(futures[1]) == "db-1: too many tasks wait already"


def test_the_fallback_prepares_on_the_supervisor_thread() -> None:
    stage = Stage(ProcessManagerSettings(fallback_mode=True))
    stage.workers.trouble = "there are no workers"

    futures = [stage.start(name) for name in ("web", "db")]

    assert [future.result(0).id for future in futures] == ["web-1", "db-1"]


@pytest.mark.parametrize("error", [SystemExit(3), RecursionError("deep")])
def test_whatever_a_plugin_raises_fails_one_start(error: BaseException) -> None:
    stage = Stage()
    stage.launches["bad"] = error

    futures = [stage.start("bad"), stage.start("good")]

    assert refusal(futures[0]).startswith("bad-1: preparing it failed")
    assert futures[1].result(0).id == "good-1"
