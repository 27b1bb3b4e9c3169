"""Tests of brumctl search."""

import json

import pytest

from tests.cli.conftest import Desk


def entry(number: int, text: str, process: str = "web-1") -> dict[str, object]:
    return {
        "number": number,
        "process": process,
        "stream": "stdout",
        "time": 1_790_000_000.0,
        "data": text,
        "partial": False,
    }


def hit(number: int, text: str, around: int = 0, process: str = "web-1") -> object:
    return {
        "entry": entry(number, text, process),
        "before": [
            entry(n, f"line {n}", process) for n in range(number - around, number)
        ],
        "after": [
            entry(n, f"line {n}", process)
            for n in range(number + 1, number + around + 1)
        ],
    }


def found(desk: Desk, *hits: object, count: int | None = None) -> None:
    desk.instance.answers["logs.search"] = {
        "state": "done",
        "problem": "",
        "count": len(hits) if count is None else count,
        "scanned": 100,
        "hits": list(hits),
    }


def test_the_newest_hit_is_printed_last(desk: Desk) -> None:
    found(desk, hit(7, "foo seven"), hit(3, "foo three"))

    said = desk.ctl("search", "foo", "-p", "web")

    assert said.out == "foo three\nfoo seven\n"
    assert said.code == 0


def test_without_one_process_the_lines_say_whose_they_are(desk: Desk) -> None:
    found(desk, hit(7, "foo"), hit(3, "foo", process="api-1"))

    lines = desk.ctl("search", "foo").out.splitlines()

    assert [line.split("] ")[1] for line in lines] == ["api: foo", "web: foo"]


def test_what_is_asked_for_reaches_the_command(desk: Desk) -> None:
    found(desk)
    words = "-e -i -p web -p api --stream stderr --since 2026-05-04T14:30:00+00:00"

    desk.ctl("search", "fo+", *words.split(), "-n", "5", "-C", "2")

    assert desk.instance.calls[-1].arguments == {
        "text": "fo+",
        "regex": True,
        "case": "ignore",
        "processes": ["web", "api"],
        "streams": ["stderr"],
        "since": 1777905000.0,
        "until": 0.0,
        "limit": 5,
        "context": 2,
    }


def test_nothing_found_is_what_it_is_for_grep(desk: Desk) -> None:
    found(desk)

    assert desk.ctl("search", "foo") == (1, "", "")


def test_hits_are_counted_on_request(desk: Desk) -> None:
    found(desk, count=1234)

    assert desk.ctl("search", "-c", "foo").out == "1234\n"
    assert json.loads(desk.ctl("search", "-c", "--json", "foo").out) == {"count": 1234}
    assert desk.instance.calls[-1].arguments["limit"] == 0


def test_older_hits_that_are_not_shown_are_told_of(desk: Desk) -> None:
    found(desk, hit(7, "foo"), count=1001)

    said = desk.ctl("search", "foo", "-n", "1").err

    assert said == "brumctl: 1,000 older lines as well; -n N prints more\n"


def test_asking_for_more_is_no_advice_where_the_answer_was_full(desk: Desk) -> None:
    found(desk, hit(7, "foo"), count=1001)

    said = desk.ctl("search", "foo", "-n", "2000").err

    assert said == "brumctl: 1,000 older lines as well; more than one answer holds\n"


def test_lines_around_hits_stand_in_groups(desk: Desk) -> None:
    found(desk, hit(20, "foo", 1), hit(7, "foo", 1), hit(5, "foo", 1))

    lines = desk.ctl("search", "foo", "-p", "web", "-C", "1").out.splitlines()

    assert lines == [
        *("line 4", "foo", "line 6", "foo", "line 8"),
        *("--", "line 19", "foo", "line 21"),
    ]


def test_lines_of_two_processes_are_never_one_group(desk: Desk) -> None:
    found(desk, hit(7, "foo", 1), hit(6, "foo", 1, process="api-1"))

    assert desk.ctl("search", "foo", "-C", "1").out.splitlines()[3] == "--"


def test_json_has_a_line_for_each_hit(desk: Desk) -> None:
    found(desk, hit(7, "foo", 1), hit(3, "\x1b[1mfoo", 1))

    rows = list(map(json.loads, desk.ctl("search", "--json", "foo").out.splitlines()))

    assert [row["number"] for row in rows] == [3, 7]
    assert rows[0]["data"] == "\x1b[1mfoo"
    assert "before" not in rows[0]


def test_json_has_the_lines_around_on_request(desk: Desk) -> None:
    found(desk, hit(7, "foo", 1))

    row = json.loads(desk.ctl("search", "--json", "-C", "1", "foo").out)

    assert [line["number"] for line in (*row["before"], *row["after"])] == [6, 8]


def test_a_match_stands_out_and_nothing_else_reaches_the_terminal(desk: Desk) -> None:
    found(desk, hit(7, "a \x1b[32mfoo\x1b]0;title\x07 b"))

    said = desk.ctl("search", "FOO", "-i", "-p", "web", "--ansi")

    assert said.out == "a \x1b[1;31mfoo\x1b[0m b\n"


def test_a_search_that_was_given_up_says_why(desk: Desk) -> None:
    found(desk, hit(7, "foo"))
    answer = desk.instance.answers["logs.search"]
    assert isinstance(answer, dict)
    answer.update(state="stopped", problem="the pattern 'x' takes too long")

    said = desk.ctl("search", "-e", "x")

    assert said.code == 2
    assert "the search was stopped: the pattern 'x' takes too long" in said.err


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--since", "yesterday", "x"], "--since: 'yesterday' is none of 10s,"),
        (["--case", "loud", "x"], "--case"),
        (["--stream", "stdin", "x"], "--stream"),
        (["-n", "many", "x"], "-n"),
        ([], "TEXT"),
    ],
)
def test_wrong_options_are_named(desk: Desk, words: list[str], complaint: str) -> None:
    said = desk.ctl("search", *words)

    assert said.code == 2
    assert complaint in said.err
