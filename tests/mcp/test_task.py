"""Calls that go on as tasks, in a running program."""

from collections.abc import Callable
from typing import Any

import pytest

from brummer.mcp.task import EXTENSION
from tests.app.conftest import Bench, bench
from tests.app.test_agents import Client, run
from tests.support.wait import wait_until

__all__ = ["bench"]

ENDS = {"completed", "failed", "cancelled"}


def as_task(client: Client) -> Client:
    client.capabilities = {"extensions": {EXTENSION: {}}}
    return client


def ended(client: Client, task: str) -> Any:
    """Return how a task ended."""
    seen: list[Any] = []

    def is_over() -> bool:
        seen.append(client.ask("tasks/get", task, taskId=task))
        return seen[-1]["status"] in ENDS

    wait_until(is_over)
    return seen[-1]


def in_program(bench: Bench, story: Callable[[Client], object]) -> None:
    (bench.folder / "Procfile").write_text("web: sleep 3634\n")
    run(bench, inside=lambda client: story(as_task(client)))


def test_a_program_is_run_as_a_task_and_its_end_is_the_result(bench: Bench) -> None:
    def story(client: Client) -> None:
        begun = client.call("scripts_run", name="sleep 1; echo hi; exit 5", wait_s=99)
        assert begun["resultType"] == "task"

        result = ended(client, begun["taskId"])["result"]

        assert result["structuredContent"]["exit_code"] == 5
        assert "hi" in result["content"][0]["text"]

    in_program(bench, story)


def test_what_is_done_soon_is_answered_at_once(bench: Bench) -> None:
    def story(client: Client) -> None:
        found = client.call("scripts_run", name="echo hi; exit 5", wait_s=99)
        if "taskId" in found:
            found = ended(client, found["taskId"])["result"]

        assert found["structuredContent"]["exit_code"] == 5

    in_program(bench, story)


def test_a_task_waits_longer_than_a_call_may(bench: Bench) -> None:
    def story(client: Client) -> None:
        client.call("ensure_running", name="web", wait_s=0)
        begun = client.call("wait_for", what="exit", process="web", wait_s=3_600)
        assert client.ask("tasks/get", begun["taskId"], taskId=begun["taskId"])[
            "status"
        ] == ("working")
        client.call("scripts_stop", process="web")

        result = ended(client, begun["taskId"])["result"]

        assert result["structuredContent"]["reached"] is True

    in_program(bench, story)


def test_a_task_that_is_cancelled_ends_and_what_runs_goes_on(bench: Bench) -> None:
    def story(client: Client) -> None:
        begun = client.call("scripts_run", name="web", wait_s=600)
        task = begun["taskId"]

        def statuses() -> list[str]:
            client.capabilities = {}
            found = client.call("scripts_status")["structuredContent"]["processes"]
            as_task(client)
            return [row["status"] for row in found]

        wait_until(lambda: statuses() == ["running"])
        client.ask("tasks/cancel", task, taskId=task)

        assert ended(client, task)["status"] == "cancelled"
        assert statuses() == ["running"]

    in_program(bench, story)


def test_a_task_that_goes_wrong_has_a_result_that_says_so(bench: Bench) -> None:
    def story(client: Client) -> None:
        begun = client.call("scripts_run", name="wep", wait_s=1)
        task = begun.get("taskId")
        # What is wrong at once may be answered at once.
        result = ended(client, task)["result"] if task else begun

        assert result["isError"]
        assert "did you mean web?" in result["content"][0]["text"]

    in_program(bench, story)


def test_the_end_of_the_program_does_not_wait_for_tasks(bench: Bench) -> None:
    def story(client: Client) -> None:
        client.call("ensure_running", name="web", wait_s=0)
        client.call("wait_for", what="line", pattern="never", wait_s=3_600)

    in_program(bench, story)


@pytest.mark.parametrize("task", ["task_nothing", ""])
def test_a_task_that_is_none_is_told(bench: Bench, task: str) -> None:
    def story(client: Client) -> None:
        with pytest.raises(AssertionError, match=r"no such task|Mcp-Name"):
            client.ask("tasks/get", task, taskId=task)

    in_program(bench, story)
