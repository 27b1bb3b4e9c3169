"""The whole screen: every size, every view and layer, keys and mouse."""

import itertools
from collections.abc import Callable, Mapping

import pytest
import urwid.testing

from brummer.model.health import ComponentHealth, HealthLevel
from brummer.model.process import ProcessStatus
from brummer.tui.keymap import Place
from brummer.tui.row import Row, Size
from tests.support.instance import FakeInstance
from tests.tui.stage import Stage

#: Every way to have something else on the screen.
SITUATIONS = {
    "scripts": ["1"],
    "processes": ["2"],
    "processes, log focused": ["2", "tab"],
    "processes, zoomed": ["2", "tab", "z"],
    "logs": ["3"],
    "logs, wrapped": ["3", "w"],
    "logs, sideways and back": ["3", "l", "k"],
    "help": ["?"],
    "health": ["!"],
    "palette": [":"],
    "palette, typed": [":", "r", "e"],
    "quit": ["q"],
    "filter": ["1", "/", "d"],
    "command": ["n", "l", "s", "\N{CJK UNIFIED IDEOGRAPH-5B57}"],
    "input": ["2", "i", "x"],
}
SIZES = [
    Size(*size) for size in itertools.product((0, 1, 2, 5, 20, 81), (0, 1, 2, 3, 5, 24))
]


@pytest.fixture
def fake() -> FakeInstance:
    fake = FakeInstance()
    for name in ("dev", "build"):
        fake.add_script(name)
    fake.add_script("shop:dev", package="apps/shop")
    web = fake.add_process("web")
    fake.add_process("db", status=ProcessStatus.FAILED, exit_code=1, reason="no port")
    fake.print(
        web.id, *(f"line {n} \N{CJK UNIFIED IDEOGRAPH-5B57}" * 9 for n in range(50))
    )
    fake.set_health(ComponentHealth(component="plugin x", level=HealthLevel.FAILED))
    return fake


@pytest.mark.parametrize("keys", SITUATIONS.values(), ids=SITUATIONS)
def test_every_view_and_layer_fits_every_size(
    fake: FakeInstance, keys: list[str]
) -> None:
    stage = Stage(fake)
    stage.press(*keys)

    for size in SIZES:
        canvas = stage.frame.render(size, focus=True)

        assert (canvas.cols(), canvas.rows()) == size
        for row in canvas.content():
            data = b"".join(run[2] for run in row)
            assert urwid.calc_width(data, 0, len(data)) == size.columns
        if canvas.cursor is not None:
            assert canvas.cursor[0] < size.columns
            assert canvas.cursor[1] < size.rows


def test_urwid_itself_finds_nothing_wrong_with_the_sizes(fake: FakeInstance) -> None:
    stage = Stage(fake)

    urwid.testing.check_box_sizing(stage.frame)


def test_the_screen_shows_the_view_between_the_summary_and_the_hints(
    fake: FakeInstance,
) -> None:
    stage = Stage(fake)

    lines = stage.lines()

    assert "[2Procs]" in lines[0]
    assert "1 up" in lines[0]
    assert "1 failed" in lines[0]
    assert "1 broken" in lines[0]
    assert lines[2].startswith(">* web")


class BrokenView:
    """A processes view that can neither be refreshed nor drawn."""

    place = Place.PROCESSES
    process = None

    def refresh(self) -> bool:
        raise RuntimeError("cannot read")

    def draw(self, _size: Size) -> list[Row]:
        raise RuntimeError("cannot draw")

    def commands(self) -> Mapping[str, Callable[[], None]]:
        return {}

    def click(self, _row: int, /) -> None:
        raise AssertionError("nobody clicks here")

    def wheel(self, _row: int, _lines: int, /) -> None:
        raise AssertionError("nobody scrolls here")


def test_a_view_that_fails_says_so_and_leaves_the_rest_alive(
    fake: FakeInstance,
) -> None:
    stage = Stage(fake)
    stage.board.view = BrokenView()

    lines = stage.lines()
    stage.press("3")

    assert lines[1] == " view failed  RuntimeError: cannot draw"
    assert "[2Procs]" in lines[0]
    assert "line 49" in stage.screen()


def test_what_is_pasted_runs_no_command(fake: FakeInstance) -> None:
    stage = Stage(fake)

    stage.press("2", "begin paste", "s", "q", "y", "enter", "end paste")

    assert stage.commands() == []
    assert "Quit" not in stage.screen()


def test_line_ends_in_what_is_pasted_become_blanks(fake: FakeInstance) -> None:
    stage = Stage(fake)

    stage.press("$", "begin paste", *"ls", "enter", *"-l", "end paste")

    assert "$ ls -l" in stage.lines()[-1]
    assert stage.commands() == []


def test_a_click_on_the_first_row_changes_the_view(fake: FakeInstance) -> None:
    stage = Stage(fake)
    column = stage.lines()[0].index("3Logs")

    stage.frame.mouse_event(stage.size, "mouse press", 1, column, 0, focus=True)

    assert "[3Logs]" in stage.lines()[0]


def test_a_click_on_a_hint_does_what_it_says(fake: FakeInstance) -> None:
    fake.set_health()
    stage = Stage(fake)
    column = stage.lines()[-1].index("help")

    stage.frame.mouse_event(stage.size, "mouse press", 1, column, 23, focus=True)

    assert "Keys: processes" in stage.screen()


def test_a_click_on_a_process_selects_it(fake: FakeInstance) -> None:
    stage = Stage(fake)
    row = next(n for n, line in enumerate(stage.lines()) if "db" in line)

    stage.frame.mouse_event(stage.size, "mouse press", 1, 5, row, focus=True)

    assert stage.lines()[row].startswith(">x db")


def test_the_wheel_scrolls_the_pane_under_the_pointer(fake: FakeInstance) -> None:
    stage = Stage(fake)
    stage.lines()

    stage.frame.mouse_event(stage.size, "mouse press", 4, 5, 20, focus=True)

    assert "PAUSED" in stage.screen()
    assert stage.lines()[2].startswith(">* web")


def test_a_release_of_the_button_means_nothing(fake: FakeInstance) -> None:
    stage = Stage(fake)

    taken = stage.frame.mouse_event(stage.size, "mouse release", 0, 5, 2, focus=True)

    assert not taken


def test_a_key_that_means_nothing_is_left_to_others(fake: FakeInstance) -> None:
    stage = Stage(fake)

    assert stage.frame.keypress(stage.size, "f12") == "f12"
