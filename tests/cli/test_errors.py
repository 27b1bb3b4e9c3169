"""What went wrong, on the command line."""

import json
from collections.abc import Iterator
from dataclasses import replace

from brummer.cli.errors import coming
from brummer.cli.remote import Row
from brummer.errors import BrummerError
from brummer.model.finding import Finding, FindingKind, Severity
from brummer.model.process import ProcessId
from tests.cli.conftest import Desk


def error(process: ProcessId, title: str = "TypeError: no price") -> Finding:
    return Finding(
        kind=FindingKind.ERROR,
        title=title,
        process=process,
        time=1.0,
        line=7,
        type="TypeError",
        file="src/cart.js",
        line_in_file=3,
        column=9,
        severity=Severity.ERROR,
    )


def test_errors_are_listed_with_their_place(desk: Desk) -> None:
    web = desk.instance.add_process("web").id
    desk.instance.report(error(web))

    said = desk.ctl("errors").out.splitlines()

    assert said[1].split() == [web, "1", "src/cart.js:3:9", "TypeError:", "no", "price"]


def test_an_error_that_did_not_come_again_is_shown_as_fixed(desk: Desk) -> None:
    web = desk.instance.add_process("web").id
    desk.instance.report(replace(error(web), resolved=2.0))

    assert "TypeError: no price (fixed)" in desk.ctl("errors").out


def test_errors_of_one_process_are_listed(desk: Desk) -> None:
    desk.instance.report(error(desk.instance.add_process("web").id))
    desk.instance.add_process("db")

    assert desk.ctl("errors", "db").out == "no errors\n"
    assert "no price" in desk.ctl("errors", "web").out


def test_what_is_no_error_is_not_listed(desk: Desk) -> None:
    web = desk.instance.add_process("web").id
    desk.instance.report(
        Finding(kind=FindingKind.URL, title="a server", process=web, time=1.0)
    )

    assert desk.ctl("errors").out == "no errors\n"


def test_errors_as_json_have_all_that_is_known(desk: Desk) -> None:
    desk.instance.report(error(desk.instance.add_process("web").id))

    [row] = json.loads(desk.ctl("errors", "--json").out)

    assert (row["type"], row["line"], row["end"], row["count"]) == (
        "TypeError",
        7,
        8,
        1,
    )
    assert row["severity"] == "error"


def test_an_error_cannot_steer_the_terminal(desk: Desk) -> None:
    web = desk.instance.add_process("web").id
    desk.instance.report(error(web, "\x1b]2;title\x07oh\x1b[31m\nno"))

    assert desk.ctl("errors").out.splitlines()[1].endswith("  oh")


def test_what_comes_and_what_comes_again_is_told_once() -> None:
    first: Row = {"process": "web-1", "line": 7, "last_seen": 1.0, "count": 1}
    again = {**first, "line": 9, "last_seen": 2.0, "count": 2}
    other = {**first, "line": 8, "last_seen": 3.0}
    states: Iterator[list[Row]] = iter([[first], [first, other], [other, again]])

    told = coming(
        [{"findings": version} for version in (1, 1, 2, 3)], lambda: next(states)
    )

    assert list(told) == [first, other, again]


def test_the_last_error_is_told_in_full(desk: Desk) -> None:
    web = desk.instance.add_process("web").id
    desk.instance.report(error(web))

    assert desk.ctl("errors", "--last").out == "report of -1 in \n"
    assert desk.ctl("errors", "web", "--last").out == f"report of -1 in {web}\n"
    assert json.loads(desk.ctl("errors", "--last", "--json").out)["text"]


def test_without_an_error_there_is_nothing_to_tell(desk: Desk) -> None:
    desk.instance.answers["error.report"] = BrummerError("no errors")

    said = desk.ctl("errors", "--last")

    assert (said.code, said.out) == (1, "")
    assert "no errors" in said.err


def test_what_comes_and_the_last_one_do_not_go_together(desk: Desk) -> None:
    said = desk.ctl("errors", "-f", "--last")

    assert (said.code, said.out) == (2, "")
    assert "--follow lists what comes" in said.err
