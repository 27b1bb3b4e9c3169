"""A pane below a log with all that is in its current line."""

import pytest

from brummer.tui.row import Size
from tests.support.instance import FakeInstance
from tests.tui.stage import WIDE, Stage


@pytest.fixture
def stage() -> Stage:
    fake = FakeInstance()
    web = fake.add_process("web").id
    fake.print(web, '{"n":1,"msg":"first"}', "plain text", '{"n":3}')
    stage = Stage(fake)
    stage.press("3")
    return stage


def below(stage: Stage) -> list[str]:
    """Return what is in the pane: its title, and the lines."""
    lines = stage.lines()[1:-1]
    begin = next(n for n, line in enumerate(lines) if line.startswith("-- web, line "))
    return [line for line in lines[begin:] if line]


def test_the_last_line_is_laid_out_and_the_log_stands_still(stage: Stage) -> None:
    stage.press("J")

    title, *lines = below(stage)
    assert title.startswith("-- web, line 3 | json | ")
    assert lines == [" {", '   "n": 3', " }"]
    assert "PAUSED" in stage.lines()[1]


def test_the_pane_goes_along_with_the_current_line(stage: Stage) -> None:
    stage.press("J", "k")
    second = below(stage)
    stage.press("k")

    assert second[1:] == [" plain text"]
    assert below(stage)[1:] == [" {", '   "n": 1,', '   "msg": "first"', " }"]


def test_the_line_stays_in_sight_when_the_log_makes_room(stage: Stage) -> None:
    web = next(iter(stage.fake.processes()))
    stage.fake.print(web, *(f"line {n}" for n in range(100)))
    stage.lines()

    stage.press("J")

    assert below(stage)[1:] == [" line 99"]
    assert sum("line 99" in line for line in stage.lines()) == 2


def test_the_same_key_closes_it(stage: Stage) -> None:
    stage.press("J", "J")

    assert "web, line" not in stage.screen()


def test_tab_goes_into_the_pane_where_moving_scrolls_it(stage: Stage) -> None:
    web = next(iter(stage.fake.processes()))
    stage.fake.print(web, '{"a":[' + ",".join(map(str, range(50))) + "]}")
    stage.press("J", "tab")
    before = below(stage)[0]
    stage.press("j", "j")
    title, first, *_ = below(stage)

    stage.press("tab", "k")

    assert before.startswith("-- web, line 4 | json")
    assert "from row 3" in title
    assert first == "     0,"
    assert below(stage)[0].startswith("-- web, line 3")


def test_the_pane_can_be_the_only_one(stage: Stage) -> None:
    stage.press("J", "tab", "z")
    lines = stage.lines()
    stage.press("tab")

    assert lines[1].startswith("-- web, line 3")
    assert stage.lines()[1].startswith("-- all")
    assert "web, line" not in stage.screen()


def test_where_there_is_room_for_one_it_is_the_pane(stage: Stage) -> None:
    stage.size = Size(40, 10)
    stage.lines()

    stage.press("J")
    alone = stage.lines()[1]
    stage.press("tab")

    assert alone.startswith("-- web, line 3")
    assert stage.lines()[1].startswith("-- all")


def test_the_mouse_enters_the_pane_and_scrolls_it(stage: Stage) -> None:
    web = next(iter(stage.fake.processes()))
    stage.fake.print(web, '{"a":[' + ",".join(map(str, range(50))) + "]}")
    stage.press("J")
    stage.lines()
    log, pane = 3, 20

    stage.frame.mouse_event(stage.size, "mouse press", 5, 5, pane, focus=True)
    scrolled = below(stage)[0]
    stage.frame.mouse_event(stage.size, "mouse press", 1, 5, pane, focus=True)
    stage.press("j")
    moved = below(stage)[0]
    stage.frame.mouse_event(stage.size, "mouse press", 1, 5, log, focus=True)

    assert "line 4 | from row 4" in scrolled
    assert "line 4 | from row 5" in moved
    assert "line 2" in below(stage)[0]


def test_without_the_pane_its_keys_do_nothing(stage: Stage) -> None:
    before = stage.screen()

    stage.press("tab", "z")

    assert stage.screen() == before


def test_an_empty_log_has_no_line_to_show() -> None:
    stage = Stage(FakeInstance())

    stage.press("3", "J")

    assert "the line is not there" in stage.screen()


@pytest.mark.parametrize(
    "size", [WIDE, Size(80, 24), Size(40, 10), Size(20, 5), Size(20, 3), Size(1, 1)]
)
@pytest.mark.parametrize("keys", [("J",), ("J", "tab"), ("J", "tab", "z")])
def test_the_pane_fits_into_every_screen(
    stage: Stage, size: Size, keys: tuple[str, ...]
) -> None:
    stage.size = size

    stage.press(*keys)

    canvas = stage.frame.render(size, focus=True)
    assert "failed" not in stage.screen()
    assert canvas.rows() == size.rows


def test_y_copies_the_line_as_it_is_laid_out(stage: Stage) -> None:
    stage.press("J", "tab", "y")

    assert stage.copied == ['{\n  "n": 3\n}']
