"""Restarts because of changed files, and which processes need none."""

from brummer.model.process import ProcessId, ProcessStatus
from tests.process.fakes import Stage

WEB = ProcessId("web-1")
NEXT = ProcessId("web-2")


def test_a_process_that_began_after_a_file_was_written_has_read_it() -> None:
    stage = Stage()
    stage.running()
    web, began = stage.state(WEB).script, stage.state(WEB).started or 0.0

    stage.supervisor.renew(web, "app.py changed", began - 0.1)
    stage.play(10.0)

    assert stage.status(WEB) is ProcessStatus.RUNNING
    assert NEXT not in stage.registry.snapshot()


def test_one_that_began_before_is_started_again() -> None:
    stage = Stage()
    stage.running()
    web, began = stage.state(WEB).script, stage.state(WEB).started or 0.0

    stage.supervisor.renew(web, "app.py changed", began)
    stage.play(10.0)

    assert stage.state(WEB).is_finished
    assert stage.status(NEXT) is ProcessStatus.RUNNING
