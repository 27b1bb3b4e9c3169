"""Running scripts, and hearing what came of them."""

import asyncio

import pytest

from brummer.errors import BrummerError, ScriptNotFound
from brummer.mcp.activity import CURRENT, Current
from brummer.model.finding import Finding, FindingKind
from brummer.model.process import ProcessId, ProcessStatus
from tests.mcp.tools.conftest import Agent, Desk, Told
from tests.support.clock import FakeClock
from tests.support.finding import error
from tests.support.instance import EPOCH, FakeInstance


def ended(instance: FakeInstance, name: str = "test", code: int = 1) -> str:
    """Let a process end, after it has said what failed."""
    state = instance.add_process(name)
    instance.print(state.id, *["collecting"] * 3, "E assert 1 == 2")
    instance.print(state.id, "1 failed, 3 passed")
    instance.report(error(state.id, "assert 1 == 2", file="test_a.py", line_in_file=7))
    instance.report(
        Finding(
            kind=FindingKind.TEST,
            title="pytest: 1 failed, 3 passed",
            process=state.id,
            time=EPOCH,
            details={"tests": "test_a.py::test_one"},
        )
    )
    status = ProcessStatus.FAILED if code else ProcessStatus.SUCCESS
    instance.change(state.id, status=status, exit_code=code, ended=EPOCH + 3)
    return state.id


def test_scripts_are_listed_with_what_runs_of_them(
    instance: FakeInstance, desk: Desk
) -> None:
    instance.add_script("dev", "vite")
    instance.add_script("lint", "ruff check\nruff format")
    instance.add_process("dev")

    found = desk.call("scripts_list")

    assert found.text.splitlines() == [
        "dev  dev-1  vite",
        "lint  -  ruff check ruff format",
    ]
    assert [row["name"] for row in found.data["scripts"]] == ["dev", "lint"]
    assert found.data["total"] == 2


def test_scripts_of_one_name_are_listed_by_their_ids(
    instance: FakeInstance, desk: Desk
) -> None:
    instance.add_script("test", "jest", source="node")
    instance.add_script("test", "make test", source="make")

    found = desk.call("scripts_list")

    assert [row["name"] for row in found.data["scripts"]] == ["node:test", "make:test"]


def test_a_project_without_scripts_is_told_what_to_do(desk: Desk) -> None:
    assert "scripts_run takes a shell command" in desk.call("scripts_list").text


def test_one_call_runs_the_tests_and_says_what_failed(
    instance: FakeInstance, desk: Desk
) -> None:
    instance.add_script("test")
    instance.answers["script.ensure"] = lambda **_: {
        "process": ended(instance),
        "started": True,
    }

    found = desk.call("scripts_run", name="test", wait_s=20)

    assert found.data["exit_code"] == 1
    assert found.data["errors"][0].endswith("  test_a.py:7  assert 1 == 2")
    assert found.data["tests"] == [
        "tests: pytest: 1 failed, 3 passed",
        "failed: test_a.py::test_one",
    ]
    assert "failed: test_a.py::test_one" in found.text
    assert found.data["last_lines"] == [
        "collecting  (x3)",
        "E assert 1 == 2",
        "1 failed, 3 passed",
    ]
    assert not found.failed


def test_what_ran_says_where_waiting_for_findings_goes_on(
    instance: FakeInstance, desk: Desk
) -> None:
    instance.add_script("test")
    instance.answers["script.ensure"] = lambda **_: {
        "process": ended(instance),
        "started": True,
    }

    found = desk.call("scripts_run", name="test")

    assert found.data["since"].endswith("@2")
    assert found.text.splitlines()[-1] == f"since: {found.data['since']}"


def test_what_still_runs_says_how_to_go_on(instance: FakeInstance, desk: Desk) -> None:
    instance.add_script("test")

    found = desk.call("scripts_run", name="test", wait_s=0)

    assert "wait_for what=exit process=test-1" in found.text
    assert found.data["duplicate"] is False


