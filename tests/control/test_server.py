"""Tests of the control socket, over real sockets."""

import contextlib
import json
import os
import socket
import stat
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from brummer.control.client import ControlClient
from brummer.control.protocol import MAX_REQUEST, EndedError
from brummer.control.record import Directory, InstanceRecord
from brummer.control.server import MAX_CLIENTS, ControlServer
from brummer.errors import BrummerError, UsageError
from brummer.model.command import Command, Parameter
from brummer.model.finding import Finding
from brummer.model.process import ProcessStatus
from tests.support.instance import FakeInstance
from tests.support.wait import wait_until


class Site:
    """A served instance and the ways to it."""

    def __init__(self, folder: Path) -> None:
        self.instance = FakeInstance()
        self.directory = Directory(folder / "instances")
        self.record = InstanceRecord.of_this_process(
            folder, str(folder / "c.sock"), id_="shop-1"
        )
        self.reports: list[str] = []
        self.server = ControlServer(
            self.instance, self.record, self.directory, self.reports.append
        )

    def raw(self) -> socket.socket:
        """Return a bare connection."""
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(10)
        connection.connect(self.record.control_socket)
        return connection


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path)
    site.server.start()
    yield site
    site.server.close()


@pytest.fixture
def client(site: Site) -> Iterator[ControlClient]:
    with ControlClient(site.record) as client:
        yield client


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


def test_following_a_log_gives_what_is_there_and_what_comes(
    site: Site, client: ControlClient
) -> None:
    web = site.instance.add_process("web").id
    site.instance.print(web, "one", "two")
    parts = client.stream("follow", {"process": web})

    first: Any = next(parts)
    site.instance.print(web, "three")
    second: Any = next(parts)

    assert [entry["data"] for entry in first["entries"]] == ["one", "two"]
    assert [entry["data"] for entry in second["entries"]] == ["three"]


def test_a_follower_is_told_how_many_lines_it_missed(
    site: Site, client: ControlClient
) -> None:
    web = site.instance.add_process("web").id
    site.instance.print(web, *(str(n) for n in range(10)))
    site.instance.forget(4, web)

    part: Any = next(client.stream("follow", {"process": web}))

    assert part["skipped"] == 4
    assert part["entries"][0]["data"] == "4"


def test_changes_report_versions_and_merge_bursts(
    site: Site, client: ControlClient
) -> None:
    parts = client.stream("changes")
    before: Any = next(parts)

    site.instance.add_process("web")
    after: Any = next(parts)

    assert after["processes"] > before["processes"]


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


@pytest.mark.parametrize(
    "params",
    [
        {"first": -1},
        {"first": "1"},
        {"count": True},
        {"process": 5},
    ],
)
def test_a_window_of_nonsense_is_a_usage_error(
    client: ControlClient, params: dict[str, Any]
) -> None:
    with pytest.raises(UsageError):
        client.ask("log_window", params)


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


