"""Tests of brumctl search."""

import json
import threading
from collections.abc import Mapping

import pytest

from brummer.cli import sought
from brummer.cli.remote import Row
from tests.cli.conftest import Desk, Said, working
from tests.cli.test_sifting import Filtered
from tests.support.wait import LIMIT, wait_until


def entry(number: int, text: str, process: str = "web-1") -> Row:
    return {
        "number": number,
        "process": process,
        "stream": "stdout",
        "time": 1_790_000_000.0,
        "data": text,
        "partial": False,
    }


def found(desk: Desk, *entries: Row, count: int | None = None, end: int = 0) -> None:
    """Let the search find *entries*, the newest first, and print what is around."""
    counts: dict[str, int] = {}
    for one in entries:
        counts[one["process"]] = counts.get(one["process"], 0) + 1
    desk.instance.finds = [
        {"entries": entries[:1], "count": len(entries[:1]), "end": end},
        {
            "state": "done",
            "entries": entries[1:],
            "count": len(entries) if count is None else count,
            "counts": counts,
            "scanned": 100,
            "total": 100,
            "end": end,
        },
    ]


def asked(desk: Desk) -> Mapping[str, object]:
    """Return what was looked for last."""
    return desk.instance.lookings[-1].arguments


def test_the_newest_hit_is_printed_last(desk: Desk) -> None:
    found(desk, entry(7, "foo seven"), entry(3, "foo three"))

    said = desk.ctl("search", "foo", "-p", "web")

    assert said.out == "foo three\nfoo seven\n"
    assert said.code == 0


def test_without_one_process_the_lines_say_whose_they_are(desk: Desk) -> None:
    found(desk, entry(7, "foo"), entry(3, "foo", process="api-1"))

    lines = desk.ctl("search", "foo").out.splitlines()

    assert [line.split("] ")[1] for line in lines] == ["api: foo", "web: foo"]


def test_what_is_asked_for_reaches_the_command(desk: Desk) -> None:
    found(desk)
    words = "-e -i -p web -p api --stream stderr --since 2026-05-04T14:30:00+00:00"
    filters = "--filter level>=warn --filter=-x --level error"

    desk.ctl("search", "fo+", *words.split(), *filters.split(), "-n", "5", "-C", "2")

    assert asked(desk) == {
        "text": "fo+",
        "filters": ["level>=warn", "-x", "level>=error"],
        "regex": True,
        "case": "ignore",
        "processes": ["web", "api"],
        "streams": ["stderr"],
        "since": 1777905000.0,
        "until": 0.0,
        "limit": 5,
    }


def test_nothing_found_is_what_it_is_for_grep(desk: Desk) -> None:
    found(desk)

    assert desk.ctl("search", "foo") == (1, "", "")


def test_hits_are_counted_on_request(desk: Desk) -> None:
    found(desk, count=1234)

    assert desk.ctl("search", "-c", "foo").out == "1234\n"
    assert json.loads(desk.ctl("search", "-c", "--json", "foo").out) == {"count": 1234}
    assert asked(desk)["limit"] == 0


def test_older_hits_that_are_not_shown_are_told_of(desk: Desk) -> None:
    found(desk, entry(7, "foo"), count=1001)

    said = desk.ctl("search", "foo", "-n", "1").err

    assert said == "brumctl: 1,000 older lines as well; -n N prints more\n"


def test_asking_for_more_is_no_advice_where_the_answer_was_full(desk: Desk) -> None:
    found(desk, entry(7, "foo"), count=1001)

    said = desk.ctl("search", "foo", "-n", "2000").err

    assert said == (
        "brumctl: 1,000 older lines as well; brumctl logs --history --grep prints all\n"
    )


def test_json_has_a_line_for_each_entry(desk: Desk) -> None:
    found(desk, entry(7, "foo"), entry(3, "\x1b[1mfoo"))

    rows = list(map(json.loads, desk.ctl("search", "--json", "foo").out.splitlines()))

    assert [row["number"] for row in rows] == [3, 7]
    assert rows[0]["data"] == "\x1b[1mfoo"
    assert "before" not in rows[0]


