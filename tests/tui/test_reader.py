"""Tests of searching, filtering, jumping and marking, by keys."""

import pytest

from brummer.core.index import Indexed
from brummer.tui.keymap import Place
from tests.support.instance import FakeInstance
from tests.tui.reading import body, current, foot, lit, reading, title
from tests.tui.stage import Stage


@pytest.fixture
def stage() -> Stage:
    return reading()


# Searching.


def test_the_nearest_match_is_shown_while_one_types(stage: Stage) -> None:
    stage.press("/", *"timeout")

    assert current(stage) == "timeout"
    assert "/timeout 2 of 2" in title(stage)
    assert "aA  2 of 2" in foot(stage)
    assert lit(stage) == ["timeout"]


def test_a_capital_makes_a_search_exact_unless_one_says_otherwise(
    stage: Stage,
) -> None:
    stage.press("/", *"Timeout")
    exact = title(stage)
    stage.press("ctrl x")
    folded = title(stage)

    assert "/Timeout 1 of 1" in exact
    assert "of 2" in folded
    assert "aa" in foot(stage)


def test_a_regular_expression_is_one_on_demand(stage: Stage) -> None:
    stage.press("/", *"^time|brok")
    literal = title(stage)
    stage.press("ctrl r")

    assert "/^time|brok 0" in literal
    assert "/^time|brok 3 of 3" in title(stage)
    assert "regex" in foot(stage)


def test_a_wrong_expression_is_told_and_the_last_good_one_stays(stage: Stage) -> None:
    stage.press("/", "ctrl r", *"time(")

    assert "no pattern" in foot(stage)
    assert "/time 2 of 2" in title(stage)
    stage.press("o", "u", "t", ")")
    assert "no pattern" not in foot(stage)


def test_that_a_search_was_given_up_is_told_where_one_types(stage: Stage) -> None:
    stage.press("/", *"time")
    index = stage.fake.indexes[-1]
    index.close()

    index.found = Indexed(problem="the pattern takes too long")

    assert "the pattern takes too long" in foot(stage)
    assert "the pattern takes too long" in title(stage)
    stage.press("o")
    assert "2 of 2" in foot(stage)


def test_leaving_goes_back_to_where_one_was(stage: Stage) -> None:
    stage.press("/", *"broke", "esc")

    assert "following" in title(stage)
    assert "broke" not in title(stage)
    assert body(stage)[-1] == "line 102"
    assert lit(stage) == []


def test_an_empty_line_goes_back_as_well(stage: Stage) -> None:
    stage.press("page up")
    before = body(stage)

    stage.press("/", *"slow")
    stage.press(*["backspace"] * 4)

    assert body(stage) == before


def test_n_goes_from_match_to_match_and_round(stage: Stage) -> None:
    stage.press("/", *"error", "enter")
    seen = [current(stage)]
    for key in ("n", "n", "N", "N"):
        stage.press(key)
        seen.append(current(stage))

    broke, more = "ERROR it broke", "ERROR once more"
    assert seen == [more, broke, more, broke, more]
    assert "went on with the newest match" in foot(stage)


def test_n_without_a_search_takes_the_last_one_or_says_how_to_begin(
    stage: Stage,
) -> None:
    stage.press("n")
    said = foot(stage)
    stage.press("/", *"broke", "enter", "esc", "n")

    assert "/ begins a search" in said
    assert "/broke 1 of 1" in title(stage)


def test_n_takes_the_last_search_up_from_where_one_is_by_now(stage: Stage) -> None:
    stage.press("/", *"error", "enter", "esc", "g", "n")
    newer = current(stage)
    stage.press("esc", "G", "k", "N")

    assert newer == "ERROR it broke"
    assert current(stage) == "ERROR once more"


def test_n_says_what_is_wrong_with_the_last_search(stage: Stage) -> None:
    stage.press("/", *"b(", "enter", "esc")
    stage.press("/", "ctrl r", *"line", "esc", "n")

    assert "/line" not in title(stage)
    assert "missing )" in foot(stage)


def test_escape_ends_the_search_before_it_leaves_the_view(stage: Stage) -> None:
    stage.press("/", *"line", "enter", "esc")
    cleared = title(stage)
    view = stage.board.place
    stage.press("esc")

    assert "/line" not in cleared
    assert view is Place.LOGS
    assert stage.board.place is Place.PROCESSES


def test_earlier_searches_come_back(stage: Stage) -> None:
    stage.press("/", *"one", "enter", "/", *"two", "enter")

    stage.press("/", *"thr", "up", "up")
    older = foot(stage)
    stage.press("down", "down")

    assert older.startswith("/one")
    assert foot(stage).startswith("/thr")
    stage.press("esc", "/", "enter")
    assert "/two" in title(stage)


