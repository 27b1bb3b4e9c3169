"""Of each script, the run that counts."""

from brummer.model.process import ProcessId, ProcessStatus
from brummer.model.script import ScriptId
from brummer.tui.lineage import Lineage
from tests.support.instance import FakeInstance

WEB = ScriptId("node:web")


def shown(lineage: Lineage) -> list[str]:
    """Return the ids that are shown now."""
    lineage.refresh()
    return [process.id for process in lineage.shown()]


def test_a_restart_stands_in_the_place_of_what_it_replaces() -> None:
    fake = FakeInstance()
    web = fake.add_process("web")
    fake.add_process("api")
    lineage = Lineage(fake)
    before = shown(lineage)

    fake.restart(web.id)

    assert before == ["web-1", "api-2"]
    assert shown(lineage) == ["web-3", "api-2"]
    assert lineage.present(web.id) == "web-3"


def test_two_that_run_are_both_shown() -> None:
    fake = FakeInstance()
    fake.add_process("web")
    fake.add_process("web")

    assert shown(Lineage(fake)) == ["web-1", "web-2"]


def test_one_that_still_stops_is_shown_beside_its_successor() -> None:
    fake = FakeInstance()
    old = fake.add_process("web", status=ProcessStatus.STOPPING)
    fake.add_process("web")
    lineage = Lineage(fake)

    assert shown(lineage) == ["web-1", "web-2"]
    assert lineage.present(old.id) == old.id


def test_earlier_runs_are_shown_on_request() -> None:
    fake = FakeInstance()
    fake.restart(fake.add_process("web").id)
    lineage = Lineage(fake)
    lineage.refresh()

    lineage.toggle_earlier()

    assert shown(lineage) == ["web-1", "web-2"]


def test_a_typed_command_makes_up_for_no_other_that_has_the_same_program() -> None:
    fake = FakeInstance()
    shell, failed = ScriptId("shell:python3"), ProcessStatus.FAILED
    crash = fake.add_process(
        "python3", script=shell, command="python3 crash.py", status=failed
    )
    other = fake.add_process(
        "python3", script=shell, command="python3 -V", status=failed
    )
    lineage = Lineage(fake)
    lineage.refresh()
    before = [lineage.is_superseded(each.id) for each in (crash, other)]

    again = fake.add_process("python3", script=shell, command="python3 crash.py")
    lineage.refresh()

    assert before == [False, False]
    found = [lineage.is_superseded(each.id) for each in (crash, other, again)]
    assert found == [True, False, False]


def test_the_newest_run_of_a_script_is_a_living_one_if_there_is_one() -> None:
    fake = FakeInstance()
    fake.add_process("web")
    fake.add_process("web", status=ProcessStatus.FAILED)
    lineage = Lineage(fake)
    lineage.refresh()

    newest = lineage.newest(WEB)

    assert newest is not None
    assert newest.id == "web-1"


def test_the_last_of_the_finished_runs_is_the_newest() -> None:
    fake = FakeInstance()
    fake.add_process("web", status=ProcessStatus.FAILED)
    fake.add_process("web", status=ProcessStatus.SUCCESS)
    lineage = Lineage(fake)
    lineage.refresh()

    newest = lineage.newest(WEB)

    assert newest is not None
    assert newest.id == "web-2"
    assert lineage.newest(ScriptId("node:none")) is None


def test_a_process_nobody_knows_is_left_as_it_is() -> None:
    lineage = Lineage(FakeInstance())

    assert lineage.present(ProcessId("gone-1")) == "gone-1"


def test_unfinished_ones_are_those_that_quitting_would_stop() -> None:
    fake = FakeInstance()
    fake.add_process("web", status=ProcessStatus.BACKOFF)
    fake.add_process("api", status=ProcessStatus.FAILED)
    lineage = Lineage(fake)
    lineage.refresh()

    assert [process.name for process in lineage.unfinished()] == ["web"]
