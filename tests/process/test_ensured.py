"""One process of a script, whoever asks for it."""

from brummer.model.process import ProcessId, ProcessStatus
from brummer.model.script import RestartPolicy, Script
from brummer.process.ensured import Ensured
from tests.process.fakes import Stage, launch, refusal, script

WEB = ProcessId("web-1")
NEXT = ProcessId("web-2")


def is_web(other: Script) -> bool:
    return other.name == "web"


def ensure(stage: Stage) -> Ensured:
    asked = stage.supervisor.ensure(script(), is_web)
    stage.play()
    return asked.result(0)


def test_it_starts_what_is_not_there() -> None:
    stage = Stage()

    made = ensure(stage)

    assert (made.state.id, made.is_new) == (WEB, True)
    assert stage.status(WEB) is ProcessStatus.RUNNING


def test_however_many_ask_it_is_started_once() -> None:
    stage = Stage()
    wanted = script()

    asked = [stage.supervisor.ensure(wanted, is_web) for _ in range(50)]
    stage.play()

    made = [future.result(0) for future in asked]
    assert {found.state.id for found in made} == {WEB}
    assert sum(found.is_new for found in made) == 1
    assert list(stage.registry.snapshot()) == [WEB]


def test_what_runs_is_found_at_once() -> None:
    stage = Stage()
    stage.running()

    found = ensure(stage)

    assert (found.state.id, found.is_new) == (WEB, False)


def test_what_is_over_is_started_again() -> None:
    stage = Stage()
    stage.running().exit(0)
    stage.play()

    assert ensure(stage).state.id == NEXT


def test_who_ends_gets_a_successor_when_all_of_him_is_gone() -> None:
    stage = Stage()
    child = stage.running()
    child.ignore_signals()
    stage.supervisor.stop(WEB)
    stage.play()

    asked = stage.supervisor.ensure(script(), is_web)
    stage.play()
    is_early = asked.done()
    child.exit(0)
    stage.play(1.0)

    assert not is_early
    assert asked.result(0).state.id == NEXT
    assert stage.status(NEXT) is ProcessStatus.RUNNING


def test_who_waits_after_a_failure_begins_now() -> None:
    stage = Stage()
    stage.launches["web"] = launch(RestartPolicy.ON_FAILURE)

    stage.running().exit(1)
    stage.play()
    found = ensure(stage)

    assert (found.state.id, found.is_new) == (NEXT, False)
    assert stage.status(NEXT) is ProcessStatus.RUNNING


def test_nothing_is_started_after_the_shutdown_began() -> None:
    stage = Stage()
    stage.supervisor.shutdown()

    asked = stage.supervisor.ensure(script(), is_web)
    stage.play()

    assert refusal(asked) == "brummer is ending: web is not started"


def test_nobody_waits_for_who_ends_while_another_runs() -> None:
    stage = Stage()
    stage.running()
    stage.supervisor.ensure(script(), lambda _: False)
    stage.play()
    stage.child(NEXT).ignore_signals()
    stage.supervisor.stop(NEXT)
    stage.play()

    asked = stage.supervisor.ensure(script(), is_web)
    stage.play()

    assert stage.status(NEXT) is ProcessStatus.STOPPING
    assert asked.result(0).state.id == WEB
