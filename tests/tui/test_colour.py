"""Colours of children on terminals that can show less."""

from typing import get_args

import pytest

from brummer.logs.style import PLAIN, Attribute, Colour, Style
from brummer.tui.colour import attribute_of
from brummer.tui.theme import Depth

ORANGE = Style((255, 135, 0))


def test_plain_text_needs_no_attribute() -> None:
    assert attribute_of(PLAIN, 256) is None


@pytest.mark.parametrize(
    ("colors", "foreground"),
    [
        (1 << 24, "#ff8700"),
        (256, "#f80"),
        (88, "yellow"),
        (16, "yellow"),
        (1, "default"),
    ],
)
def test_a_true_colour_becomes_what_the_terminal_can_show(
    colors: Depth, foreground: str
) -> None:
    attribute = attribute_of(ORANGE, colors)

    assert attribute is not None
    assert attribute.foreground == foreground


@pytest.mark.parametrize("colors", get_args(Depth))
def test_every_indexed_colour_can_be_shown_at_every_depth(colors: Depth) -> None:
    for index in range(256):
        attribute = attribute_of(Style(index, 255 - index), colors)

        assert attribute is not None
        assert attribute.colors <= colors


@pytest.mark.parametrize(
    ("index", "name"),
    [(1, "dark red"), (9, "light red"), (196, "light red"), (232, "dark gray")],
)
def test_sixteen_colours_keep_the_hue(index: int, name: str) -> None:
    attribute = attribute_of(Style(index), 16)

    assert attribute is not None
    assert attribute.foreground == name


def test_attributes_survive_where_colours_do_not() -> None:
    style = Style(1, None, Attribute.BOLD | Attribute.UNDERLINE | Attribute.REVERSE)

    attribute = attribute_of(style, 1)

    assert attribute is not None
    assert attribute.bold
    assert attribute.underline
    assert attribute.standout
    assert attribute.foreground_basic is False


@pytest.mark.parametrize("colour", [0, 16, 232, (0, 0, 0), (40, 0, 0)])
@pytest.mark.parametrize("colors", [16, 256, 1 << 24])
def test_black_text_can_be_read_on_a_black_terminal(
    colour: Colour, colors: Depth
) -> None:
    alone = attribute_of(Style(colour), colors)
    on_red = attribute_of(Style(colour, 1), colors)
    reversed_ = attribute_of(Style(colour, None, Attribute.REVERSE), colors)

    assert alone is not None
    assert alone.foreground == "dark gray"
    assert on_red is not None
    assert on_red.background == "dark red"
    assert reversed_ is not None
    assert (colors == 16) or reversed_.foreground != "dark gray"
