"""Tests of the file of calls and refusals."""

import json
import os
import stat
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from brummer.core.aside import settle
from brummer.errors import BrummerError
from brummer.mcp.audit import LARGEST, MOST, Audit
from brummer.model.agent import AgentCall, AgentRefusal, Outcome
from tests.support.disk import small_disk

CALL = AgentCall(
    number=1,
    time=1_790_000_000.25,
    client="codex",
    tool="scripts_run",
    arguments='{"name": "web"}',
    outcome=Outcome.FAILED,
    milliseconds=12.345,
    tokens_in=4,
    tokens_out=20,
    reason="no script named 'web'",
)
REFUSAL = AgentRefusal(
    number=2, time=1_790_000_001.0, peer="127.0.0.1:9", status=401, reason="no token"
)


class Worker:
    """Does what it is given when a test says so."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []
        self.refusal: Exception | None = None
        self.asked = 0

    def aside(self, work: Callable[[], None]) -> "Future[None]":
        self.asked += 1
        future: Future[None] = Future()
        if self.refusal is not None:
            future.set_exception(self.refusal)
            return future
        self.waiting.append(lambda: settle(future, work))
        return future

    def work(self) -> None:
        while self.waiting:
            self.waiting.pop(0)()


class Site:
    """An audit, its worker, and what it complained of."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "state" / "mcp-audit.jsonl"
        self.worker = Worker()
        self.failures: list[str] = []
        self.audit = Audit(self.path, self.worker.aside, self.failures.append)

    def write(self) -> None:
        self.audit.flush()
        self.worker.work()

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.path.read_text().splitlines()]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_a_call_and_a_refusal_are_a_line_each(site: Site) -> None:
    site.audit.put(CALL)
    site.audit.put(REFUSAL)
    site.write()

    assert site.lines() == [
        {
            "time": "2026-09-21T14:13:20.250+00:00",
            "client": "codex",
            "tool": "scripts_run",
            "arguments": '{"name": "web"}',
            "outcome": "failed",
            "ms": 12.3,
            "tokens_in": 4,
            "tokens_out": 20,
            "reason": "no script named 'web'",
        },
        {
            "time": "2026-09-21T14:13:21.000+00:00",
            "peer": "127.0.0.1:9",
            "outcome": "refused",
            "status": 401,
            "reason": "no token",
        },
    ]


def test_nobody_else_can_read_it(site: Site) -> None:
    site.audit.put(CALL)
    site.write()

    assert stat.S_IMODE(site.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(site.path.parent.stat().st_mode) == 0o700


def test_who_calls_does_not_wait_for_the_disk(site: Site) -> None:
    for _ in range(10):
        site.audit.put(CALL)
        site.audit.flush()
    before = site.path.exists()
    site.write()

    assert not before
    assert site.worker.asked == 1
    assert len(site.lines()) == 10


def test_what_waits_is_written_in_the_end(site: Site) -> None:
    site.worker.refusal = BrummerError("the bus is closed")
    site.audit.put(CALL)
    site.audit.flush()

    site.audit.close()

    assert len(site.lines()) == 1


def test_a_worker_that_could_not_be_had_is_asked_for_again(site: Site) -> None:
    site.worker.refusal = BrummerError("too much waits")
    site.audit.put(CALL)
    site.audit.flush()
    site.worker.refusal = None
    site.audit.put(CALL)
    site.write()

    assert len(site.lines()) == 2


def test_lines_that_nobody_writes_are_bounded_and_counted(site: Site) -> None:
    for _ in range(MOST + 7):
        site.audit.put(CALL)
    site.write()

    found = site.lines()
    assert found[0]["dropped"] == 7
    assert len(found) == MOST + 1


def test_a_file_that_is_too_large_is_put_aside(site: Site) -> None:
    site.audit.put(CALL)
    site.write()
    with site.path.open("ab") as file:
        file.truncate(LARGEST)
    older = site.path.with_name("mcp-audit.jsonl.1")
    older.write_text("of long ago\n")

    site.audit.put(REFUSAL)
    site.write()

    assert [line["outcome"] for line in site.lines()] == ["refused"]
    assert older.stat().st_size == LARGEST
    assert len(list(site.path.parent.iterdir())) == 2


def test_a_file_that_was_removed_is_made_again(site: Site) -> None:
    site.audit.put(CALL)
    site.write()
    site.path.unlink()

    site.audit.put(CALL)
    site.write()

    assert len(site.lines()) == 1


def test_a_place_that_cannot_be_written_costs_the_audit_only(site: Site) -> None:
    site.path.parent.write_text("no folder")

    for _ in range(3):
        site.audit.put(CALL)
        site.write()

    (told,) = site.failures
    assert str(site.path) in told


def test_what_could_not_be_written_is_counted_when_it_can_be(site: Site) -> None:
    site.path.parent.write_text("no folder")
    for _ in range(3):
        site.audit.put(CALL)
        site.write()
    site.path.parent.unlink()

    site.audit.put(CALL)
    site.write()

    first, second = site.lines()
    assert first["dropped"] == 3
    assert second["client"] == "codex"


def test_it_is_told_anew_when_it_worked_in_between(site: Site) -> None:
    folder = site.path.parent

    folder.write_text("no folder")
    site.audit.put(CALL)
    site.write()
    folder.unlink()
    site.audit.put(CALL)
    site.write()
    folder.rename(folder.with_name("away"))
    folder.write_text("no folder")
    site.audit.put(CALL)
    site.write()

    assert len(site.failures) == 2


def test_a_link_is_not_followed(site: Site, tmp_path: Path) -> None:
    elsewhere = tmp_path / "precious"
    elsewhere.write_text("mine")
    site.path.parent.mkdir()
    site.path.symlink_to(elsewhere)

    site.audit.put(CALL)
    site.write()

    assert elsewhere.read_text() == "mine"
    assert len(site.failures) == 1


def test_a_full_disk_leaves_whole_lines(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 16) as disk:
        site = Site(disk)
        for _ in range(200):
            site.audit.put(CALL)
            site.write()
        found = site.lines()

    assert found
    assert len(site.failures) == 1


def test_several_instances_write_whole_lines_to_one_file(tmp_path: Path) -> None:
    path = tmp_path / "mcp-audit.jsonl"
    path.touch()
    os.truncate(path, LARGEST - 2_000)
    failures: list[str] = []

    with ThreadPoolExecutor(4) as pool:
        audits = [Audit(path, pool.submit, failures.append) for _ in range(4)]
        for _ in range(50):
            for audit in audits:
                audit.put(CALL)
                audit.flush()

    older = path.with_name("mcp-audit.jsonl.1").read_bytes().lstrip(b"\0")
    lines = [*older.splitlines(), *path.read_bytes().splitlines()]
    assert failures == []
    assert len(lines) == 200
    assert all(json.loads(line)["client"] == "codex" for line in lines)