def test_matches_that_are_not_found_yet_are_gone_to_when_they_are(
    stage: Stage,
) -> None:
    stage.fake.is_slow = True
    stage.press("/", *"broke", "enter")
    before = title(stage)
    stage.fake.is_slow = False
    stage.fake.print(next(iter(stage.fake.processes())), "new")

    assert "following" in before
    assert "/broke 1 of 1" in title(stage)
    assert current(stage) == "ERROR it broke"


def test_the_other_log_is_searched_for_the_same(stage: Stage) -> None:
    stage.press("/", *"line", "enter", "A")

    assert "-- all" in title(stage)
    assert "/line" in title(stage)


def test_only_what_is_looked_for_now_is_looked_for(stage: Stage) -> None:
    stage.press("/", *"broke", "enter")
    stage.press("esc")

    assert not any(index.is_open for index in stage.fake.indexes)


# Jumping.


def test_errors_and_warnings_are_gone_to(stage: Stage) -> None:
    seen = []
    for key in ("e", "E", "E", "(", ")"):
        stage.press(key)
        seen.append(current(stage))

    broke, more = "ERROR it broke", "ERROR once more"
    assert seen == [more, broke, more, "WARN slow query", "WARN slow query"]


def test_while_it_is_not_known_where_to_go_that_is_said(stage: Stage) -> None:
    process = next(iter(stage.fake.processes()))
    stage.fake.is_slow = True
    stage.press("e")
    waiting = foot(stage)
    stage.fake.is_slow = False
    stage.fake.print(process, "new")

    stage.lines()

    assert "looking for the next error" in waiting
    assert "looking" not in foot(stage)
    assert current(stage) == "ERROR once more"


def test_who_moves_meanwhile_stays_there(stage: Stage) -> None:
    process = next(iter(stage.fake.processes()))
    stage.fake.is_slow = True
    stage.press("e", "g")
    stage.fake.is_slow = False
    stage.fake.print(process, "new")

    assert current(stage) == "line 0"


def test_where_there_are_no_errors_it_is_said() -> None:
    fake = FakeInstance()
    fake.print(fake.add_process("web").id, "0 errors")
    stage = Stage(fake)

    stage.press("3", "e")

    assert "there is no error" in foot(stage)


def test_marks_are_gone_to_and_listed(stage: Stage) -> None:
    stage.press("e", "m", "E", "m", "G")
    stage.press("U")
    last = current(stage)
    stage.press("U")
    first = current(stage)
    stage.press("u")
    marked = title(stage)
    stage.press("'", *"broke", "enter")

    assert (last, first) == ("ERROR once more", "ERROR it broke")
    assert "2 marks" in marked
    assert current(stage) == "ERROR it broke"


def test_a_mark_is_seen_and_taken_away(stage: Stage) -> None:
    stage.press("e", "m", "k")
    seen = [line for line in stage.lines() if "once more" in line]
    stage.press("j", "m", "k")

    assert seen[0][8] == "m"
    assert not any(line[8:9] == "m" for line in stage.lines()[2:-1])


@pytest.mark.parametrize(
    ("text", "line"),
    [("-1m", "line 43"), ("10s", "line 93"), ("1h", "line 0")],
)
def test_a_time_is_gone_to(stage: Stage, text: str, line: str) -> None:
    stage.clock.passed = 103.0
    stage.press("t", *text, "enter")

    assert current(stage) == line


def test_a_time_without_lines_is_the_end_and_no_time_is_told(stage: Stage) -> None:
    stage.clock.passed = 5000.0
    stage.press("k", "t", *"10s", "enter")
    end = title(stage)
    said = foot(stage)
    stage.press("t", *"noon", "enter")

    assert "following" in end
    assert "nothing was printed since then" in said
    assert "'noon' is none of 10s" in foot(stage)


# Repeats.


def test_repeats_are_shown_once_with_their_number(stage: Stage) -> None:
    process = next(iter(stage.fake.processes()))
    stage.fake.print(process, *["tick"] * 318, "tock")

    stage.press("=")

    assert body(stage)[-2:] == ["318x tick", "tock"]
    assert "folded" in title(stage)
    stage.press("=")
    assert body(stage)[-2:] == ["tick", "tock"]


def test_a_line_without_an_end_is_shown_while_repeats_are_not(stage: Stage) -> None:
    process = next(iter(stage.fake.processes()))
    stage.press("=")
    stage.fake.print(process, "Password: ", partial=True)

    assert body(stage)[-1] == "Password:"


# In the processes.


def test_a_slash_filters_the_table_or_searches_the_log_below(stage: Stage) -> None:
    stage.press("2", "/")
    table = foot(stage)
    stage.press("esc", "tab", "/", *"broke", "enter")

    assert table.startswith("filter: ")
    assert "/broke 1 of 1" in stage.screen()
