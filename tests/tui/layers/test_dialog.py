"""Questions that have to be answered."""

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
        Place.QUIT, "Quit", lambda: quit_lines(running), glyphs=ASCII, answer={}
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


def test_the_answers_stay_in_sight_where_the_names_do_not() -> None:
    lines = text_of(dialog(9).draw(Size(40, 6)).rows)

    assert len(lines) == 6
    assert "9 processes" in lines[1]
    assert "stop all and quit" in lines[3]
    assert "stay" in lines[4]


def test_no_other_key_gets_through() -> None:
    assert dialog(1).type("s")


def test_leftovers_are_named() -> None:
    lines = ["".join(t for _, t in line) for line in leftover_lines(["web (pid 7)"])]

    assert lines[0] == "1 process of an earlier Brummer runs still:"
    assert lines[1] == "  web (pid 7)"
