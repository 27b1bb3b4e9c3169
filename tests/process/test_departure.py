"""The order in which all are ended: first who needs others."""

from brummer.model.process import ProcessId, ProcessStatus
from brummer.model.script import RestartPolicy
from tests.process.fakes import Stage, launch, script

STOPPING = ProcessStatus.STOPPING
RUNNING = ProcessStatus.RUNNING
STOPPED = ProcessStatus.STOPPED


def running() -> Stage:
    """Return a stage where an api and a page run, and what they need."""
    stage = Stage()
    stage.add(script("db"), script("api", "db"), script("page", "api"))
    stage.start("page")
    return stage


def test_a_process_is_ended_when_nobody_is_left_who_needs_it() -> None:
    stage = running()

    ended = stage.supervisor.stop_all()
    stage.play(2.0)

    assert ended.done()
    order = [one for one in stage.history() if one.endswith("stopped")]
    assert order == ["page-1 stopped", "api-1 stopped", "db-1 stopped"]


def test_a_slow_one_keeps_what_it_needs() -> None:
    stage = running()
    stage.child("page-1").ignore_signals()

    stage.supervisor.stop_all()
    stage.play(4.0)
    meanwhile = [stage.status(name) for name in ("page-1", "api-1", "db-1")]
    stage.play(4.0)

    assert meanwhile == [STOPPING, RUNNING, RUNNING]
    assert stage.status("db-1") is STOPPED


def test_who_is_in_a_hurry_waits_for_no_order() -> None:
    stage = running()
    for name in ("page-1", "api-1", "db-1"):
        stage.child(name).ignore_signals()
    ended = stage.supervisor.shutdown()
    stage.play(0.2)

    stage.supervisor.hurry()
    stage.play(1.0)

    assert ended.done()
    assert stage.system.living() == []


def test_one_that_fails_in_its_turn_is_not_started_again() -> None:
    stage = Stage()
    stage.launches["db"] = launch(RestartPolicy.ALWAYS)
    stage.add(script("db"), script("api", "db"))
    stage.start("api")
    stage.child("api-1").ignore_signals()
    ended = stage.supervisor.stop_all()
    stage.play(0.5)

    stage.child("db-1").exit(1)
    stage.play(10.0)

    assert ended.done()
    assert "db-2" not in stage.registry.snapshot()


def test_names_in_a_circle_do_not_stop_the_end() -> None:
    stage = Stage()
    stage.add(script("a"), script("b"))
    stage.start("a")
    stage.start("b")
    # Read again, the files say something else: each needs the other now.
    stage.add(script("a", "b"), script("b", "a"))
    stage.supervisor.renew(stage.scripts["a"].id, "a file changed")
    stage.play(1.0)

    ended = stage.supervisor.stop_all()
    stage.play(2.0)

    assert ended.done()
    assert stage.status(ProcessId("b-1")) is STOPPED
