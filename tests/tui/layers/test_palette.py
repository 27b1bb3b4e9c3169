"""The list of all that can be done."""

from functools import partial

from brummer.tui.layers.palette import Choice, PaletteLayer, matching
from brummer.tui.row import Size
from brummer.tui.theme import ASCII
from tests.tui.stage import text_of


class Opened:
    """A palette that notes what is chosen."""

    def __init__(self, *titles: str) -> None:
        self.did: list[str] = []
        choices = [
            Choice(title, "", partial(self.did.append, title)) for title in titles
        ]
        self.layer = PaletteLayer(
            choices,
            glyphs=ASCII,
            close=lambda: self.did.append("closed"),
            shell=lambda line: self.did.append(f"$ {line}"),
        )

    def press(self, *keys: str) -> None:
        for key in keys:
            self.layer.type(key)

    def run(self, command: str) -> None:
        self.layer.commands()[command]()


def test_every_word_has_to_occur_and_beginnings_come_first() -> None:
    titles = ("the web log", "restart web", "web", "webpack", "api")
    choices = [Choice(title, "", lambda: None) for title in titles]

    found = [choice.title for choice in matching(choices, "WEB")]

    assert found == ["web", "webpack", "the web log", "restart web"]


def test_the_chosen_one_is_run_after_the_palette_is_closed() -> None:
    opened = Opened("one", "two", "three")

    opened.press("t")
    opened.run("choice.down")
    opened.run("input.take")

    assert opened.did == ["closed", "three"]


def test_nothing_is_run_where_nothing_matches() -> None:
    opened = Opened("one")

    opened.press(*"zzz")
    opened.run("input.take")

    assert opened.did == ["closed"]


def test_an_exclamation_mark_begins_a_shell_line() -> None:
    opened = Opened("one")

    opened.press(*"! ls -l")
    opened.run("input.take")

    assert opened.did == ["closed", "$ ls -l"]


def test_backspace_in_an_empty_line_leaves() -> None:
    opened = Opened("one")

    opened.press("x", "backspace", "backspace")

    assert opened.did == ["closed"]


def test_what_is_typed_is_shown_with_the_cursor_behind_it() -> None:
    opened = Opened("one", "two")
    opened.press("o", "n")

    box = opened.layer.draw(Size(40, 10))
    lines = text_of(box.rows)

    assert lines[1].startswith("| : on")
    assert lines[3].startswith("| > one")
    assert box.cursor == (6, 1)


def test_in_a_low_view_choices_take_the_room_of_the_frame() -> None:
    opened = Opened("one", "two", "three")
    opened.press("o", "n")

    box = opened.layer.draw(Size(20, 3))

    assert text_of(box.rows) == [": on", "> one", ""]
    assert box.cursor == (4, 0)


def test_the_best_match_is_selected_again_after_each_key() -> None:
    opened = Opened("aa", "ab", "abc")
    opened.run("choice.down")

    opened.press("a")
    opened.run("input.take")

    assert opened.did == ["closed", "aa"]
