"""Agents on the command line."""

import json
from typing import Any

import pytest

from brummer.errors import BrummerError
from tests.cli.conftest import Desk

CLIENT: dict[str, Any] = {
    "name": "codex",
    "version": "1.2",
    "era": "session",
    "first_seen": 0.0,
    "last_seen": 0.0,
    "calls": 2,
    "errors": 1,
    "tokens_in": 40,
    "tokens_out": 1_500,
    "sessions": 1,
}
STATUS: dict[str, Any] = {
    "url": "http://127.0.0.1:7777/mcp",
    "token": "of this run",
    "read_only": False,
    "clients": [CLIENT],
    "running": [],
    "waiting": ["codex"],
    "handed": [
        {"time": 0.0, "title": "TypeError", "taken_by": ["codex"], "expires": 0.0}
    ],
    "calls": 2,
    "failed": 1,
    "refused": 3,
    "statuses": {"401": 3},
    "forgotten": 0,
    "tokens_in": 40,
    "tokens_out": 1_500,
}
CALL: dict[str, Any] = {
    "number": 1,
    "time": 0.0,
    "client": "codex",
    "tool": "scripts_run",
    "arguments": '{"name": "web"}',
    "outcome": "failed",
    "milliseconds": 12.3,
    "tokens_in": 4,
    "tokens_out": 20,
    "reason": "no script named 'web'",
}
REFUSAL: dict[str, Any] = {
    "time": 0.0,
    "peer": "127.0.0.1:9",
    "status": 401,
    "reason": "no token",
    "outcome": "refused",
}


@pytest.fixture
def desk(desk: Desk) -> Desk:
    desk.instance.answers["mcp.status"] = STATUS
    desk.instance.answers["mcp.calls"] = lambda limit: [REFUSAL, CALL][-limit:]
    desk.instance.answers["agent.hand_over"] = _hand
    return desk


def _hand(**which: object) -> dict[str, Any]:
    return {"number": 1, "title": "TypeError", "waiting": [], "which": which}


def test_status_says_where_and_who(desk: Desk) -> None:
    said = desk.ctl("mcp", "status")

    assert said.code == 0
    for part in (
        "http://127.0.0.1:7777/mcp",
        "of this run, in the instance file",
        "2, 1 failed",
        "3: 3 with 401",
        "waiting  codex",
        "TypeError: taken by codex",
        "CLIENT  VERSION  CALLS",
    ):
        assert part in said.out


def test_without_a_server_it_fails(desk: Desk) -> None:
    absence = "no_mcp is set"
    desk.instance.answers["mcp.status"] = {**STATUS, "url": "", "absence": absence}

    said = desk.ctl("mcp", "status")

    assert said.code == 1
    assert "no agents are served: no_mcp is set" in said.out


def test_without_a_server_one_that_is_older_than_we_are_does_not_say_why(
    desk: Desk,
) -> None:
    desk.instance.answers["mcp.status"] = {**STATUS, "url": ""}

    said = desk.ctl("mcp", "status")

    assert said.code == 1
    assert "no agents are served: no_mcp is set, or no port was free" in said.out


def test_calls_stand_with_what_came_of_them(desk: Desk) -> None:
    said = desk.ctl("mcp", "calls").out.splitlines()

    assert "127.0.0.1:9" in said[1]
    assert "refused 401  no token" in said[1]
    assert said[2].endswith("failed       no script named 'web'")


def test_as_many_calls_are_listed_as_one_wants(desk: Desk) -> None:
    rows = json.loads(desk.ctl("mcp", "calls", "--last", "1", "--json").out)

    assert rows == [CALL]


def test_less_than_one_call_is_none(desk: Desk) -> None:
    said = desk.ctl("mcp", "calls", "--last", "0")

    assert (said.code, said.err) == (2, "brumctl: --last takes 1 or more\n")


def test_before_the_first_call_it_says_so(desk: Desk) -> None:
    desk.instance.answers["mcp.calls"] = lambda limit: [][-limit:]

    assert desk.ctl("mcp", "calls").out == "nobody has called yet\n"


def test_what_agents_say_does_nothing_to_the_terminal(desk: Desk) -> None:
    evil = {**CALL, "client": "a\x1b[2Jb\nc", "reason": "x\x1b]0;t\x07y"}
    desk.instance.answers["mcp.calls"] = lambda limit: [evil][-limit:]

    said = desk.ctl("mcp", "calls").out

    assert "\x1b" not in said
    assert "\x07" not in said
    assert len(said.splitlines()) == 2


@pytest.mark.parametrize("action", ["status", "calls"])
def test_they_take_no_client(desk: Desk, action: str) -> None:
    said = desk.ctl("mcp", action, "codex")

    assert said.code == 2
    assert f"brumctl mcp {action} takes no name" in said.err


def test_the_last_error_is_handed_over(desk: Desk) -> None:
    said = desk.ctl("hand", "--note", "mind the id")

    call = desk.instance.calls[-1]
    assert said.out == "handed over: TypeError; no agent waits; kept for an hour\n"
    assert dict(call.arguments) == {
        "kind": "error",
        "process": "",
        "note": "mind the id",
    }


def test_the_last_lines_are_handed_over(desk: Desk) -> None:
    process = desk.instance.add_process("web").id
    desk.instance.print(process, *"abcde")

    desk.ctl("hand", "web", "-n", "2")

    found = dict(desk.instance.calls[-1].arguments)
    assert (found["kind"], found["process"]) == ("log", process)
    assert (found["first"], found["stop"]) == (3, 5)


def test_who_waits_is_named(desk: Desk) -> None:
    desk.instance.answers["agent.hand_over"] = {"title": "x", "waiting": ["codex"]}

    assert "codex waits for it" in desk.ctl("hand").out


@pytest.mark.parametrize(
    ("words", "code"), [(["-n", "0"], 2), (["nobody"], 1), (["-n", "-1"], 2)]
)
def test_what_cannot_be_handed_over_is_told(
    desk: Desk, words: list[str], code: int
) -> None:
    assert desk.ctl("hand", *words).code == code


def test_what_the_instance_refuses_is_told(desk: Desk) -> None:
    desk.instance.answers["agent.hand_over"] = BrummerError("no errors")

    said = desk.ctl("hand")

    assert (said.code, said.err) == (1, "brumctl: no errors\n")
