"""Readiness of processes, played through the supervisor's public face."""

from brummer.errors import BrummerError
from brummer.model.process import ProcessId, ProcessStatus
from brummer.model.readiness import Readiness, ReadyBy
from tests.process.fakes import FakeChild, Stage, script

DB = ProcessId("db-1")
COMMAND = Readiness(by=ReadyBy.EXEC, target="pg_isready", interval=1.0)
PORT = Readiness(by=ReadyBy.TCP, target="5432", interval=1.0)


def started(ready: Readiness) -> Stage:
    stage = Stage()
    stage.add(script("db", ready=ready))
    stage.start("db")
    return stage


def trials(stage: Stage) -> list[FakeChild]:
    """Return the commands that were run to look, in their order."""
    return [child for name, child in stage.system.children.items() if "~" in name]


def test_a_process_is_not_ready_from_its_first_moment() -> None:
    stage = started(PORT)

    states = [change.after for change in stage.changes]
    running = [state for state in states if state.status is ProcessStatus.RUNNING]

    assert running[0].ready is False
    assert stage.state(DB).reason == "not ready: tcp 5432 refused"


def test_it_becomes_ready_and_says_so_in_its_log() -> None:
    stage = started(PORT)
    stage.looks.problem = ""

    stage.play(1.0)

    assert stage.state(DB).ready is True
    assert stage.state(DB).reason == ""
    assert stage.state(DB).since is None
    assert [text for _, text in stage.notes] == ["ready after 0.1 s"]


def test_it_is_shown_when_it_is_no_longer_ready_and_left_alone() -> None:
    stage = started(PORT)
    stage.looks.problem = ""
    stage.play(1.0)

    stage.looks.problem = "no answer"
    stage.play(20.0)

    assert stage.status(DB) is ProcessStatus.RUNNING
    assert stage.state(DB).ready is False
    assert stage.state(DB).reason == "not ready: no answer"
    assert "no longer ready: no answer" in [text for _, text in stage.notes]


def test_a_process_without_a_probe_is_neither() -> None:
    stage = Stage()
    stage.running("web")

    assert stage.state("web-1").ready is None
    assert stage.looks.taken == 0


def test_a_command_runs_beside_the_process_with_all_it_has() -> None:
    stage = started(COMMAND)

    name = ProcessId("db-1~1")
    made = stage.system.launches[name]

    assert made.argv[-1].endswith("\npg_isready")
    assert made.folder == stage.system.launches[DB].folder
    assert stage.system.extras[name] == stage.system.extras[DB]
    assert not made.tty


def test_the_exit_code_of_a_command_decides() -> None:
    stage = started(COMMAND)
    trials(stage)[0].exit(2)
    stage.play(0.2)
    failed = stage.state(DB)

    trials(stage)[1].exit(0)
    stage.play()

    assert failed.reason == "not ready: 'pg_isready' exited with 2"
    assert stage.state(DB).ready is True


def test_a_stop_ends_the_command_and_waits_for_its_end() -> None:
    stage = started(COMMAND)
    stage.system.exited = lambda _: None
    trial = trials(stage)[0]
    trial.immortal = True

    stopped = stage.supervisor.stop(DB)
    stage.play(1.0)
    meanwhile = stopped.done()
    stage.play(10.0)

    assert not meanwhile
    assert stopped.done()
    assert trial.kills == 1


def test_who_ends_by_itself_leaves_no_command_behind() -> None:
    stage = started(COMMAND)

    stage.child(DB).exit(0)
    stage.play(1.0)

    assert stage.status(DB) is ProcessStatus.SUCCESS
    assert stage.system.living() == []
    assert all(child.is_closed for child in stage.system.children.values())


def test_a_command_that_cannot_be_run_is_a_reason_and_no_failure() -> None:
    stage = started(COMMAND)
    stage.system.troubles["start"] = BrummerError("no file descriptors left")
    trials(stage)[0].exit(1)

    stage.play(1.0)

    assert stage.status(DB) is ProcessStatus.RUNNING
    assert "no file descriptors left" in stage.state(DB).reason


def test_an_answer_after_the_end_is_not_heard() -> None:
    stage = Stage()
    stage.looks.problem = None
    stage.add(script("db", ready=PORT))
    stage.start("db")
    stage.supervisor.stop(DB)
    stage.play(1.0)
    before = stage.state(DB)

    stage.looks.hanging[0]("")
    stage.play(1.0)

    assert stage.state(DB) == before
