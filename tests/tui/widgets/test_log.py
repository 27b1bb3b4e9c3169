"""A log that follows its end, or stands still."""

import pytest
from typing_extensions import override

from brummer.model.log import LogWindow
from brummer.model.process import ProcessId
from brummer.tui.lens import Filters
from brummer.tui.row import Size
from brummer.tui.widgets.log import LOOK_BACK, LogPane
from tests.support.instance import EPOCH, FakeInstance
from tests.tui.stage import plain_theme
from tests.tui.widgets.shown import SIZE, Shown, foregrounds, numbers


@pytest.fixture
def shown() -> Shown:
    shown = Shown()
    shown.lines()
    return shown


def test_the_end_is_shown_and_followed(shown: Shown) -> None:
    before = shown.lines()

    shown.print("line 100", "line 101")

    assert before == numbers(95)
    assert shown.lines() == numbers(97)
    assert "following" in shown.title()


def test_a_short_log_stands_at_the_top() -> None:
    shown = Shown(2)

    assert shown.lines() == ["line 0", "line 1", "", "", ""]


def test_scrolling_up_freezes_the_pane_on_its_lines(shown: Shown) -> None:
    shown.pane.stand.scroll(-3)
    shown.print(*(f"line {n}" for n in range(100, 418)))

    news = "-- 318 new lines below, G or f"
    assert shown.lines() == [*numbers(92, 4), news]
    assert "PAUSED +318 | 96 of 418 lines" in shown.title()


def test_dropped_lines_move_nothing_that_is_still_kept(shown: Shown) -> None:
    shown.pane.stand.scroll(-3)
    shown.fake.forget(50, shown.process)

    assert shown.lines() == numbers(92)


def test_the_title_counts_the_lines_that_were_dropped(shown: Shown) -> None:
    before = shown.title()
    shown.fake.forget(40, shown.process)
    shown.lines()

    assert before == "following | 100 lines | cut"
    assert shown.title() == "following | 60 lines, 40 dropped | cut"


def test_lines_that_are_dropped_give_way_to_the_oldest_that_is_kept(
    shown: Shown,
) -> None:
    shown.pane.stand.to_top()
    shown.fake.forget(50, shown.process)

    assert shown.lines() == numbers(50)


def test_coming_back_to_the_end_follows_again(shown: Shown) -> None:
    shown.pane.stand.scroll(-2)
    shown.lines()

    shown.pane.stand.scroll(1)
    assert not shown.pane.stand.following

    shown.pane.stand.scroll(1)
    assert shown.pane.stand.following


def test_scrolling_down_at_the_end_keeps_following(shown: Shown) -> None:
    shown.pane.stand.scroll(5)

    assert shown.pane.stand.following


def test_a_page_keeps_one_line_in_sight(shown: Shown) -> None:
    shown.pane.stand.page(-1)

    assert shown.lines() == numbers(91)


def test_half_a_page_is_half_a_page(shown: Shown) -> None:
    shown.pane.stand.page(-0.5)

    assert shown.lines() == numbers(93)


def test_nothing_is_above_the_top(shown: Shown) -> None:
    shown.pane.stand.to_top()
    shown.pane.stand.scroll(-9)

    assert shown.lines() == numbers(0)


def test_follow_can_be_switched_off_and_on_where_one_is(shown: Shown) -> None:
    shown.pane.stand.toggle_follow()
    shown.print("line 100")
    still = shown.lines()

    shown.pane.stand.toggle_follow()

    assert still == [*numbers(95, 4), "-- 1 new line below, G or f to"]
    assert shown.lines() == numbers(96)


def test_another_process_is_shown_from_its_end(shown: Shown) -> None:
    other = shown.fake.add_process("api").id
    shown.fake.print(other, *(f"api {n}" for n in range(9)))
    shown.pane.stand.scroll(-3)

    shown.pane.show(other)

    assert shown.lines() == [f"api {n}" for n in range(4, 9)]


def test_all_processes_are_merged_in_the_order_of_their_lines(shown: Shown) -> None:
    other = shown.fake.add_process("api").id
    shown.fake.print(other, "hello")
    shown.print("line 100")

    shown.pane.show(None)

    assert shown.lines()[-2:] == ["api hello", "web line 100"]


def test_a_process_nobody_knows_has_no_lines(shown: Shown) -> None:
    shown.pane.show(ProcessId("gone-9"))

    assert shown.lines() == [""] * 5
    assert "| 0 lines |" in shown.title()


def test_refresh_says_whether_there_is_anything_new(shown: Shown) -> None:
    shown.lines()

    assert not shown.pane.refresh()

    shown.fake.print(shown.process, "x")
    assert shown.pane.refresh()