@pytest.mark.parametrize("name", ["zzzzqq", ""])
def test_who_runs_what_is_none_is_told_where_there_are_scripts(
    instance: FakeInstance, desk: Desk, name: str
) -> None:
    instance.answers["script.ensure"] = ScriptNotFound(name)

    found = desk.call("scripts_run", name=name)

    assert found.failed
    told = f"no script named {name!r}; scripts_list tells which there are"
    assert found.text == told


def test_what_is_nearly_called_so_is_told_with_where_there_are_others(
    instance: FakeInstance, desk: Desk
) -> None:
    instance.answers["script.ensure"] = ScriptNotFound("dve", ["dev"])

    text = desk.call("ensure_running", name="dve").text

    assert text.endswith("did you mean dev? scripts_list tells which there are")


def test_nothing_can_be_typed_into_what_has_ended(
    instance: FakeInstance, desk: Desk
) -> None:
    ended(instance, "fail")

    found = desk.call("send_input", process="fail", text="y")

    assert found.failed
    assert found.text == (
        "fail-1 is not running, it is failed; scripts_status tells what runs"
    )


def test_what_runs_is_not_started_again(instance: FakeInstance, desk: Desk) -> None:
    instance.add_script("dev")
    instance.add_process("dev")

    found = desk.call("scripts_run", name="dev", wait_s=0)

    assert found.data["duplicate"] is True
    assert "it ran already" in found.text


def test_its_words_and_the_wish_for_one_more_are_passed_on(
    instance: FakeInstance, desk: Desk
) -> None:
    instance.add_script("dev")
    instance.add_process("dev")

    desk.call("scripts_run", name="dev", arguments=["-v"], again=True, wait_s=0)

    (call,) = (c for c in instance.calls if c.name == "script.ensure")
    assert call.arguments == {"script": "dev", "arguments": ["-v"], "again": True}


def test_who_waits_for_the_end_hears_of_it(instance: FakeInstance, desk: Desk) -> None:
    instance.add_script("test")

    async def run(agent: Agent) -> Told:
        asked = asyncio.Event()

        def ensure(**_: object) -> dict[str, object]:
            asked.set()
            return {"process": instance.add_process("test").id, "started": True}

        instance.answers["script.ensure"] = ensure
        call = asyncio.ensure_future(agent.call("scripts_run", name="test", wait_s=20))
        await asked.wait()
        instance.change(ProcessId("test-1"), status=ProcessStatus.SUCCESS, exit_code=0)
        return await call

    found = desk.work(run)

    assert found.text.startswith("test-1 ended: success, exit code 0")


def test_a_name_that_nobody_has_comes_with_one_that_looks_alike(
    instance: FakeInstance, desk: Desk
) -> None:
    instance.add_process("web")

    found = desk.call("scripts_stop", process="wep")
    other = desk.call("scripts_stop", process="zzz")

    assert found.failed
    assert "did you mean web? scripts_status lists processes" in found.text
    assert "there are: web-1; scripts_status lists processes" in other.text


def test_a_script_that_was_not_started_has_a_status(
    instance: FakeInstance, desk: Desk
) -> None:
    instance.add_script("dev")

    status = desk.call("scripts_status", name="dev")
    stop = desk.call("scripts_stop", process="dev")

    assert status.data["status"] == "not started"
    assert not status.failed
    assert stop.failed
    assert "ensure_running name=dev starts it" in stop.text


def test_a_process_is_stopped_by_the_name_of_its_argument_elsewhere(
    instance: FakeInstance, desk: Desk
) -> None:
    instance.add_process("web")

    found = desk.call("scripts_stop", processId="web-1")

    assert found.data["status"] == "stopped"
    assert found.data["exit_code"] == 143
    assert len(found.text.splitlines()) == 1


