"""Tests of the control socket, over real sockets."""

import contextlib
import json
import os
import socket
import stat
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from brummer.control.client import ControlClient
from brummer.control.protocol import MAX_REQUEST, EndedError
from brummer.control.record import InstanceRecord
from brummer.control.server import MAX_CLIENTS
from brummer.errors import BrummerError, UsageError
from brummer.model.command import Command, Parameter
from tests.control.conftest import Site, closing_after
from tests.support.wait import wait_until


def test_the_socket_belongs_to_its_owner_alone(site: Site) -> None:
    mode = stat.S_IMODE(Path(site.record.control_socket).stat().st_mode)

    assert mode == 0o600


def test_closing_removes_socket_and_file(site: Site) -> None:
    wait_until(lambda: list(site.directory.records()))

    site.server.close()

    assert not Path(site.record.control_socket).exists()
    assert list(site.directory.records()) == []


def test_closing_twice_is_harmless(site: Site) -> None:
    site.server.close()
    site.server.close()


def test_hello_says_who_answers(client: ControlClient) -> None:
    hello: Any = client.ask("hello")

    assert hello["name"] == "shop"
    assert hello["pid"] == os.getpid()


def test_processes_come_with_all_their_fields(
    site: Site, client: ControlClient
) -> None:
    site.instance.add_process("web")

    processes: Any = client.ask("processes")

    assert processes[0]["id"] == "web-1"
    assert processes[0]["status"] == "running"


def test_a_command_runs_in_the_instance(site: Site, client: ControlClient) -> None:
    site.instance.add_process("web")

    answer: Any = client.run("process.stop", {"process": "web"})

    assert answer["status"] == "stopped"
    assert site.instance.calls[0].name == "process.stop"


def test_a_command_that_takes_long_holds_up_no_other_request(
    site: Site, client: ControlClient
) -> None:
    pending: Future[object] = Future()
    site.instance.answers["app.quit"] = pending
    answers: list[object] = []
    waiting = threading.Thread(target=lambda: answers.append(client.run("app.quit")))
    waiting.start()
    wait_until(lambda: site.instance.calls)

    with ControlClient(site.record) as other:
        other.ask("hello")
    pending.set_result({"ended": 3})
    waiting.join(10)

    assert answers == [{"ended": 3}]


def test_a_command_runs_for_many_at_once_and_answers_in_order(
    site: Site, client: ControlClient
) -> None:
    waiting: dict[int, Future[object]] = {}

    def meet(number: int) -> Future[object]:
        """Answer when two have come, the second one first."""
        waiting[number] = Future()
        if number % 2:
            waiting[number].set_result(number)
            waiting[number - 1].set_result(number - 1)
        return waiting[number]

    parameter = Parameter(name="number", description="which", kind=int)
    site.instance.add_command(
        Command(name="meet", title="meet", run=meet, parameters=(parameter,))
    )

    answers = client.run_each("meet", [{"number": number} for number in range(100)])

    assert answers == list(range(100))


def test_an_error_of_a_command_is_the_clients_error(
    site: Site, client: ControlClient
) -> None:
    site.instance.answers["process.stop"] = UsageError("no argument named 'x'")

    with pytest.raises(UsageError, match="no argument named 'x'"):
        client.run("process.stop", {"x": 1})


def test_a_bug_in_a_command_ends_neither_connection_nor_server(
    site: Site, client: ControlClient
) -> None:
    site.instance.answers["process.stop"] = ZeroDivisionError("oops")

    with pytest.raises(BrummerError, match="ZeroDivisionError: oops"):
        client.run("process.stop", {"process": "x"})

    assert client.ask("hello")


def test_an_unknown_method_is_answered_with_those_that_exist(
    client: ControlClient,
) -> None:
    with pytest.raises(UsageError, match=r"no method 'ps'.*processes"):
        client.ask("ps")


def test_a_client_that_reads_nothing_does_not_stop_the_others(
    site: Site, client: ControlClient
) -> None:
    web = site.instance.add_process("web").id
    site.instance.print(web, *("x" * 1000 for _ in range(20_000)))
    with site.raw() as deaf:
        request = {"id": 1, "method": "follow", "params": {"process": web}}
        deaf.sendall(json.dumps(request).encode() + b"\n")

        assert client.ask("hello", timeout=10)


def test_a_stream_can_be_cancelled(site: Site) -> None:
    with site.raw() as connection, connection.makefile("rb") as answers:
        connection.sendall(b'{"id": 1, "method": "changes"}\n')
        first = json.loads(answers.readline())
        connection.sendall(b'{"id": 1, "cancel": true}\n')
        connection.sendall(b'{"id": 2, "method": "hello"}\n')
        second = json.loads(answers.readline())

    assert "part" in first
    assert second["id"] == 2


@pytest.mark.parametrize(
    "request_",
    [b"\n", b"nonsense\n", b"[1]\n", b'{"method": "hello"}\n', b'{"id": [1]}\n'],
)
def test_what_is_no_request_is_refused_and_hung_up(site: Site, request_: bytes) -> None:
    with site.raw() as connection, connection.makefile("rb") as answers:
        connection.sendall(request_)

        assert "error" in json.loads(answers.readline())
        assert answers.readline() == b""


def test_a_request_that_is_too_long_is_not_even_sent(client: ControlClient) -> None:
    with pytest.raises(UsageError, match="1024 KiB at most"):
        client.run("process.input", {"process": "web-1", "text": "x" * MAX_REQUEST})

    assert client.ask("hello")


