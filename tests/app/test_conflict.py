"""Tests of the answer to "address already in use"."""

import socket

import pytest

from brummer.app.conflict import PortAnswer, PortCommand, PortConflict
from brummer.model.event import FindingReported
from brummer.model.finding import Finding, FindingKind
from brummer.model.log import LogEntry, Stream
from brummer.model.process import ProcessId
from brummer.process.port import PortHolder
from tests.app.conftest import Bench
from tests.support.wait import wait_until

WEB = ProcessId("web-1")


def entry(text: str) -> LogEntry:
    return LogEntry(3, WEB, Stream.ERR, 1.0, text.encode())


@pytest.mark.parametrize(
    ("text", "port"),
    [
        ("Error: listen EADDRINUSE: address already in use :::3000", "3000"),
        ("Error: listen EADDRINUSE: address already in use 127.0.0.1:8080", "8080"),
        ("Error: Port 5173 is already in use", "5173"),
        ("listen tcp :8080: bind: address already in use", "8080"),
        ("listen tcp 0.0.0.0:8080: bind: address already in use", "8080"),
        (
            "error while attempting to bind on address ('::1', 8000): address in use",
            "8000",
        ),
        ("Address already in use - bind(2) for 127.0.0.1:9292 (EADDRINUSE)", "9292"),
        ("Bind for 0.0.0.0:5432 failed: port is already allocated", "5432"),
        ("Address already in use\r\nPort 5000 is in use by another program.", "5000"),
    ],
)
def test_the_port_is_found_in_what_servers_say(text: str, port: str) -> None:
    (finding,) = PortConflict().detect(entry(text))

    assert finding.details["port"] == port
    assert finding.line == 3


@pytest.mark.parametrize(
    "text",
    [
        "OSError: [Errno 98] Address already in use",
        "name already in use: 12:30:45",
        "port 99999 is already in use",
        "ports 3000 and 3001: port 3000, port 3001 already in use",
    ],
)
def test_a_message_without_one_port_says_nothing(text: str) -> None:
    assert PortConflict().detect(entry(text)) == ()


def answered(found: PortHolder | None, port: str = "3000") -> str:
    notes: list[str] = []
    answer = PortAnswer(lambda _, text: notes.append(text), "shop-1", lambda _: found)
    finding = Finding(
        kind=FindingKind.ERROR, title="x", process=WEB, time=1.0, details={"port": port}
    )
    answer(FindingReported(finding=finding))
    return notes[0]


def test_somebody_else_is_named_with_pid_folder_and_command() -> None:
    found = PortHolder(
        port=3000, pid=41, name="node", command="node vite", folder="/srv/docs"
    )

    said = answered(found)

    assert said == "port 3000 is held by node (pid 41) in /srv/docs: node vite"


def test_a_process_of_this_instance_is_named_as_one_knows_it() -> None:
    found = PortHolder(port=3000, pid=41, name="node", mark="shop-1/api-2")

    assert "held by api-2 here; brumctl stop api-2" in answered(found)


def asked(found: PortHolder | None) -> object:
    (command,) = PortCommand("shop-1", lambda _: found).table()
    return command.run(port=3000)


def test_the_command_tells_which_process_here_holds_a_port() -> None:
    found = PortHolder(port=3000, pid=41, name="node", mark="shop-1/api-2")

    assert asked(found) == {
        "free": False,
        "pid": 41,
        "process": "api-2",
        "text": "port 3000 is held by api-2 here; brumctl stop api-2",
    }


def test_the_command_tells_of_no_process_that_is_not_ours() -> None:
    found = PortHolder(port=3000, pid=41, name="node", mark="docs-9/web-1")

    told = asked(found)

    assert isinstance(told, dict)
    assert told["process"] == ""
    assert "started by instance docs-9" in told["text"]


def test_the_command_tells_that_a_port_is_free() -> None:
    told = asked(None)

    assert isinstance(told, dict)
    assert (told["free"], told["pid"]) == (True, None)


def test_another_instance_is_named() -> None:
    found = PortHolder(port=3000, pid=41, name="node", command="x", mark="docs-9/web-1")

    assert "started by instance docs-9" in answered(found)


def test_a_port_that_is_free_again_is_told() -> None:
    assert "free by now" in answered(None)


def test_a_process_of_another_user_has_no_name() -> None:
    assert "another user" in answered(PortHolder(port=3000))


def test_a_real_conflict_is_answered_in_the_log(bench: Bench) -> None:
    application = bench.application()
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        application.start([f"echo 'Error: listen EADDRINUSE :::{port}'; exit 1"], ())

        def texts() -> list[str]:
            return [e.text for e in application.instance.log_window(0, 99).entries]

        wait_until(lambda: any(f"port {port} is held by" in text for text in texts()))
