"""Colours and glyphs, chosen once for the terminal at hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from brummer.config.settings import ScreenSettings
from brummer.model.process import ProcessStatus

#: Name, foreground, background, style without colours: what urwid registers.
Entry = tuple[str, str, str, str]

#: How many colours a terminal shows.
Depth = Literal[1, 16, 88, 256, 16777216]

#: Terminals that have none, which urwid takes for ones with sixteen.
_COLOURLESS: Final = frozenset({"vt52", "vt100", "vt102", "vt220", "vt320"})

#: Backgrounds are the terminal's own or one of the eight dark colours: bright
#: ones are unreadable in several terminals.  Foregrounds of *auto* are the
#: colours that can be read on light and on dark.
_AUTO: Final = {
    "good": "dark green",
    "bad": "dark red,bold",
    "warn": "brown",
    "note": "dark cyan",
    "dim": "dark gray",
}
_DARK: Final = {
    "good": "light green",
    "bad": "light red,bold",
    "warn": "yellow",
    "note": "light cyan",
    "dim": "dark gray",
}
_LIGHT: Final = {
    "good": "dark green",
    "bad": "dark red,bold",
    "warn": "brown",
    "note": "dark blue",
    "dim": "dark gray",
}
_COLOURS: Final = {"auto": _AUTO, "dark": _DARK, "light": _LIGHT, "mono": _AUTO}

_ENTRIES: Final = (
    ("bar", "black", "light gray", "standout"),
    ("bar on", "white,bold", "dark blue", "bold"),
    ("key", "black,bold", "light gray", "standout,bold"),
    ("select", "black", "dark cyan", "standout"),
    ("select off", "default,bold", "default", "bold"),
    ("hit", "black", "brown", "standout"),
    ("hit on", "white,bold", "dark magenta", "standout,bold"),
    ("mark", "white,bold", "dark blue", "standout,bold"),
    ("head", "default,bold", "default", "bold"),
    ("rule", "default", "default", ""),
    ("rule on", "default,bold", "default", "bold"),
    ("alarm", "white,bold", "dark red", "standout,bold"),
    ("toast", "white,bold", "dark blue", "standout"),
    ("box", "default", "default", ""),
    ("box key", "default,bold", "default", "bold"),
    ("name 0", "dark cyan", "default", ""),
    ("name 1", "dark magenta", "default", ""),
    ("name 2", "dark green", "default", ""),
    ("name 3", "brown", "default", ""),
    ("name 4", "dark blue", "default", ""),
)

#: How many colours there are to tell processes apart.
NAME_COLOURS: Final = 5
_MONO: Final = {"bad": "bold", "warn": "bold", "good": "", "note": "", "dim": ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Glyphs:
    """The characters beyond plain text; each is one column wide."""

    running: str
    pending: str
    success: str
    failed: str
    stopped: str
    rule: str
    bar: str
    more: str
    open: str
    closed: str
    corners: str
    mark: str

    def of(self, status: ProcessStatus) -> str:
        """Return the glyph of a process's status."""
        return {
            ProcessStatus.RUNNING: self.running,
            ProcessStatus.SUCCESS: self.success,
            ProcessStatus.FAILED: self.failed,
            ProcessStatus.STOPPED: self.stopped,
        }.get(status, self.pending)


UNICODE: Final = Glyphs(
    running="\N{BLACK CIRCLE}",
    pending="\N{DOTTED CIRCLE}",
    success="\N{CHECK MARK}",
    failed="\N{BALLOT X}",
    stopped="\N{WHITE CIRCLE}",
    rule="\N{BOX DRAWINGS LIGHT HORIZONTAL}",
    bar="\N{BOX DRAWINGS LIGHT VERTICAL}",
    more="\N{HORIZONTAL ELLIPSIS}",
    open="\N{BLACK DOWN-POINTING SMALL TRIANGLE}",
    closed="\N{BLACK RIGHT-POINTING SMALL TRIANGLE}",
    corners="\u250c\u2510\u2514\u2518",
    mark="\N{BLACK RIGHT-POINTING SMALL TRIANGLE}",
)
ASCII: Final = Glyphs(
    running="*",
    pending="~",
    success="+",
    failed="x",
    stopped="-",
    rule="-",
    bar="|",
    more="~",
    open="v",
    closed=">",
    corners="++++",
    mark=">",
)

#: The attribute in which a status is shown.
STATUS_ATTRIBUTE: Final[Mapping[ProcessStatus, str]] = {
    ProcessStatus.RUNNING: "good",
    ProcessStatus.SUCCESS: "good",
    ProcessStatus.FAILED: "bad",
    ProcessStatus.STOPPING: "warn",
    ProcessStatus.BACKOFF: "warn",
    ProcessStatus.PENDING: "note",
    ProcessStatus.WAITING: "note",
    ProcessStatus.STOPPED: "dim",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """How the screen looks.

    *colors* is how many colours may be sent: 1, 16, 88, 256 or 2**24.
    """

    glyphs: Glyphs
    unicode: bool
    colors: Depth
    entries: tuple[Entry, ...]


def speaks_utf8(environ: Mapping[str, str]) -> bool:
    """Whether the terminal is said to show UTF-8.

    Looks at the variables themselves: Python's UTF-8 mode makes ``LANG=C`` look
    like UTF-8 to :mod:`locale`, and urwid believes it.  The first one that is
    set decides, as POSIX has it.
    """
    named = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG")
    return "utf-8" in (named or "").lower() or "utf8" in (named or "").lower()


def choose_theme(
    settings: ScreenSettings, environ: Mapping[str, str], colors: Depth
) -> Theme:
    """Return the theme for a terminal with *colors* colours."""
    unicode = settings.unicode == "on" or (
        settings.unicode == "auto" and speaks_utf8(environ)
    )
    colourless = colors == 1 or environ.get("TERM") in _COLOURLESS
    mono = settings.theme == "mono" or colourless
    return Theme(
        glyphs=UNICODE if unicode else ASCII,
        unicode=unicode,
        colors=1 if mono else colors,
        entries=_entries(settings.theme, mono=mono),
    )


def _entries(name: str, *, mono: bool) -> tuple[Entry, ...]:
    """Return the palette; without colours, styles stand in for them."""
    plain = tuple(
        (attribute, colour, "default", _MONO[attribute])
        for attribute, colour in _COLOURS[name].items()
    )
    entries = (*_ENTRIES, *plain)
    if not mono:
        return entries
    return tuple(
        (attribute, ",".join(filter(None, ("default", style))), "default", style)
        for attribute, _, _, style in entries
    )
