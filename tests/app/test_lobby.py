"""Tests of where agents and people meet, in a program that runs."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from brummer.app.application import Application
from brummer.app.lobby import AUDIT, Lobby, Means
from brummer.app.running import Running
from brummer.model.agent import Outcome, TokenKind
from tests.app.conftest import Bench
from tests.app.test_agents import Client, record_of, run
from tests.support.clock import FakeClock
from tests.support.wait import wait_until


def audit_of(bench: Bench) -> Path:
    return bench.project().state / AUDIT


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def look_and_be_refused(client: Client) -> None:
    client.call("scripts_list")
    client.send(b"{}", Authorization="Bearer wrong")


def test_calls_and_refusals_are_noted_in_a_file(bench: Bench) -> None:
    run(bench, inside=look_and_be_refused)

    call, refusal = lines(audit_of(bench))
    assert (call["tool"], call["outcome"]) == ("scripts_list", "ok")
    assert (refusal["status"], refusal["outcome"]) == (401, "refused")
    assert stat.S_IMODE(audit_of(bench).stat().st_mode) == 0o600


def test_nothing_is_noted_if_that_was_set(bench: Bench) -> None:
    run(bench, "mcp.audit=false", inside=look_and_be_refused)

    assert not audit_of(bench).exists()


def test_a_file_that_cannot_be_written_is_a_matter_of_health(bench: Bench) -> None:
    audit_of(bench).mkdir(parents=True)
    parts: list[str] = []
    project = bench.project()
    application = Application(project, tell=parts.append)

    with Running(application, project) as running:
        running.open((), (), lambda _: None)
        client = Client(record_of(bench))
        for _ in range(3):
            client.call("scripts_list")
        wait_until(lambda: parts)

    (told,) = parts
    assert told.startswith("mcp audit: calls of agents are not noted in ")


def test_front_ends_see_who_called_what(bench: Bench) -> None:
    project = bench.project()
    application = Application(project)
    woken: list[int] = []

    with Running(application, project) as running:
        running.open((), (), lambda _: None)
        before = application.instance.versions().agents
        application.instance.watch(lambda: woken.append(1))
        client = Client(record_of(bench))
        client.call("scripts_list")
        table = application.instance.agents()
        wait_until(lambda: woken)

    assert before == 0
    assert application.instance.versions().agents > 0
    assert table.server is not None
    assert table.server.url == f"http://127.0.0.1:{client.port}/mcp"
    assert table.server.token is TokenKind.RUN
    assert [c.outcome for c in table.activity.calls] == [Outcome.OK]


def test_there_is_a_table_before_anybody_came() -> None:
    lobby = Lobby(
        Means(FakeClock(), lambda: None, lambda _: pytest.fail("nothing"), print, None)
    )

    assert lobby.version == 0
    assert lobby.table().activity.total == 0
    assert lobby.table().server is None


def expects(clock: FakeClock, audit: Path | None, trace: Path | None) -> bool:
    means = Means(
        clock, lambda: None, lambda _: pytest.fail("nothing"), print, audit, trace
    )
    return Lobby(means).expects_agents()


@pytest.mark.parametrize(("days", "expected"), [(0, True), (6, True), (8, False)])
def test_agents_that_came_lately_are_expected(
    tmp_path: Path, days: float, *, expected: bool
) -> None:
    trace, none = tmp_path / "trace", tmp_path / "none"
    trace.write_text("{}\n")
    clock = FakeClock(trace.stat().st_mtime)
    clock.advance(days * 24 * 3600)

    assert expects(clock, trace, none) == expected
    assert expects(clock, none, trace) == expected
    assert expects(clock, None, trace) == expected


def test_where_no_agent_came_none_is_expected(tmp_path: Path) -> None:
    none = tmp_path / "none"

    assert not expects(FakeClock(), none, none)
    assert not expects(FakeClock(), None, None)
