"""Processes as agents name them and read of them."""

from dataclasses import replace

import pytest

from brummer.model.finding import Finding, FindingKind
from brummer.model.process import ProcessId, ProcessStatus
from brummer.model.script import ScriptId
from tests.mcp.tools.conftest import Desk
from tests.support.instance import EPOCH, FakeInstance


def test_scripts_of_one_name_that_were_not_started_are_all_told(
    instance: FakeInstance, desk: Desk
) -> None:
    instance.add_script("dev", "vite")
    instance.add_script("dev", "flask run", source="procfile")

    status = desk.call("scripts_status", name="dev")
    stop = desk.call("scripts_stop", process="dev")

    assert status.text.splitlines() == [
        "node:dev  not started  vite",
        "procfile:dev  not started  flask run",
        (
            "2 scripts are called dev: scripts_run or ensure_running name=node:dev"
            " starts that one"
        ),
    ]
    names = [row["name"] for row in status.data["processes"]]
    assert names == ["node:dev", "procfile:dev"]
    assert "ensure_running name=node:dev" in stop.text


def test_a_status_says_of_another_script_of_that_name(
    instance: FakeInstance, desk: Desk
) -> None:
    instance.add_script("dev", "vite")
    instance.add_script("dev", "flask run", source="procfile")
    instance.add_process("dev")

    found = desk.call("scripts_status", name="dev")
    exact = desk.call("scripts_status", name="dev-1")

    assert found.data["process"] == "dev-1"
    assert "also called dev: procfile:dev" in found.text.splitlines()[-1]
    assert "also called" not in exact.text


@pytest.mark.parametrize("status", [ProcessStatus.RUNNING, ProcessStatus.SUCCESS])
def test_a_script_is_meant_before_a_command_that_is_called_after_its_program(
    instance: FakeInstance, desk: Desk, status: ProcessStatus
) -> None:
    typed = ScriptId("shell:test")
    instance.add_process("test", script=typed, command="test -d x", status=status)
    before = desk.call("scripts_status", name="test").data["process"]
    instance.add_process("test", status=ProcessStatus.FAILED, exit_code=1)
    instance.add_process("test", script=typed, command="test -d y", status=status)

    found = desk.call("scripts_status", name="test").data["process"]

    assert (before, found) == ("test-1", "test-2")


def test_a_command_that_failed_is_not_hidden_by_another_of_the_same_program(
    instance: FakeInstance, desk: Desk
) -> None:
    typed = ScriptId("shell:sleep")
    for status, command in (
        (ProcessStatus.FAILED, "sleep 4; exit 3"),
        (ProcessStatus.SUCCESS, "sleep 30"),
        (ProcessStatus.RUNNING, "sleep 30"),
    ):
        instance.add_process("sleep", script=typed, command=command, status=status)

    found = desk.call("scripts_status")

    told = [row["process"] for row in found.data["processes"]]
    assert told == ["sleep-3", "sleep-1"]


def test_a_status_has_no_fields_that_are_empty(
    instance: FakeInstance, desk: Desk
) -> None:
    instance.add_script("dev", "vite")

    found = desk.call("scripts_status", name="dev")

    assert found.data == {"name": "dev", "command": "vite", "status": "not started"}
    assert found.text.splitlines()[:3] == [
        "name: dev",
        "command: vite",
        "status: not started",
    ]


def asking(instance: FakeInstance, name: str = "init") -> None:
    """Let a process run that asks something."""
    state = instance.add_process(name)
    asked = Finding(
        kind=FindingKind.PROMPT,
        title="asks: Proceed? [y/N]",
        message="Proceed? [y/N]",
        process=state.id,
        time=EPOCH,
    )
    instance.report(asked)


def test_a_status_says_that_a_process_waits_for_input(
    instance: FakeInstance, desk: Desk
) -> None:
    asking(instance)

    one = desk.call("scripts_status", name="init")
    every = desk.call("scripts_status")

    for found, row in ((one, one.data), (every, every.data["processes"][0])):
        assert "asks: Proceed? [y/N]" in found.text
        assert "it waits for input; send_input process=init-1 answers it" in found.text
        assert row["asks"] == "Proceed? [y/N]"


def test_who_runs_what_asks_something_is_not_told_to_wait_for_its_end(
    instance: FakeInstance, desk: Desk
) -> None:
    instance.add_script("init")
    asking(instance)

    found = desk.call("scripts_run", name="init", wait_s=0)

    assert "send_input process=init-1 answers it" in found.text
    assert "what=exit" not in found.text
    assert found.data["asks"] == "Proceed? [y/N]"


def test_what_has_ended_asks_nothing(instance: FakeInstance, desk: Desk) -> None:
    asking(instance)
    instance.change(ProcessId("init-1"), status=ProcessStatus.FAILED, exit_code=1)

    assert "asks" not in desk.call("scripts_status", name="init").data


def test_what_was_answered_is_asked_no_longer(
    instance: FakeInstance, desk: Desk
) -> None:
    asking(instance)
    (asked,) = instance.findings()
    instance.set_findings([replace(asked, resolved=EPOCH + 1)])

    assert "asks" not in desk.call("scripts_status", name="init").data
