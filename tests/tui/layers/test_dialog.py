"""Questions that have to be answered."""

import pytest

from brummer.tui.keymap import Place
from brummer.tui.layers.dialog import Dialog, leftover_lines, quit_lines
from brummer.tui.row import Size
from brummer.tui.theme import ASCII
from tests.support.instance import FakeInstance
from tests.tui.stage import text_of


def dialog(count: int) -> Dialog:
    fake = FakeInstance()
    running = [fake.add_process(f"p{number}") for number in range(count)]
    return Dialog(
        Place.QUIT,
        "Quit",
        lambda rows: quit_lines(running, rows),
        glyphs=ASCII,
        answer={},
    )


def test_one_process_is_asked_about_in_the_singular() -> None:
    text = "\n".join(text_of(dialog(1).draw(Size(80, 24)).rows))

    assert "1 process is running:" in text


def test_many_names_are_counted() -> None:
    text = "\n".join(text_of(dialog(14).draw(Size(80, 24)).rows))

    assert "14 processes are running:" in text
    assert "p9" in text
    assert "p10" not in text
    assert "and 4 more" in text


@pytest.mark.parametrize(
    ("rows", "named", "more"), [(20, 10, 2), (10, 3, 9), (7, 1, 11), (6, 0, 12)]
)
def test_names_without_room_are_counted(rows: int, named: int, more: int) -> None:
    lines = text_of(dialog(12).draw(Size(40, rows)).rows)
    text = "\n".join(lines)

    assert len(lines) <= rows
    assert sum(f"  p{n} " in text for n in range(12)) == named
    assert f"and {more} more" in text
    assert "stop all and quit" in lines[-3]
    assert "stay" in lines[-2]


def test_one_name_is_never_counted_where_it_has_room() -> None:
    text = "\n".join(text_of(dialog(1).draw(Size(40, 6)).rows))

    assert "  p0 " in text
    assert "more" not in text


@pytest.mark.parametrize("rows", [2, 4, 5])
def test_the_answers_stay_in_sight_where_nothing_else_does(rows: int) -> None:
    lines = text_of(dialog(9).draw(Size(40, rows)).rows)

    assert len(lines) <= rows
    assert "stay" in "".join(lines)


def test_no_other_key_gets_through() -> None:
    assert dialog(1).type("s")


def test_leftovers_are_named() -> None:
    markup = leftover_lines(["web (pid 7)"], 20)
    lines = ["".join(text for _, text in line) for line in markup]

    assert lines[0] == "1 process of an earlier Brummer runs still:"
    assert lines[1] == "  web (pid 7)"
