"""Processes that take the place of others while somebody waits."""

import asyncio
from collections.abc import Callable

import pytest

from brummer.model.process import ProcessId, ProcessStatus
from brummer.model.script import ScriptId
from tests.mcp.tools.conftest import Agent, Desk, Told
from tests.mcp.tools.waiting import begun, failed, meanwhile, stop
from tests.support.clock import FakeClock
from tests.support.finding import error
from tests.support.instance import EPOCH, FakeInstance


def test_what_is_started_in_its_place_is_waited_for_instead(
    instance: FakeInstance, desk: Desk
) -> None:
    instance.add_process("web", ready=False)

    def restart() -> None:
        instance.change(ProcessId("web-1"), status=ProcessStatus.STOPPED)
        begun(instance)

    found = meanwhile(desk, restart, "ensure_running", name="web")

    assert found.data["reached"] is True
    assert found.data["process"] == "web-2"


def test_what_somebody_stopped_is_told(instance: FakeInstance, desk: Desk) -> None:
    instance.add_process("web", ready=False)

    found = meanwhile(
        desk,
        lambda: instance.change(ProcessId("web-1"), status=ProcessStatus.STOPPED),
        "ensure_running",
        name="web",
    )

    assert found.failed
    assert found.data["process"] == "web-1"


@pytest.mark.parametrize(
    ("wish", "report"),
    [
        ({"what": "ready"}, lambda _: None),
        (
            {"what": "line", "pattern": "up", "since": "web-1#1"},
            lambda instance: instance.print(ProcessId("web-2"), "up"),
        ),
        (
            {"what": "error"},
            lambda instance: instance.report(error("web-2", "TypeError: x")),
        ),
    ],
)
def test_who_waits_for_a_script_waits_for_what_takes_the_place_of_its_process(
    instance: FakeInstance,
    wish: dict[str, str],
    report: Callable[[FakeInstance], object],
) -> None:
    desk = Desk(instance, FakeClock(EPOCH))
    instance.print(instance.add_process("web", ready=False).id, "up")

    async def run(agent: Agent) -> Told:
        call = asyncio.ensure_future(agent.ask("wait_for", process="web", **wish))
        for _ in range(20):
            await asyncio.sleep(0)
        stop(instance, "web-1")
        for _ in range(20):
            await asyncio.sleep(0)
        assert not call.done()
        begun(instance)
        report(instance)
        return await call

    found = desk.work(run)

    assert found.data["reached"] is True
    assert found.data["process"] == "web-2"


def test_a_wait_for_a_script_goes_on_with_the_process_that_runs_by_then(
    instance: FakeInstance, desk: Desk
) -> None:
    instance.add_process("web", ready=False)

    def restart() -> None:
        stop(instance, "web-1")
        instance.add_process("web", ready=False)

    found = meanwhile(desk, restart, "wait_for", what="ready", process="web", wait_s=1)

    assert found.data["reached"] is False
    assert (found.data["process"], found.data["status"]) == ("web-2", "running")


@pytest.mark.parametrize(
    ("command", "process"), [("sleep 4", "sleep-2"), ("sleep 30", "sleep-1")]
)
def test_only_the_same_command_takes_the_place_of_one_that_was_typed(
    instance: FakeInstance, desk: Desk, command: str, process: str
) -> None:
    typed = ScriptId("shell:sleep")
    instance.add_process("sleep", script=typed, command="sleep 4", ready=False)

    def fail() -> None:
        failed(instance, "sleep-1")
        instance.add_process("sleep", script=typed, command=command, ready=False)

    found = meanwhile(desk, fail, "wait_for", what="ready", process="sleep", wait_s=1)

    assert found.data["process"] == process


def test_who_waits_for_one_process_is_told_that_it_ended(
    instance: FakeInstance, desk: Desk
) -> None:
    instance.add_process("web", ready=False)

    def restart() -> None:
        stop(instance, "web-1")
        begun(instance)

    found = meanwhile(desk, restart, "wait_for", what="ready", process="web-1")

    assert found.data["reached"] is False
    assert "web-1 ended before that" in found.text


@pytest.mark.parametrize("tool", ["wait_for", "ensure_running"])
def test_a_failure_is_told_though_it_is_tried_again_later(
    instance: FakeInstance, desk: Desk, tool: str
) -> None:
    instance.add_process("web", ready=False)
    wish = {"what": "ready", "process": "web"}

    def fail() -> None:
        failed(instance, "web-1")
        instance.add_process("web", status=ProcessStatus.BACKOFF)

    found = meanwhile(
        desk, fail, tool, **(wish if tool == "wait_for" else {"name": "web"})
    )

    assert found.data["process"] == "web-1"
    assert "ValueError: no config" in found.text