def test_a_match_stands_out_and_nothing_else_reaches_the_terminal(desk: Desk) -> None:
    found(desk, entry(7, "a \x1b[32mfoo\x1b]0;title\x07 b"))

    said = desk.ctl("search", "FOO", "-i", "-p", "web", "--ansi")

    assert said.out == "a \x1b[1;31mfoo\x1b[0m b\n"


def test_a_search_that_was_given_up_says_why(desk: Desk) -> None:
    desk.instance.finds = [
        {
            "entries": [entry(7, "foo")],
            "count": 1,
            "state": "stopped",
            "problem": "the pattern 'x' takes too long",
        }
    ]

    said = desk.ctl("search", "-e", "x")

    assert said.code == 2
    assert "foo" in said.out
    assert "the search was stopped: the pattern 'x' takes too long" in said.err


def test_hits_are_printed_while_the_rest_is_still_counted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = threading.Event()
    monkeypatch.setattr(sought, "say", lambda _: shown.set())
    desk.instance.finds = [{"entries": [entry(7, "foo")], "count": 1}]
    thread, answers = working(desk, "search", "foo", "-n", "1", "--json")

    assert shown.wait(LIMIT)
    is_waiting = thread.is_alive()
    desk.instance.lookings[-1].find({"state": "done", "count": 5})
    thread.join(LIMIT)

    assert is_waiting
    assert [answer.code for answer in answers] == [0]
    assert "4 older lines as well" in answers[0].err


def test_only_those_are_named_who_printed_something(desk: Desk) -> None:
    found(desk, entry(7, "foo"), entry(6, "foo"), entry(3, "foo", process="api-1"))

    said = desk.ctl("search", "-l", "foo")
    counts = json.loads(desk.ctl("search", "--list", "--json", "foo").out)

    assert said == (0, "api-1\nweb-1\n", "")
    assert counts == {"api-1": 1, "web-1": 2}
    assert asked(desk)["limit"] == 0


def test_a_search_that_follows_goes_on_with_what_comes(desk: Desk) -> None:
    filtered = Filtered(desk)
    filtered.print("foo 0", "bar 1", "foo 2")
    desk.instance.finds = [
        {"entries": [entry(2, "foo 2")], "count": 1, "end": 3, "state": "running"}
    ]
    thread, answers = working(desk, "search", "foo", "-f", "-n", "1", "-p", "web")
    wait_until(lambda: filtered.asked)

    filtered.print("bar 3", "foo 4")
    wait_until(lambda: filtered.given)
    assert desk.instance.lookings[0].cancelled.wait(LIMIT)
    desk.close()
    thread.join(LIMIT)

    assert answers == [Said(0, "foo 2\nfoo 4\n", "brumctl: shop-1 ended\n")]
    assert filtered.asked[0]["filters"] == ["foo", "process:web"]


def test_nothing_found_and_nothing_that_comes_is_nothing(desk: Desk) -> None:
    filtered = Filtered(desk)
    filtered.print("bar")
    thread, answers = working(
        desk, "search", "-f", "foo", "--stream", "stdout", "--until", "2099-01-01"
    )
    wait_until(lambda: filtered.asked)

    desk.close()
    thread.join(LIMIT)

    assert answers[0].code == 1
    filters = filtered.asked[0]["filters"]
    assert isinstance(filters, list)
    assert [text.partition(":")[0] for text in filters] == ["foo", "stream", "until"]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--since", "yesterday", "x"], "--since: 'yesterday' is none of 10s,"),
        (["--case", "loud", "x"], "--case"),
        (["--stream", "stdin", "x"], "--stream"),
        (["-n", "many", "x"], "-n"),
        ([], "TEXT"),
        (["-e", "("], "is no pattern"),
        (["x", "-f", "-c"], "--follow goes on"),
        (["x", "-f", "-l"], "--follow goes on"),
        (["x", "-f", "-C", "1"], "without --context"),
        (["x", "-C", "-1"], "argument -C/--context"),
        (["x", "-c", "-l"], "--list names processes"),
        (["x", "-f", "--run", "last"], "--follow is for what runs"),
        (["x", "-f", "--all-runs"], "--follow is for what runs"),
        (["x", "--run", "last", "--all-runs"], "--run is for one run"),
    ],
)
def test_wrong_options_are_named(desk: Desk, words: list[str], complaint: str) -> None:
    said = desk.ctl("search", *words)

    assert said.code == 2
    assert complaint in said.err
