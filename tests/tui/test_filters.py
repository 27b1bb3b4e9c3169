"""Tests of filtering a log, by keys."""

import pytest

from brummer.logs.expression import parse
from brummer.tui.lens import Filters
from tests.tui.reading import body, current, foot, reading, title
from tests.tui.stage import Stage


@pytest.fixture
def stage() -> Stage:
    return reading()


def test_only_lines_that_come_through_are_shown(stage: Stage) -> None:
    stage.press("&", *"level>=warn", "enter")

    assert body(stage) == ["WARN slow query", "ERROR it broke", "ERROR once more"]
    assert "&level>=warn" in title(stage)
    assert "3 lines" in title(stage)


def test_new_lines_come_through_filters_as_they_come(stage: Stage) -> None:
    stage.press("&", *"level>=error", "enter", "k")
    stage.fake.print(next(iter(stage.fake.processes())), "no", "ERROR new", "no")

    assert "PAUSED +1 " in title(stage)
    assert "-- 1 new line below" in stage.screen()
    stage.press("G")
    assert body(stage)[-1] == "ERROR new"


def test_without_the_filter_one_stands_at_the_same_line(stage: Stage) -> None:
    stage.press("&", *"level>=error", "enter", "k")
    before = current(stage)

    stage.press("F")

    assert before == current(stage) == "ERROR it broke"
    assert "line 59" in body(stage)
    assert "filters off" in title(stage)
    stage.press("F")
    assert len(body(stage)) == 2


def test_a_wrong_filter_is_told_and_the_last_good_one_stays(stage: Stage) -> None:
    stage.press("&", *"level>=error", "enter", "&", "ctrl u", *"level>=loud", "enter")

    assert "column 8: level is" in foot(stage)
    assert len(body(stage)) == 2
    assert "&level>=error" in title(stage)


def test_an_empty_line_takes_the_filter_away(stage: Stage) -> None:
    stage.press("&", *"error", "enter", "&", "ctrl u", "enter")

    assert "&" not in title(stage)
    assert body(stage)[-1] == "line 102"


def test_show_and_hide_are_typed_where_one_searches(stage: Stage) -> None:
    stage.press("/", *"show error")
    told = foot(stage)
    stage.press("enter", "/", *"show timeout", "enter", "/", *"hide broke", "enter")

    assert "enter filters the lines" in told
    assert body(stage) == ["Timeout of api", "ERROR once more", "timeout"]
    assert "/show error /show timeout /hide broke" in title(stage)


def test_show_and_hide_are_typed_into_the_palette(stage: Stage) -> None:
    stage.press(":", *"/show timeout", "enter")

    assert body(stage) == ["Timeout of api", "timeout"]


def test_filters_are_listed_and_removed_one_by_one(stage: Stage) -> None:
    stage.press("/", *"show error", "enter", "/", *"hide broke", "enter")

    stage.board.run("log.filters")
    listed = stage.screen()
    stage.press(*"remove /hide", "enter")

    assert "remove /show error" in listed
    assert "remove all filters" in listed
    assert len(body(stage)) == 2


def test_saved_filters_are_listed_and_those_in_force_are_saved(stage: Stage) -> None:
    stage.press("&", *"error", "enter", "/", *"hide broke", "enter")
    stage.board.run("log.filters")
    stage.lines()
    listed = stage.screen()

    stage.press(*"save", "enter", *"loud", "enter")

    assert "show @quiet" in listed
    assert stage.commands()[-1] == (
        "filters.save",
        {"name": "loud", "expression": "(error) -(broke)"},
    )


@pytest.mark.parametrize(
    ("filters", "text"),
    [
        (Filters(), ""),
        (Filters(expression="a or b"), "a or b"),
        (Filters(shown=("a",)), "((a))"),
        (
            Filters(
                expression="a or b", shown=("c", "d e"), hidden=("f", "g"), high=True
            ),
            "(a or b) ((c) or (d e)) -(f) -(g) priority>50",
        ),
    ],
)
def test_filters_are_one_expression_when_they_are_saved(
    filters: Filters, text: str
) -> None:
    parse(filters.text)

    assert filters.text == text


def test_what_matters_most_is_shown_with_one_key(stage: Stage) -> None:
    stage.press("p")
    high = body(stage)
    stage.press("p")

    assert high == ["ERROR it broke", "ERROR once more"]
    assert len(body(stage)) == 21


def test_a_search_finds_only_what_is_shown(stage: Stage) -> None:
    stage.press("/", *"e", "enter", "&", *"error", "enter")

    assert "/e 2" in title(stage).replace(" 2 of 2", " 2")


def test_the_filter_is_kept_for_the_log_of_another_process(stage: Stage) -> None:
    stage.press("&", *"error", "enter", "A")

    assert "&error" in title(stage)
    assert len(body(stage)) == 2
