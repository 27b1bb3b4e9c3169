"""Colours that children chose, in what the terminal at hand can show."""

from functools import lru_cache
from typing import Final

import urwid

from brummer.logs.style import PLAIN, Attribute, Colour, Style
from brummer.tui.theme import Depth

#: urwid's names of the sixteen colours, in the order of SGR.
_NAMES: Final = (
    "black",
    "dark red",
    "dark green",
    "brown",
    "dark blue",
    "dark magenta",
    "dark cyan",
    "light gray",
    "dark gray",
    "light red",
    "light green",
    "yellow",
    "light blue",
    "light magenta",
    "light cyan",
    "white",
)
_ATTRIBUTES: Final = (
    (Attribute.BOLD, "bold"),
    (Attribute.FAINT, "faint"),
    (Attribute.ITALIC, "italics"),
    (Attribute.UNDERLINE, "underline"),
    (Attribute.BLINK, "blink"),
    (Attribute.REVERSE, "standout"),
    (Attribute.STRIKE, "strikethrough"),
)
_TRUE: Final = 1 << 24
_MANY: Final = 256

#: What black text becomes.
_GREY: Final = 8

#: Where xterm's greys begin.
_GREYS: Final = 232

#: The strongest part of a colour that is as good as black, and of one that is bright.
_BLACK: Final = 64
_BRIGHT: Final = 200

#: The steps of xterm's colour cube, indexes 16 to 231.
_CUBE: Final = (0, 95, 135, 175, 215, 255)


@lru_cache(4096)
def attribute_of(style: Style, colors: Depth) -> urwid.AttrSpec | None:
    """Return *style* for a terminal of *colors* colours, ``None`` for plain.

    urwid sends an attribute as it is, whatever the terminal can show, so true
    colours become 256, and those become 16, before they get there.
    """
    if style == PLAIN:
        return None
    if style.background is None and Attribute.REVERSE not in style.attributes:
        style = style._replace(foreground=_legible(style.foreground))
    named = [name for flag, name in _ATTRIBUTES if flag in style.attributes]
    foreground = ",".join([_name(style.foreground, colors), *named])
    return urwid.AttrSpec(foreground, _name(style.background, colors), colors)


def _legible(colour: Colour) -> Colour:
    """Return a colour for text on the terminal's own background.

    That is black for most: what is as good as black becomes a grey.
    """
    if colour is None or (isinstance(colour, int) and 0 < colour < len(_NAMES)):
        return colour
    rgb = _rgb(colour) if isinstance(colour, int) and colour else colour or (0, 0, 0)
    return _GREY if max(rgb) < _BLACK else colour


def _name(colour: Colour, colors: int) -> str:
    """Return urwid's name of the nearest colour that can be shown."""
    if colour is None or colors == 1:
        return "default"
    if isinstance(colour, int) and colour < len(_NAMES):
        return _NAMES[colour]
    if colors >= _TRUE and not isinstance(colour, int):
        return "#{:02x}{:02x}{:02x}".format(*colour)
    if colors >= _MANY:
        return f"h{colour if isinstance(colour, int) else _indexed(colour)}"
    rgb = _rgb(colour) if isinstance(colour, int) else colour
    return _NAMES[_basic(rgb)]


def _indexed(rgb: tuple[int, int, int]) -> int:
    """Return the index of the nearest colour of the cube."""
    red, green, blue = (_step(level) for level in rgb)
    return 16 + 36 * red + 6 * green + blue


def _step(level: int) -> int:
    return min(range(len(_CUBE)), key=lambda step: abs(_CUBE[step] - level))


def _rgb(index: int) -> tuple[int, int, int]:
    """Return what one of the colours 16 to 255 looks like in xterm."""
    if index >= _GREYS:
        grey = 8 + 10 * (index - _GREYS)
        return grey, grey, grey
    cube = index - 16
    return _CUBE[cube // 36], _CUBE[cube // 6 % 6], _CUBE[cube % 6]


def _basic(rgb: tuple[int, int, int]) -> int:
    """Return which of the sixteen colours has the same hue and weight."""
    strongest = max(rgb)
    if strongest < _BLACK:
        return 8
    bits = sum(1 << place for place, level in enumerate(rgb) if level * 2 > strongest)
    return bits + (8 if strongest > _BRIGHT else 0)
