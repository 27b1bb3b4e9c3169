"""The servers of a project, and whether they take connections."""

import socket
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from brummer.app.servers import ServerCommand
from brummer.core.aside import settle
from brummer.core.commands import CommandTable
from brummer.model.finding import Finding, FindingKind
from brummer.model.process import ProcessId, ProcessState, ProcessStatus
from brummer.model.script import ScriptId
from brummer.model.server import Server, servers


def at_once(function: Callable[[], Any]) -> Future[Any]:
    """Run *function* in the caller, like a bus without threads."""
    future: Future[Any] = Future()
    settle(future, function)
    return future


def process(name: str, status: ProcessStatus = ProcessStatus.RUNNING) -> ProcessState:
    return ProcessState(
        id=ProcessId(f"{name}-1"),
        name=name,
        script=ScriptId(f"node:{name}"),
        command=name,
        folder=Path("/srv"),
        status=status,
    )


PROCESSES: Mapping[ProcessId, ProcessState] = {
    state.id: state
    for state in (process("web"), process("api"), process("old", ProcessStatus.SUCCESS))
}


def announced(
    url: str, name: str = "web", *, time: float = 1.0, **fields: Any
) -> Finding:
    return Finding(
        kind=FindingKind.URL,
        title=url,
        process=ProcessId(f"{name}-1"),
        time=time,
        details={"url": url, "label": "app"},
        **fields,
    )


def places(*findings: Finding) -> list[tuple[str, int]]:
    return [(s.host, s.port) for s in servers(findings, PROCESSES)]


def test_a_server_is_told_with_who_announced_it_and_when() -> None:
    assert servers([announced("http://localhost:3000/a")], PROCESSES) == (
        Server(
            url="http://localhost:3000/a",
            label="app",
            process=ProcessId("web-1"),
            name="web",
            first_seen=1.0,
            host="localhost",
            port=3000,
        ),
    )


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("http://localhost:3000", ("localhost", 3000)),
        ("http://127.0.0.1:3000/", ("localhost", 3000)),
        ("http://[::1]:3000/x", ("localhost", 3000)),
        ("https://LOCALHOST/", ("localhost", 443)),
        ("ws://localhost:9229/abc", ("localhost", 9229)),
        ("http://192.168.0.7:80?x", ("192.168.0.7", 80)),
        ("http://[fe80::2]:5173/", ("fe80::2", 5173)),
        ("http://user:secret@shop.local:8080/", ("shop.local", 8080)),
    ],
)
def test_where_one_connects_is_read_from_the_url(
    url: str, place: tuple[str, int]
) -> None:
    assert places(announced(url)) == [place]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:3000",
        "http://",
        "http://x:0/",
        "http://x:99999/",
        "x://y/",
        "http://localhost:port/",
        "http://[::1/",
    ],
)
def test_what_is_no_url_is_no_server(url: str) -> None:
    assert places(announced(url)) == []


def test_several_urls_of_one_door_are_one_server() -> None:
    first = announced("http://localhost:3000/", time=2.0)
    again = announced("http://127.0.0.1:3000/docs", "api", time=1.0)

    (server,) = servers([first, again], PROCESSES)

    assert (server.url, server.process) == ("http://127.0.0.1:3000/docs", "api-1")


def test_servers_end_with_their_processes() -> None:
    assert places(announced("http://localhost:1/", "old")) == []
    assert places(announced("http://localhost:1/", "forgotten")) == []
    assert places(announced("http://localhost:1/", resolved=5.0)) == []


def test_the_first_to_be_announced_comes_first() -> None:
    late, early = (announced(f"http://localhost:{n}/", time=9.0 - n) for n in (1, 2))

    assert places(late, early) == [("localhost", 2), ("localhost", 1)]


def test_other_findings_are_no_servers() -> None:
    error = Finding(
        kind=FindingKind.ERROR,
        title="x",
        process=ProcessId("web-1"),
        time=0.0,
        details={"url": "http://localhost:1/"},
    )

    assert places(error) == []


class Watch:
    """Time that passes by *step* seconds at each look."""

    def __init__(self, step: float) -> None:
        self._step = step
        self._time = 0.0

    def __call__(self) -> float:
        """Return the time."""
        self._time += self._step
        return self._time


def listing(*findings: Finding, step: float = 0.0, check: bool) -> list[dict[str, Any]]:
    table = CommandTable(at_once)
    command = ServerCommand(lambda: findings, lambda: PROCESSES, Watch(step))
    for each in command.table():
        table.add(each)
    answer = table.run("servers.list", {"check": check}).result(0)
    assert isinstance(answer, list)
    return answer


def test_nobody_is_bothered_without_being_asked() -> None:
    (row,) = listing(announced("http://192.0.2.1:9/"), check=False)

    assert (row["url"], row["alive"]) == ("http://192.0.2.1:9/", None)


def test_a_server_that_takes_connections_is_alive() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        (row,) = listing(announced(f"http://localhost:{port}/"), check=True)

    assert (row["alive"], row["problem"]) == (True, "")
    assert row["seconds"] is not None


def test_a_port_that_nobody_listens_on_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    (row,) = listing(announced(f"http://localhost:{port}/"), check=True)

    assert (row["alive"], row["problem"]) == (False, "refused")


def test_when_time_is_up_the_rest_is_not_looked_at() -> None:
    findings = [announced(f"http://192.0.2.{n}:9/") for n in range(1, 4)]

    rows = listing(*findings, step=10.0, check=True)

    assert [row["alive"] for row in rows] == [None] * 3
    assert rows[0]["problem"] == "there was no time to look"
