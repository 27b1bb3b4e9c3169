"""Tests of brumctl logs."""

import json

import pytest

from brummer.control.server import ControlServer
from brummer.model.process import ProcessStatus
from tests.cli.conftest import Desk, Said, noting, working


def test_the_log_of_a_process_is_its_lines(desk: Desk) -> None:
    web = desk.instance.add_process("web").id
    desk.instance.print(web, "one", "two")

    assert desk.ctl("logs", "web").out == "one\ntwo\n"


def test_the_merged_log_names_who_printed(desk: Desk) -> None:
    web, api = (desk.instance.add_process(name).id for name in ("web", "api"))
    desk.instance.print(web, "one")
    desk.instance.print(api, "two")

    lines = desk.ctl("logs").out.splitlines()

    assert [line.split("] ", 1)[1] for line in lines] == ["web: one", "api: two"]


@pytest.mark.parametrize(("count", "first"), [("3", "7"), ("0", None), ("99", "0")])
def test_only_the_last_lines_on_request(
    desk: Desk, count: str, first: str | None
) -> None:
    web = desk.instance.add_process("web").id
    desk.instance.print(web, *map(str, range(10)))

    lines = desk.ctl("logs", "web", "-n", count).out.split()

    assert lines[:1] == ([] if first is None else [first])


def test_a_long_log_comes_in_pages_and_whole(desk: Desk) -> None:
    web = desk.instance.add_process("web").id
    desk.instance.print(web, *map(str, range(5_000)))

    assert desk.ctl("logs", "web").out.split() == [str(n) for n in range(5_000)]


def test_colours_are_kept_on_request_and_nothing_else_ever(desk: Desk) -> None:
    web = desk.instance.add_process("web").id
    desk.instance.print(web, "\x1b[31mred\x1b[0m \x1b]2;title\x07\x1b[2J")

    assert desk.ctl("logs", "web").out == "red \n"
    assert desk.ctl("logs", "web", "--ansi").out == "\x1b[31mred\x1b[0m \n"


def test_a_line_that_was_written_over_is_printed_as_it_was_in_the_end(
    desk: Desk,
) -> None:
    web = desk.instance.add_process("web").id
    desk.instance.print(web, "10%\r20%\r", "abc\rX")

    assert desk.ctl("logs", "web").out == "20%\nXbc\n"


def test_json_keeps_every_byte(desk: Desk) -> None:
    web = desk.instance.add_process("web").id
    desk.instance.print(web, b"\xff\x1b[31m")

    entry = json.loads(desk.ctl("logs", "web", "--json").out)

    assert entry["data"].encode("utf-8", "surrogateescape") == b"\xff\x1b[31m"


def test_an_unknown_process_is_an_error_that_names_the_known(desk: Desk) -> None:
    desk.instance.add_process("web")

    near, far = desk.ctl("logs", "wbe"), desk.ctl("logs", "zzz")

    assert (near.code, far.code) == (1, 1)
    assert near.err == "brumctl: no process 'wbe'; did you mean web?\n"
    assert far.err == "brumctl: no process 'zzz'; there are: web-1\n"


def test_following_a_process_ends_with_it(desk: Desk) -> None:
    web = desk.instance.add_process("web").id
    desk.instance.print(web, "one")
    thread, answers = working(desk, "logs", "-f", "web")

    desk.instance.print(web, "two")
    desk.instance.change(web, status=ProcessStatus.FAILED, exit_code=3)
    thread.join(10)

    assert answers == [Said(0, "one\ntwo\n", "brumctl: web-1 ended: failed 3\n")]


def test_following_a_process_that_has_ended_is_reading_it(desk: Desk) -> None:
    job = desk.instance.add_process("job", status=ProcessStatus.SUCCESS, exit_code=0)
    desk.instance.print(job.id, *map(str, range(5_000)))

    said = desk.ctl("logs", "-f", "job")

    assert said.out.split() == [str(n) for n in range(5_000)]
    assert (said.code, said.err) == (0, "brumctl: job-1 ended: success 0\n")


@pytest.mark.parametrize(
    ("words", "method"),
    [
        (("logs", "-f"), "log_window"),
        (("logs", "-f", "web"), "log_window"),
        (("errors", "-f"), "findings"),
    ],
)
def test_following_ends_with_the_instance_and_says_so(
    desk: Desk,
    served: ControlServer,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    method: str,
) -> None:
    desk.instance.add_process("web")
    has_begun = noting(desk, monkeypatch, method)
    thread, answers = working(desk, *words)
    assert has_begun.wait(10)

    served.close()
    thread.join(10)

    assert answers == [Said(0, "", "brumctl: shop-1 ended\n")]


def test_the_last_lines_of_an_instance_are_shown(
    desk: Desk, served: ControlServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    web = desk.instance.add_process("web").id
    has_begun = noting(desk, monkeypatch, "log_window")
    thread, answers = working(desk, "logs", "-f")
    assert has_begun.wait(10)

    desk.instance.print(web, *map(str, range(5_000)))
    served.close()
    thread.join(10)

    assert answers[0].out.splitlines()[-1].endswith("web: 4999")