def test_only_what_is_shown_is_asked_for() -> None:
    fake = CountingInstance()
    process = fake.add_process("web").id
    fake.print(process, *(f"line {n}" for n in range(5000)))
    pane = LogPane(fake, plain_theme())
    pane.show(process)

    pane.draw(SIZE)
    pane.stand.scroll(-100)
    pane.draw(SIZE)

    assert fake.most == 5 + LOOK_BACK


def test_lines_that_are_only_in_files_are_scrolled_back_to(shown: Shown) -> None:
    shown.fake.shelve(80, shown.process)
    shown.lines()

    shown.pane.stand.scroll(-60)
    shown.lines()
    shown.pane.refresh()

    assert shown.lines() == numbers(35)
    assert "100 lines |" in shown.title()

    shown.pane.stand.to_top()
    assert shown.lines() == numbers(0)


class CountingInstance(FakeInstance):
    """An instance that notes the largest window anybody asked for."""

    most = 0

    @override
    def log_window(
        self, first: int, count: int, process: ProcessId | None = None
    ) -> LogWindow:
        self.most = max(self.most, count)
        return super().log_window(first, count, process)


def test_the_current_line_stays_in_sight_when_new_ones_are_told_of(
    shown: Shown,
) -> None:
    shown.pane.stand.toggle_follow()
    shown.lines()

    shown.print("line 100")

    assert shown.pane.stand.current == 98
    assert shown.lines() == [*numbers(95, 4), "-- 1 new line below, G or f to"]


def test_scrolling_takes_the_current_line_along(shown: Shown) -> None:
    shown.pane.stand.page(-3)
    shown.lines()
    below = shown.pane.stand.current
    shown.pane.stand.to_top()
    shown.pane.stand.scroll(7)

    assert below == 86
    assert shown.pane.stand.current == 7


def test_the_current_line_moves_before_the_text_does(shown: Shown) -> None:
    shown.pane.stand.move(-1)
    first = shown.lines()
    shown.pane.stand.move(-4)
    second = shown.lines()
    shown.pane.stand.move(2)

    assert first == numbers(95)
    assert second == numbers(94)
    assert shown.lines() == numbers(94)
    assert shown.pane.stand.current == 96


def test_moving_below_the_last_line_follows(shown: Shown) -> None:
    shown.pane.stand.move(-1)
    shown.pane.stand.move(1)

    assert shown.pane.stand.following
    assert shown.pane.stand.current is None


def test_a_click_makes_a_line_the_current_one(shown: Shown) -> None:
    shown.pane.click(1)
    following = shown.pane.stand.current
    shown.pane.stand.scroll(-3)
    shown.lines()
    shown.pane.click(1)

    assert following is None
    assert shown.pane.stand.current == 93


def test_a_line_far_away_is_shown_with_some_before_it(shown: Shown) -> None:
    shown.pane.stand.go_to(50)

    assert shown.lines() == numbers(49)
    assert shown.pane.stand.current == 50
    shown.pane.stand.go_to(52)
    assert shown.lines() == numbers(49)


def test_that_the_frozen_line_was_dropped_is_said(shown: Shown) -> None:
    shown.pane.stand.to_top()
    shown.lines()

    shown.fake.forget(50, shown.process)
    shown.pane.refresh()
    shown.lines()

    assert "PAUSED, its line was dropped" in shown.title()
    shown.pane.stand.scroll(-1)
    assert "was dropped" not in shown.title()


def test_an_open_colour_is_looked_for_above_each_line_that_a_filter_shows() -> None:
    shown = Shown(0)
    shown.print("\x1b[31mred", "error 1", "\x1b[0mno", *["no"] * 20, "error 2")

    shown.pane.lens.filter(Filters(expression="error"))

    assert foregrounds(shown)[:2] == ["dark red", "plain"]


def test_how_much_time_has_passed_is_told_since_the_line_shown_before() -> None:
    shown = Shown(0, size=Size(80, 3))
    for second, line in enumerate(("error 0", "no", "no", "error 3", "error 4")):
        shown.fake.print(shown.process, line, time=EPOCH + second)
    shown.pane.refresh()
    shown.pane.cycle_times()
    shown.pane.lens.filter(Filters(expression="error"))

    assert [line.split()[0] for line in shown.lines()] == ["error", "+3.000", "+1.000"]


def test_of_scattered_lines_in_files_every_one_is_read(shown: Shown) -> None:
    shown.size = Size(30, 120)
    shown.print(*("error" if n % 300 == 0 else "no" for n in range(36_000)))
    shown.fake.shelve(36_000, shown.process)
    shown.pane.lens.filter(Filters(expression="error"))

    for _ in range(3):
        shown.pane.refresh()
        shown.lines()

    assert shown.lines() == ["error"] * 120
