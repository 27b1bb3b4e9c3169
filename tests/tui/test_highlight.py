"""Tests of matches in the text that is shown."""

import pytest

from brummer.core.pattern import Pattern
from brummer.tui.highlight import highlighted
from brummer.tui.row import Span


@pytest.mark.parametrize(
    ("spans", "text", "parts"),
    [
        ([("a", "one two")], "two", [("a", "one "), ("hit", "two")]),
        ([("a", "one two")], "no", [("a", "one two")]),
        (
            [("a", "time"), ("b", "out now")],
            "timeout",
            [("hit", "time"), ("hit", "out"), ("b", " now")],
        ),
        (
            [("a", "xx"), ("b", "xyx")],
            "x",
            [("hit", "x"), ("hit", "x"), ("hit", "x"), ("b", "y"), ("hit", "x")],
        ),
        (
            [("a", "字字oh字"), ("b", "é")],
            "oh字",
            [("a", "字字"), ("hit", "oh字"), ("b", "é")],
        ),
        ([], "x", []),
    ],
)
def test_matches_are_found_across_colours(
    spans: list[Span], text: str, parts: list[Span]
) -> None:
    assert highlighted(spans, Pattern(text), "hit") == parts


def test_matches_of_nothing_are_not_shown() -> None:
    spans: list[Span] = [("a", "one")]

    assert highlighted(spans, Pattern("x*", is_regex=True), "hit") == spans