@pytest.mark.parametrize(
    ("wish", "commands"),
    [
        ({}, ["process.stop"]),
        ({"kill": True}, ["process.kill"]),
        ({"restart": True}, ["process.restart"]),
        ({"kill": True, "restart": True}, ["process.kill", "process.restart"]),
    ],
)
def test_a_process_ends_as_is_wanted(
    instance: FakeInstance, desk: Desk, wish: dict[str, bool], commands: list[str]
) -> None:
    instance.add_process("web")

    found = desk.call("scripts_stop", process="web", **wish)

    assert [call.name for call in instance.calls] == commands
    assert found.data["process"] == ("web-2" if "restart" in wish else "web-1")


def test_all_processes_are_listed_with_why_they_wait(
    instance: FakeInstance, desk: Desk
) -> None:
    instance.add_process("web")
    instance.add_process("db", status=ProcessStatus.WAITING, reason="waiting for net")
    ended(instance)

    found = desk.call("scripts_status")

    assert [row["process"] for row in found.data["processes"]] == [
        "web-1",
        "db-2",
        "test-3",
    ]
    assert "waiting for net" in found.text
    assert "failed 1" in found.text


def test_of_each_script_one_process_is_told_unasked(
    instance: FakeInstance, desk: Desk
) -> None:
    for name in ("web", "test", "test", "lint"):
        ended(instance, name)
    instance.add_process("web")

    found = desk.call("scripts_status")
    rest = desk.call("scripts_status", first=3)

    def told(answer: Told) -> list[str]:
        return [row["process"] for row in answer.data["processes"]]

    assert told(found) == ["web-5", "lint-4", "test-3"]
    assert found.text.splitlines()[-1] == "... 2 more: scripts_status first=3"
    assert (found.data["total"], found.data["left_out"]) == (5, 2)
    assert told(rest) == ["test-2", "web-1"]


def test_a_status_is_given_again_until_something_changes(
    instance: FakeInstance,
) -> None:
    clock = FakeClock(EPOCH)
    desk = Desk(instance, clock)
    instance.add_process("web")

    def status() -> str:
        return desk.call("scripts_status").text

    first, again = status(), status()
    clock.advance(1.0)
    later = status()
    instance.change(ProcessId("web-1"), status=ProcessStatus.STOPPED, ended=EPOCH)

    assert first == again != later
    assert "stopped" in status()


def test_what_came_of_a_process_is_in_its_status(
    instance: FakeInstance, desk: Desk
) -> None:
    ended(instance)

    found = desk.call("scripts_status", processId="test")

    assert found.data["errors"][0].endswith("  assert 1 == 2")


def test_what_is_typed_reaches_the_process(instance: FakeInstance, desk: Desk) -> None:
    instance.add_process("web")

    found = desk.call("send_input", process="web", text="y", hidden=True)

    assert instance.calls[-1].arguments == {
        "process": "web-1",
        "text": "y\n",
        "hidden": True,
    }
    assert "logs_stream process=web-1" in found.text


@pytest.mark.parametrize(
    ("said", "is_hidden"), [(b"Password: ", True), (b"Overwrite? [y/n] ", False)]
)
def test_it_is_known_if_what_is_typed_is_a_secret(
    instance: FakeInstance, desk: Desk, said: bytes, *, is_hidden: bool
) -> None:
    web = instance.add_process("web")
    instance.print(web.id, said, partial=True)
    current = Current("codex")

    token = CURRENT.set(current)
    desk.call("send_input", process="web", text="hunter2")
    CURRENT.reset(token)

    assert current.is_hidden is is_hidden


def test_what_goes_wrong_is_an_answer(instance: FakeInstance, desk: Desk) -> None:
    instance.add_process("web")
    instance.answers["process.stop"] = BrummerError("brummer has ended")

    found = desk.call("scripts_stop", process="web")

    assert found.failed
    assert found.text == "brummer has ended"


def test_a_command_of_several_lines_is_not_taken_for_what_we_say(
    instance: FakeInstance, desk: Desk
) -> None:
    state = instance.add_process("web", command="serve\nready: yes")

    found = desk.call("scripts_status", name=state.id)

    assert "    ready: yes" in found.text.splitlines()
    assert "ready: yes" not in found.text.splitlines()
    assert found.data["command"] == "serve\nready: yes"
