"""Tests of what the control server answers, and of its streams."""

import asyncio
import json
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import closing
from contextvars import Context
from itertools import islice
from typing import Any

import pytest
from typing_extensions import override

from brummer.control.client import ControlClient
from brummer.control.protocol import EndedError
from brummer.core.looking import Looking
from brummer.core.pulse import Pulse
from brummer.errors import UsageError
from brummer.model.finding import Finding
from brummer.model.log import LogEntry, Stream
from brummer.model.process import ProcessStatus
from tests.control.conftest import Site, closing_after
from tests.support.looking import FakeLooking
from tests.support.wait import LIMIT, wait_until


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


def test_a_search_gives_what_it_finds_as_it_finds_it(
    site: Site, client: ControlClient
) -> None:
    web = site.instance.add_process("web").id
    lines = [LogEntry(n, web, Stream.OUT, 1.0, b"line %d" % n) for n in (7, 3)]
    site.instance.finds = [
        {"entries": lines[:1], "count": 1, "counts": {web: 1}},
        {"entries": lines[1:], "count": 2},
        {"count": 3, "state": "done"},
    ]

    parts: list[Any] = list(client.stream("search", {"text": "line"}))

    assert site.instance.lookings[0].arguments == {"text": "line"}
    assert [part["count"] for part in parts] == [1, 2, 3]
    assert [[entry["data"] for entry in part["entries"]] for part in parts] == [
        ["line 7"],
        ["line 3"],
        [],
    ]
    assert parts[0]["counts"] == {"web-1": 1}


def test_a_search_ends_when_its_client_goes(site: Site, client: ControlClient) -> None:
    site.instance.finds = []
    parts = client.stream("search", {"text": "line"})
    next(parts)

    client.close()

    assert site.instance.lookings[0].cancelled.wait(LIMIT)


def test_a_search_ends_when_it_is_called_off(site: Site) -> None:
    site.instance.finds = []
    with site.raw() as connection, connection.makefile("rb") as answers:
        connection.sendall(b'{"id": 1, "method": "search"}\n')
        answers.readline()
        connection.sendall(b'{"id": 1, "cancel": true}\n')

        assert site.instance.lookings[0].cancelled.wait(LIMIT)


def test_a_search_ends_that_had_not_begun_when_its_client_went(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking, pending = FakeLooking({}, []), Future[Looking]()
    pending.set_running_or_notify_cancel()
    asked = threading.Event()

    def log_search(*_: object) -> Future[Looking]:
        asked.set()
        return pending

    monkeypatch.setattr(site.instance, "log_search", log_search)
    with site.raw() as connection:
        connection.sendall(b'{"id": 1, "method": "search"}\n')
        assert asked.wait(LIMIT)

    site.server.close()
    pending.set_result(looking)

    assert looking.cancelled.is_set()


def test_a_search_that_makes_no_sense_is_refused(
    site: Site, client: ControlClient
) -> None:
    site.instance.refusal = UsageError("'(' is no pattern")

    with pytest.raises(UsageError, match="no pattern"):
        next(client.stream("search", {"text": "("}))


def test_a_command_ends_when_its_client_goes(site: Site, client: ControlClient) -> None:
    pending: Future[object] = Future()
    site.instance.answers["logs.search"] = pending
    ended = threading.Event()
    pending.add_done_callback(lambda _: ended.set())
    with site.raw() as connection:
        connection.sendall(
            b'{"id": 1, "method": "run", "params": {"command": "logs.search"}}\n'
        )
        wait_until(lambda: site.instance.calls)

    assert ended.wait(LIMIT)
    assert pending.cancelled()


def test_changes_report_versions_and_merge_bursts(
    site: Site, client: ControlClient
) -> None:
    parts = client.stream("changes")
    before: Any = next(parts)

    site.instance.add_process("web")
    after: Any = next(parts)

    assert after["processes"] > before["processes"]


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


class AsleepLoop(asyncio.SelectorEventLoop):
    """A loop that nobody may wake."""

    @override
    def call_soon_threadsafe(
        self,
        callback: Callable[..., object],
        *args: object,
        context: Context | None = None,
    ) -> asyncio.Handle:
        raise AssertionError("it was woken")


def test_a_change_for_which_nobody_waits_does_not_wake_the_loop() -> None:
    with closing(AsleepLoop()) as loop:
        Pulse(loop).beat()


def test_a_change_just_before_somebody_waits_is_not_missed() -> None:
    async def scene() -> None:
        pulse = Pulse(asyncio.get_running_loop())
        pulse.beat()
        await pulse.next(LIMIT)

    asyncio.run(asyncio.wait_for(scene(), LIMIT / 2))


def test_changes_of_many_threads_wake_who_waits_each_time() -> None:
    turns = 500

    async def scene() -> None:
        pulse = Pulse(asyncio.get_running_loop())
        asked, over = threading.Semaphore(0), threading.Event()

        def beat() -> None:
            while asked.acquire(timeout=LIMIT) and not over.is_set():
                pulse.beat()

        threads = [threading.Thread(target=beat) for _ in range(3)]
        for thread in threads:
            thread.start()
        for _ in range(turns):
            asked.release()
            # Longer than the test may take: a beat that is missed fails it.
            await pulse.next(10 * LIMIT)
        over.set()
        asked.release(len(threads))
        for thread in threads:
            thread.join(LIMIT)

    asyncio.run(asyncio.wait_for(scene(), LIMIT))
