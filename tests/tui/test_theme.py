"""Which colours and glyphs are chosen."""

from typing import get_args

import pytest
import urwid

from brummer.config.settings import ScreenSettings
from brummer.model.process import ProcessStatus
from brummer.tui.theme import (
    ASCII,
    STATUS_ATTRIBUTE,
    UNICODE,
    Depth,
    Glyphs,
    choose_theme,
    speaks_utf8,
)

#: Backgrounds that can be read in every terminal.
READABLE = {
    "default",
    "black",
    "dark red",
    "dark green",
    "brown",
    "dark blue",
    "dark magenta",
    "dark cyan",
    "light gray",
}


@pytest.mark.parametrize(
    ("environ", "utf8"),
    [
        ({}, False),
        ({"LANG": "C"}, False),
        ({"LANG": "C.UTF-8"}, True),
        ({"LANG": "de_DE.utf8"}, True),
        ({"LANG": "C.UTF-8", "LC_ALL": "C"}, False),
        ({"LANG": "C", "LC_CTYPE": "en_US.UTF-8"}, True),
        ({"LANG": "en_US.UTF-8", "LC_ALL": ""}, True),
        ({"LANG": "de_DE.ISO-8859-1"}, False),
    ],
)
def test_the_first_variable_that_is_set_says_whether_utf8_is_spoken(
    environ: dict[str, str], *, utf8: bool
) -> None:
    assert speaks_utf8(environ) is utf8


@pytest.mark.parametrize(("choice", "glyphs"), [("on", UNICODE), ("off", ASCII)])
def test_the_setting_beats_the_variables(choice: str, glyphs: Glyphs) -> None:
    for environ in ({"LANG": "C"}, {"LANG": "C.UTF-8"}):
        theme = choose_theme(ScreenSettings(unicode=choice), environ, 256)

        assert theme.glyphs == glyphs


def test_ascii_glyphs_are_ascii_and_all_glyphs_are_one_column() -> None:
    for glyphs in (ASCII, UNICODE):
        for status in ProcessStatus:
            glyph = glyphs.of(status)

            assert urwid.calc_width(glyph, 0, len(glyph)) == 1
    assert all(ASCII.of(status).isascii() for status in ProcessStatus)


@pytest.mark.parametrize("name", ["auto", "light", "dark", "mono"])
@pytest.mark.parametrize("colors", get_args(Depth))
def test_every_palette_can_be_registered_and_read(name: str, colors: Depth) -> None:
    theme = choose_theme(ScreenSettings(theme=name), {}, colors)
    screen = urwid.display.raw.Screen()

    screen.register_palette(theme.entries)

    assert {entry[2] for entry in theme.entries} <= READABLE
    assert set(STATUS_ATTRIBUTE.values()) <= {entry[0] for entry in theme.entries}


def test_mono_sends_no_colour_even_where_there_are_some() -> None:
    theme = choose_theme(ScreenSettings(theme="mono"), {}, 256)

    assert theme.colors == 1
    assert {entry[1].split(",")[0] for entry in theme.entries} == {"default"}


def test_every_status_has_an_attribute() -> None:
    assert set(STATUS_ATTRIBUTE) == set(ProcessStatus)


@pytest.mark.parametrize(
    ("term", "colors"), [("vt100", 1), ("vt220", 1), ("linux", 16), ("xterm", 16)]
)
def test_old_terminals_have_no_colours(term: str, colors: int) -> None:
    theme = choose_theme(ScreenSettings(), {"TERM": term, "LANG": "C.UTF-8"}, 16)

    assert theme.colors == colors
