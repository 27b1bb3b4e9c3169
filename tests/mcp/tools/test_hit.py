"""What a search found, as agents read it."""

from typing import Any

import pytest

from brummer.mcp.size import ENVELOPE
from brummer.mcp.tools.hit import counted, hits, without_process
from brummer.model.log import LogEntry, Stream
from brummer.model.process import ProcessId
from tests.support.instance import EPOCH


def entry(number: int, text: str) -> LogEntry:
    return LogEntry(number, ProcessId("web-1"), Stream.OUT, EPOCH, text.encode())


def found(*texts: str, around: str = "") -> dict[str, Any]:
    """Return what a search answers that found *texts*."""
    before = [entry(0, around)] if around else []
    rows = [
        {"entry": entry(number, text), "before": before, "after": []}
        for number, text in enumerate(texts, 1)
    ]
    return {"hits": rows, "count": len(rows), "scanned": 90, "problem": ""}


def test_a_line_says_who_printed_it_unless_that_is_known() -> None:
    row = {"process": "web-1", "text": "up"}

    assert without_process(row, "") == row
    assert without_process(row, "web") == {"text": "up"}


def test_hits_that_do_not_fit_are_counted() -> None:
    told = hits(found("a" * 90, "b" * 90), "web", ENVELOPE + 300, "others have")

    assert isinstance(told.data, dict)
    assert [row["text"] for row in told.data["hits"]] == ["a" * 90]
    assert (told.data["count"], told.data["left_out"]) == (2, 1)


def test_of_a_hit_among_long_lines_at_least_the_line_itself_is_told() -> None:
    told = hits(found("hit", around="x" * 900), "web", ENVELOPE + 300, "others have")

    assert isinstance(told.data, dict)
    assert [row["text"] for row in told.data["hits"]] == ["hit"]
    assert "x" not in "".join(getattr(part, "text", "") for part in told.content)


@pytest.mark.parametrize(
    ("shown", "problem", "head"),
    [
        (2, "", "2 lines in 90 looked at"),
        (
            1,
            "time is over",
            (
                "2 lines in 90 looked at; these are the newest 1, a limit has the other"
                " 1; stopped: time is over"
            ),
        ),
    ],
)
def test_it_is_said_how_many_there_are(shown: int, problem: str, head: str) -> None:
    told = counted({**found("a", "b"), "problem": problem}, shown, "a limit has")

    assert told == (head, {"count": 2, "left_out": 2 - shown})
