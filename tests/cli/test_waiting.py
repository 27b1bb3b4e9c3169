"""Tests of brumctl wait."""

import pytest

from brummer.control.server import ControlServer
from brummer.model.finding import Finding, FindingKind
from brummer.model.process import ProcessStatus
from tests.cli.conftest import Desk, Said, noting, working


def test_a_process_is_ready_when_it_announces_a_url(desk: Desk) -> None:
    web = desk.instance.add_process("web").id
    thread, answers = working(desk, "wait", "web")

    desk.instance.report(
        Finding(
            kind=FindingKind.URL,
            title="x",
            process=web,
            time=1.0,
            details={"url": "http://localhost:1"},
        )
    )
    thread.join(10)

    assert answers == [Said(0, "http://localhost:1\n", "")]


def test_waiting_for_the_end_returns_its_code(desk: Desk) -> None:
    desk.instance.add_process("job", status=ProcessStatus.FAILED, exit_code=3)

    said = desk.ctl("wait", "job", "--for", "exit")

    assert said.code == 3
    assert said.out == "failed 3\n"


def test_a_process_that_ends_before_it_is_ready_is_told(desk: Desk) -> None:
    desk.instance.add_process("web", status=ProcessStatus.SUCCESS, exit_code=0)

    said = desk.ctl("wait", "web")

    assert said.code == 1
    assert "ended first" in said.err


def test_waiting_for_a_line_prints_it(desk: Desk) -> None:
    web = desk.instance.add_process("web").id
    desk.instance.print(web, "a", "listening on 3000")

    said = desk.ctl("wait", "web", "--for", "line", "--pattern", "listening")

    assert said.out == "listening on 3000\n"


def test_time_runs_out_as_timeout_does(desk: Desk) -> None:
    desk.instance.add_process("web")

    said = desk.ctl("wait", "web", "--timeout", "0.01")

    assert said.code == 124
    assert "not ready" in said.err


def test_with_a_limit_a_process_that_is_not_there_yet_is_waited_for(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_looked = noting(desk, monkeypatch, "processes")
    thread, answers = working(desk, "wait", "job", "--for", "exit", "--timeout", "15")
    assert has_looked.wait(10)

    desk.instance.add_process("job", status=ProcessStatus.FAILED, exit_code=3)
    thread.join(10)

    assert answers == [Said(3, "failed 3\n", "")]


def test_with_a_limit_the_instance_is_waited_for_as_well(lonely: Desk) -> None:
    lonely.instance.add_process("job", status=ProcessStatus.SUCCESS, exit_code=0)
    thread, answers = working(lonely, "wait", "job", "--for", "exit", "--timeout", "15")

    server = lonely.open()
    thread.join(10)
    server.close()

    assert answers == [Said(0, "success 0\n", "")]


def test_one_that_ends_is_not_waited_for_but_the_next(
    desk: Desk, served: ControlServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_looked = noting(desk, monkeypatch, "processes")
    thread, answers = working(desk, "wait", "job", "--for", "exit", "--timeout", "15")
    assert has_looked.wait(10)

    served.close()
    desk.instance.add_process("job", status=ProcessStatus.SUCCESS, exit_code=0)
    server = desk.open()
    thread.join(10)
    server.close()

    assert answers == [Said(0, "success 0\n", "")]


def test_what_never_comes_is_told_when_time_is_up(desk: Desk) -> None:
    desk.instance.add_process("web")

    said = desk.ctl("wait", "wbe", "--timeout", "0.2")

    assert said.code == 124
    assert (
        said.err
        == "brumctl: gave up after 0.2 s: no process 'wbe'; did you mean web?\n"
    )


def test_an_instance_that_never_comes_is_told_when_time_is_up(lonely: Desk) -> None:
    said = lonely.ctl("wait", "web", "--timeout", "0.2")

    assert said.code == 124
    assert "no instance runs in" in said.err


def test_without_a_limit_nothing_is_waited_for_that_is_not_there(
    desk: Desk, lonely: Desk
) -> None:
    assert desk.ctl("wait", "web").code == 1
    assert lonely.ctl("--instance", "other", "wait", "web").code == 1


@pytest.mark.parametrize(
    "words",
    [("--for", "line"), ("--for", "line", "--pattern", "("), ("--pattern", "x")],
)
def test_nonsense_is_refused_before_anything_is_waited_for(
    lonely: Desk, words: tuple[str, ...]
) -> None:
    assert lonely.ctl("wait", "web", "--timeout", "100", *words).code == 2
