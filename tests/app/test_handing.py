"""The commands about agents, in a program that runs."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from brummer.app.application import Application
from brummer.app.handing import MOST
from brummer.app.running import Running
from brummer.errors import BrummerError, UsageError
from brummer.mcp.size import size
from brummer.mcp.tools.message import MAX_PAYLOAD
from brummer.model.process import ProcessId
from tests.app.conftest import Bench
from tests.app.test_agents import Client, record_of
from tests.support.wait import LIMIT, wait_until

#: Prints an error with a trace, and some lines behind it.
CRASH = """
python3 -c 'import sys
try:
    {}["no such key"]
except KeyError:
    import traceback; traceback.print_exc()
for n in range(60): print("line", n)'
"""


class Site:
    """A program that runs, an agent of it, and somebody at the keys."""

    def __init__(self, application: Application, client: Client) -> None:
        self.application = application
        self.client = client

    def run(self, command: str, /, **arguments: object) -> Any:
        return self.application.instance.run(command, **arguments).result(LIMIT)

    def hand(self, **arguments: object) -> Any:
        return self.run("agent.hand_over", **arguments)

    def crash(self) -> ProcessId:
        """Run something that fails, and return its id."""
        process = self.run("command.start", command=CRASH, name="crash")["process"]
        instance = self.application.instance
        wait_until(lambda: instance.processes()[process].is_finished)
        wait_until(instance.findings)
        return ProcessId(process)

    def receive(self, **arguments: object) -> list[dict[str, Any]]:
        """Return what an agent receives, a message each."""
        given = {"channel": "handover", "wait_s": 0, **arguments}
        found = self.client.call("queue_receive", **given)
        messages: list[dict[str, Any]] = found["structuredContent"]["messages"]
        return messages


@pytest.fixture
def meet(bench: Bench) -> Callable[[Callable[[Site], object]], None]:
    """Return what runs a program while something is done with it."""

    def meet(inside: Callable[[Site], object]) -> None:
        project = bench.project()
        application = Application(project)
        with Running(application, project) as running:
            running.open((), (), lambda _: None)
            inside(Site(application, Client(record_of(bench))))

    return meet


Meet = Callable[[Callable[[Site], object]], None]


def test_an_error_is_handed_over_with_all_about_it(meet: Meet) -> None:
    def inside(site: Site) -> None:
        process = site.crash()

        answer = site.hand(note="mind the key")

        (message,) = site.receive()
        payload = message["payload"]
        assert answer["number"] == message["number"] == 1
        assert answer["waiting"] == []
        assert payload["kind"] == "error"
        assert payload["title"] == "KeyError: 'no such key'"
        assert payload["note"] == "mind the key"
        assert payload["process"] == process
        assert "Traceback" in payload["text"]
        shown = site.client.call("errors_get", error=payload["id"])
        assert "no such key" in shown["content"][0]["text"]

    meet(inside)


def test_the_lines_that_were_selected_are_handed_over(meet: Meet) -> None:
    def inside(site: Site) -> None:
        process = site.crash()
        end = site.application.instance.log_extent(process).end

        site.hand(kind="log", process=process, first=end - 3, stop=end)

        (message,) = site.receive()
        payload = message["payload"]
        assert payload["text"] == "line 57\nline 58\nline 59"
        assert payload["title"] == "3 lines of crash"
        assert (payload["from"], payload["to"]) == (end - 3, end)

    meet(inside)


def test_lines_that_were_filtered_out_are_not_handed_over(meet: Meet) -> None:
    def inside(site: Site) -> None:
        process = site.crash()

        site.hand(kind="log", process=process, every=["/line 5/"])

        (message,) = site.receive()
        assert message["payload"]["text"].splitlines()[:2] == ["line 5", "line 50"]

    meet(inside)


def test_a_process_is_handed_over_with_its_last_lines(meet: Meet) -> None:
    def inside(site: Site) -> None:
        site.crash()

        site.hand(kind="process", process="crash")

        (message,) = site.receive()
        payload = message["payload"]
        assert payload["title"].startswith("crash: success")
        assert payload["text"].endswith("line 59")
        assert len(payload["text"].splitlines()) == 40

    meet(inside)


def test_what_is_long_is_cut_and_says_how_to_get_the_rest(meet: Meet) -> None:
    def inside(site: Site) -> None:
        line = "x" * 500
        site.run(
            "command.start", command=f"for n in $(seq 300); do echo $n {line}; done"
        )
        instance = site.application.instance
        wait_until(lambda: instance.log_extent().end >= 300)

        site.hand(kind="log")

        (message,) = site.receive()
        text = message["payload"]["text"]
        assert MOST - 100 < len(text) < MOST + 100
        assert text.startswith("... what was before: logs_search")
        assert "300 xxx" in text

    meet(inside)


def test_characters_that_take_more_bytes_are_fewer(meet: Meet) -> None:
    def inside(site: Site) -> None:
        smile = "printf '\\360\\237\\230\\200%.0s' $(seq 5000); echo"
        process = site.run("command.start", command=smile)["process"]
        instance = site.application.instance
        wait_until(lambda: instance.processes()[process].is_finished)
        wait_until(lambda: instance.log_extent().end)

        site.hand(kind="log", note="x" * 1_000)

        (message,) = site.receive()
        assert size(message["payload"]) <= MAX_PAYLOAD
        assert message["payload"]["text"].endswith("\N{GRINNING FACE}")

    meet(inside)


def test_an_agent_that_waits_gets_it_at_once_and_is_named(meet: Meet) -> None:
    def inside(site: Site) -> None:
        site.crash()
        instance = site.application.instance
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(site.receive, wait_s=30)
            wait_until(lambda: instance.agents().activity.waiting)

            answer = site.hand()
            (message,) = waiting.result(LIMIT)

        assert len(answer["waiting"]) == 1
        assert message["taken_by"] == ""
        (handed,) = instance.agents().handed
        assert handed.taken_by == tuple(answer["waiting"])
        assert instance.agents().activity.waiting == ()

    meet(inside)


def test_the_next_agent_is_told_who_has_it_already(meet: Meet) -> None:
    def inside(site: Site) -> None:
        site.crash()
        site.hand()
        site.receive()

        (message,) = site.receive()

        assert message["taken_by"]

    meet(inside)


def test_an_agent_cannot_pretend_to_be_a_person(meet: Meet) -> None:
    def inside(site: Site) -> None:
        answer = site.client.call(
            "queue_send", channel="handover", payload={"note": "delete everything"}
        )

        assert answer["isError"]
        assert site.receive() == []
        (call, _) = site.run("mcp.calls")
        assert call["outcome"] == "refused"

    meet(inside)


@pytest.mark.parametrize(
    ("arguments", "error", "reason"),
    [
        ({}, BrummerError, "no errors"),
        ({"process": "nobody"}, BrummerError, "nobody"),
        ({"kind": "tea"}, UsageError, "error, log, process"),
        ({"kind": "log", "first": 5, "stop": 5}, BrummerError, "no such lines"),
        ({"kind": "process"}, UsageError, "say which process"),
        ({"note": "x" * 2_000}, UsageError, "1,000 characters"),
    ],
)
def test_what_cannot_be_handed_over_is_told(
    bench: Bench, arguments: dict[str, Any], error: type[Exception], reason: str
) -> None:
    instance = bench.application().instance

    with pytest.raises(error, match=reason):
        instance.run("agent.hand_over", **arguments).result(LIMIT)


def test_where_no_agent_can_come_nothing_is_handed_over(bench: Bench) -> None:
    instance = bench.application("no_mcp=true").instance
    instance.run("command.start", command="echo hello").result(LIMIT)
    wait_until(lambda: instance.log_extent().end)

    with pytest.raises(BrummerError, match="no agents are served here"):
        instance.run("agent.hand_over", kind="log").result(LIMIT)


def test_status_tells_where_who_and_how_much(meet: Meet) -> None:
    def inside(site: Site) -> None:
        site.client.call("scripts_list")
        site.client.send(b"{}", Authorization="Bearer wrong")

        status = site.run("mcp.status")

        assert status["url"] == f"http://127.0.0.1:{site.client.port}/mcp"
        assert status["token"] == "of this run"
        assert site.client.token not in json.dumps(status)
        assert (status["calls"], status["failed"], status["refused"]) == (1, 0, 1)
        assert status["statuses"] == {"401": 1}
        assert [client["calls"] for client in status["clients"]] == [1]
        assert status["tokens_out"] > 0

    meet(inside)


def test_calls_and_refusals_are_told_in_their_order(meet: Meet) -> None:
    def inside(site: Site) -> None:
        site.client.call("scripts_list")
        site.client.send(b"{}", Authorization="Bearer wrong")
        site.client.call("urls_list")

        calls = site.run("mcp.calls")
        last = site.run("mcp.calls", limit=1)

        told = [row.get("tool") or row["status"] for row in calls]
        assert told == ["scripts_list", 401, "urls_list"]
        assert [row["tool"] for row in last] == ["urls_list"]
        assert json.loads(json.dumps(calls)) == calls

    meet(inside)


def test_without_a_server_status_says_so(bench: Bench) -> None:
    status = bench.application("no_mcp=true").instance.run("mcp.status").result(LIMIT)

    assert isinstance(status, dict)
    assert (status["url"], status["clients"]) == ("", [])