def test_an_endless_request_is_refused(site: Site) -> None:
    with site.raw() as connection, connection.makefile("rb") as answers:
        # It may hang up before it has everything, but not without a word.
        with contextlib.suppress(BrokenPipeError):
            connection.sendall(b"x" * (MAX_REQUEST + 70_000))

        assert "error" in json.loads(answers.readline())


def test_one_client_too_many_is_told_so(site: Site) -> None:
    crowd = [site.raw() for _ in range(MAX_CLIENTS)]
    try:
        for member in crowd:
            member.sendall(b'{"id": 1, "method": "hello"}\n')
            member.recv(10_000)
        with site.raw() as late, late.makefile("rb") as answers:
            assert b"connected already" in answers.readline()
    finally:
        for member in crowd:
            member.close()


def test_a_client_that_leaves_makes_room(site: Site) -> None:
    for _ in range(3 * MAX_CLIENTS):
        with ControlClient(site.record) as client:
            client.ask("hello")


@pytest.mark.parametrize("text", [None, "", "{", '{"id": "shop-1"}'])
def test_an_instance_file_that_somebody_deleted_or_damaged_comes_back(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str | None
) -> None:
    monkeypatch.setattr("brummer.control.server.LOOK_INTERVAL", 0.01)
    site = Site(tmp_path)
    site.server.start()
    path = tmp_path / "instances" / "shop-1.json"
    before = path.read_text()

    if text is None:
        path.unlink()
    else:
        path.write_text(text)

    wait_until(lambda: list(site.directory.records()))
    again = path.read_text()
    assert again != before
    assert InstanceRecord.from_json(again).token == site.record.token
    site.server.close()


def test_an_instance_file_that_is_as_written_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    site = Site(tmp_path)
    monkeypatch.setattr("brummer.control.server.LOOK_INTERVAL", 0.01)
    looks: list[bool] = []
    holds = site.directory.holds

    def noted(record: InstanceRecord) -> bool:
        looks.append(holds(record))
        return looks[-1]

    monkeypatch.setattr(site.directory, "holds", noted)
    site.server.start()
    (first,) = site.directory.records()

    wait_until(lambda: len(looks) > 3)

    (second,) = site.directory.records()
    site.server.close()
    assert all(looks)
    assert second == first


def test_an_instance_file_is_renewed_now_and_then(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("brummer.control.server.LOOK_INTERVAL", 0.01)
    monkeypatch.setattr("brummer.control.server.PING_INTERVAL", 0.02)
    site = Site(tmp_path)
    site.server.start()
    (first,) = site.directory.records()

    wait_until(lambda: next(site.directory.records()).last_ping > first.last_ping)

    site.server.close()


def test_a_directory_that_cannot_be_written_is_reported_once(tmp_path: Path) -> None:
    (tmp_path / "instances").write_text("a file where a folder should be")
    site = Site(tmp_path)

    site.server.start()
    wait_until(lambda: site.reports)

    with ControlClient(site.record) as client:
        assert client.ask("hello")
    assert len(site.reports) == 1
    site.server.close()


def test_a_client_says_when_nobody_listens(tmp_path: Path) -> None:
    site = Site(tmp_path)

    with pytest.raises(BrummerError, match=r"shop-1 .* does not answer"):
        ControlClient(site.record)


def test_a_client_is_told_that_the_instance_ended(
    site: Site, client: ControlClient
) -> None:
    has_come = threading.Event()

    def quit_() -> Future[object]:
        has_come.set()
        return Future()

    site.instance.answers["app.quit"] = quit_
    ending = closing_after(has_come, site)

    with pytest.raises(EndedError, match="the instance ended"):
        client.run("app.quit")
    ending.join(10)


@pytest.mark.parametrize("half", [b"", b'{"id":1,"part":{"ski'])
def test_a_client_says_when_the_instance_is_torn_away(
    tmp_path: Path, half: bytes
) -> None:
    site = Site(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(site.record.control_socket)
        listener.listen()
        with ControlClient(site.record) as client:
            other, _ = listener.accept()
            with other:
                other.sendall(half)

            with pytest.raises(BrummerError, match="hung up"):
                next(client.stream("changes"))


def test_a_client_waits_no_longer_than_it_was_told(
    site: Site, client: ControlClient
) -> None:
    site.instance.answers["app.quit"] = Future()

    with pytest.raises(BrummerError, match="in time"):
        client.run("app.quit", timeout=0.05)


def test_neither_a_deaf_client_nor_half_a_request_keeps_the_server(
    site: Site,
) -> None:
    web = site.instance.add_process("web").id
    site.instance.print(web, *("x" * 1000 for _ in range(20_000)))
    with site.raw() as deaf, site.raw() as slow:
        deaf.sendall(b'{"id": 1, "method": "follow"}\n')
        slow.sendall(b'{"id": 1, "method": ')
        deaf.recv(1)

        site.server.close()

        wait_until(lambda: not any(map(is_of_control, threading.enumerate())))


def is_of_control(thread: threading.Thread) -> bool:
    return thread.name.startswith("brum-control-")


def test_many_clients_at_once_are_all_answered(site: Site) -> None:
    crowd = [site.raw() for _ in range(50)]
    try:
        for member in crowd:
            member.sendall(b'{"id": 1, "method": "hello"}\n')
        answers = [json.loads(member.recv(10_000)) for member in crowd]
    finally:
        for member in crowd:
            member.close()

    assert [answer["result"]["name"] for answer in answers] == ["shop"] * 50