def test_an_instance_file_that_somebody_deleted_comes_back(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("brummer.control.server.PING_INTERVAL", 0.01)
    other = Site(tmp_path / "b")
    (tmp_path / "b").mkdir()
    other.server.start()
    path = tmp_path / "b" / "instances" / "shop-1.json"
    wait_until(path.exists)

    path.unlink()

    wait_until(path.exists)
    other.server.close()


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


@pytest.mark.parametrize("method", ["changes", "follow"])
def test_a_stream_ends_with_the_instance(site: Site, method: str) -> None:
    web = site.instance.add_process("web").id
    site.instance.print(web, "one")
    with ControlClient(site.record) as client:
        parts = client.stream(method)
        next(parts)

        site.server.close()

        assert len(list(islice(parts, 100))) < 100


def test_a_stream_brings_all_there_is_before_the_instance_ends(
    site: Site, client: ControlClient
) -> None:
    web = site.instance.add_process("web").id
    site.instance.print(web, "first")
    parts: Any = client.stream("follow")
    next(parts)

    site.instance.print(web, *map(str, range(5_000)))
    ending = threading.Thread(target=site.server.close)
    ending.start()

    lines = [entry["data"] for part in parts for entry in part["entries"]]
    ending.join(10)
    assert lines == [str(number) for number in range(5_000)]


def test_the_log_of_a_process_can_be_followed_to_its_end(
    site: Site, client: ControlClient
) -> None:
    web = site.instance.add_process("web").id
    site.instance.print(web, "one")
    parts: Any = client.stream("follow", {"process": web})
    next(parts)

    site.instance.print(web, "two")
    site.instance.change(web, status=ProcessStatus.SUCCESS, exit_code=0)

    assert [entry["data"] for part in parts for entry in part["entries"]] == ["two"]


def closing_after(event: threading.Event, site: Site) -> threading.Thread:
    def work() -> None:
        event.wait(10)
        site.server.close()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


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


def test_who_waits_for_what_comes_no_more_is_told(
    site: Site, client: ControlClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    web = site.instance.add_process("web").id
    has_looked = threading.Event()

    def findings() -> tuple[Finding, ...]:
        has_looked.set()
        return ()

    monkeypatch.setattr(site.instance, "findings", findings)
    ending = closing_after(has_looked, site)

    with pytest.raises(EndedError):
        client.ask("wait", {"process": web})
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


def test_a_window_is_cut_at_a_bounded_answer(site: Site, client: ControlClient) -> None:
    web = site.instance.add_process("web").id
    site.instance.print(web, *("x" * 1_000_000 for _ in range(10)))

    window: Any = client.ask("log_window", {"first": 0, "count": 10, "process": web})

    assert 1 <= len(window["entries"]) < 10


def test_waiting_ends_when_the_line_comes(site: Site, client: ControlClient) -> None:
    web = site.instance.add_process("web").id
    answers: list[Any] = []
    params = {"process": web, "condition": "line", "pattern": "listening on [0-9]+"}
    waiting = threading.Thread(
        target=lambda: answers.append(client.ask("wait", params))
    )
    waiting.start()

    site.instance.print(web, "starting", "listening on 3000")
    waiting.join(10)

    assert answers[0]["reached"]
    assert answers[0]["entry"]["number"] == 1


def test_who_waits_with_a_bad_pattern_holds_up_nobody(
    site: Site, client: ControlClient
) -> None:
    web = site.instance.add_process("web").id
    site.instance.print(web, *["a" * 60_000] * 20)
    with site.raw() as rude:
        params = {"process": web, "condition": "line", "pattern": "^(a+)+$|((a*)*)*b"}
        request = {"id": 1, "method": "wait", "params": params}
        rude.sendall(json.dumps(request).encode() + b"\n")

        assert client.ask("hello", timeout=10)


def test_a_log_is_searched_to_its_end_even_without_time(
    site: Site, client: ControlClient
) -> None:
    web = site.instance.add_process("web").id
    site.instance.print(web, *map(str, range(20_000)), "\x1b[1mready\x1b[0m in 3 s")

    params = {"process": web, "condition": "line", "pattern": "ready in", "timeout": 0}
    answer: Any = client.ask("wait", params)

    assert answer["entry"]["number"] == 20_000


def test_waiting_ends_without_an_answer_when_time_is_up(
    site: Site, client: ControlClient
) -> None:
    web = site.instance.add_process("web").id

    answer = client.ask("wait", {"process": web, "timeout": 0.01})

    assert answer is None


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"process": "web-1", "condition": "soon"},
        {"process": "web-1", "condition": "line"},
        {"process": "web-1", "condition": "line", "pattern": "("},
        {"process": "web-1", "timeout": "long"},
        {"process": "web-1", "timeout": -1},
        {"process": "web-1", "timeout": float("nan")},
    ],
)
def test_waiting_for_nonsense_is_a_usage_error(
    site: Site, client: ControlClient, params: dict[str, Any]
) -> None:
    site.instance.add_process("web")

    with pytest.raises(UsageError):
        client.ask("wait", params)
