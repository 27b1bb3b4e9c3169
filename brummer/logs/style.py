"""Colours and attributes of text, as SGR sequences set them.

SGR (``ESC [ ... m``) is the one escape sequence that survives: ECMA-48, with
the 256 colours and true colours of xterm and ISO 8613-6.
"""

import re
from enum import IntFlag
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

#: Index into the 256 colours, red/green/blue, or ``None`` for the terminal's own.
Colour = int | tuple[int, int, int] | None


class Attribute(IntFlag):
    """How text looks beside its colours.

    There is no *conceal*: text that a terminal hides from people, and not from
    their clipboard or their agents, is an attack.
    """

    NONE = 0
    BOLD = 1
    FAINT = 2
    ITALIC = 4
    UNDERLINE = 8
    BLINK = 16
    REVERSE = 32
    STRIKE = 64


class Style(NamedTuple):
    """How a run of text looks."""

    foreground: Colour = None
    background: Colour = None
    attributes: Attribute = Attribute.NONE


PLAIN: Final = Style()

#: Longer parameter strings come from nobody who wants a colour.
_LIMIT: Final = 256

_SET: Final = MappingProxyType(
    {
        1: Attribute.BOLD,
        2: Attribute.FAINT,
        3: Attribute.ITALIC,
        4: Attribute.UNDERLINE,
        5: Attribute.BLINK,
        6: Attribute.BLINK,
        7: Attribute.REVERSE,
        9: Attribute.STRIKE,
        21: Attribute.UNDERLINE,
    }
)
#: The parameter to write for each attribute: the first of those that set it.
_WRITTEN: Final = MappingProxyType({a: n for n, a in reversed(tuple(_SET.items()))})
_CLEAR: Final = MappingProxyType(
    {
        22: Attribute.BOLD | Attribute.FAINT,
        23: Attribute.ITALIC,
        24: Attribute.UNDERLINE,
        25: Attribute.BLINK,
        27: Attribute.REVERSE,
        29: Attribute.STRIKE,
    }
)
#: Where a block of eight colours begins: its parameter, its colour, its side.
_COLOURS: Final = (
    (30, 0, "foreground"),
    (40, 0, "background"),
    (90, 8, "foreground"),
    (100, 8, "background"),
)
_SIDES: Final = MappingProxyType(
    {38: "foreground", 39: "foreground", 48: "background", 49: "background"}
)
_EXTENDED: Final = frozenset({38, 48, 58})
_CONCEAL: Final = 8
#: Where the bright colours begin, where those without a parameter of their own
#: do, and how many there are.
_BRIGHT: Final = 8
_INDEXED: Final = 16
_PALETTE: Final = 256
_UNDERLINES: Final = re.compile(r"(?<![0-9:])4:([0-9]+)")


@lru_cache(4096)
def restyled(style: Style, parameters: str) -> Style:
    """Return *style* as the SGR sequence with *parameters* leaves it.

    Parameters that nobody knows are skipped.  Real programs use a few dozen
    pairs of arguments again and again, hence the cache.
    """
    numbers = _numbers(parameters)
    position = 0
    while position < len(numbers):
        number = numbers[position]
        position += 1
        if number in _EXTENDED:
            colour, used = _extended(numbers[position : position + 4])
            position += used
            if number in _SIDES:
                style = _coloured(style, _SIDES[number], colour)
        else:
            style = _applied(style, number)
    return style


@lru_cache(1024)
def sequence(style: Style) -> str:
    """Return the SGR sequence that leads from plain text to *style*."""
    numbers = ["0"]
    numbers += [str(_WRITTEN[attribute]) for attribute in style.attributes]
    for lead, colour in ((38, style.foreground), (48, style.background)):
        if isinstance(colour, tuple):
            numbers += [f"{lead};2;{colour[0]};{colour[1]};{colour[2]}"]
        elif colour is not None:
            numbers += [_short(lead, colour)]
    return f"\x1b[{';'.join(numbers)}m"


@lru_cache(1024)
def revealed(parameters: str) -> str:
    """Return an SGR sequence with *parameters*, without any that conceals.

    An 8 inside a colour (``38;5;8``) is one of the colour's numbers and stays.
    """
    kept: list[str] = []
    words = parameters[:_LIMIT].split(";")
    while words:
        word = words.pop(0)
        used = 0
        if word.isdigit() and int(word) in _EXTENDED:
            used = _extended([_first(other) for other in words[:4]])[1]
        elif _first(word) == _CONCEAL:
            continue
        kept += [word, *words[:used]]
        del words[:used]
    return f"\x1b[{';'.join(kept)}m" if kept else ""


def _short(lead: int, colour: int) -> str:
    """Return the form that every terminal knows, for the first 16 colours."""
    if colour < _BRIGHT:
        return str(lead - 8 + colour)
    if colour < _INDEXED:
        return str(lead + 52 + colour - _BRIGHT)
    return f"{lead};5;{colour}"


def _numbers(parameters: str) -> list[int]:
    """Return the parameters as numbers, sub-parameters among them.

    ``4:3`` (a curly underline) is an underline and ``4:0`` none, and
    ``38:2::r:g:b`` has a colour space that everyone leaves empty.
    """
    text = parameters[:_LIMIT]
    if ":" in text:
        text = _UNDERLINES.sub(lambda m: "24" if int(m[1]) == 0 else "4", text)
        text = text.replace(":2::", ":2:").replace(":", ";")
    return [_first(word) for word in text.split(";")]


def _first(word: str) -> int:
    """Return the number that a parameter begins with, 0 for none."""
    digits = word.partition(":")[0][:4]
    return int(digits or 0)


def _extended(numbers: list[int]) -> tuple[Colour, int]:
    """Return the colour that *numbers* begin with and how many of them it took."""
    match numbers:
        case [5, index, *_]:
            return (index if index < _PALETTE else None), 2
        case [2, red, green, blue]:
            inside = max(red, green, blue) < _PALETTE
            return ((red, green, blue) if inside else None), 4
    return None, len(numbers)


def _applied(style: Style, number: int) -> Style:
    """Return *style* after one parameter that stands alone."""
    if number == 0:
        return PLAIN
    if number in _SET:
        return style._replace(attributes=style.attributes | _SET[number])
    if number in _CLEAR:
        return style._replace(attributes=style.attributes & ~_CLEAR[number])
    if number in _SIDES:
        return _coloured(style, _SIDES[number], None)
    for begin, first, side in _COLOURS:
        if begin <= number < begin + 8:
            return _coloured(style, side, first + number - begin)
    return style


def _coloured(style: Style, side: str, colour: Colour) -> Style:
    """Return *style* with another foreground or background."""
    if side == "foreground":
        return style._replace(foreground=colour)
    return style._replace(background=colour)
