"""The environment that a child starts with."""

from collections.abc import Mapping
from typing import Final

from brummer.model.script import Launch
from brummer.process.row import MARKER

#: What tells a program about the terminal that Brummer itself runs in, and is
#: wrong about the one it gets.  Names that end in ``_`` stand for all that
#: begin so.
_FOREIGN: Final = (
    "ALACRITTY_",
    "COLUMNS",
    "GHOSTTY_",
    "ITERM_",
    "KITTY_",
    "KONSOLE_",
    "LC_TERMINAL",
    "LC_TERMINAL_VERSION",
    "LINES",
    "STY",
    "TERMCAP",
    "TERMINATOR_UUID",
    "TERM_PROGRAM",
    "TERM_PROGRAM_VERSION",
    "TERM_SESSION_ID",
    "TILIX_ID",
    "TMUX",
    "TMUX_PANE",
    "VTE_VERSION",
    "WEZTERM_",
    "WINDOW",
    "WINDOWID",
    "WT_PROFILE_ID",
    "WT_SESSION",
    "ZELLIJ",
    "ZELLIJ_",
)
_FOREIGN_NAMES: Final = frozenset(_FOREIGN)
_FOREIGN_PREFIXES: Final = tuple(name for name in _FOREIGN if name.endswith("_"))

#: What programs look at before they write colours.
_COLOURS: Final = {"COLORTERM": "truecolor", "FORCE_COLOR": "1"}


def variables(
    parent: Mapping[str, str],
    launch: Launch,
    extra: Mapping[str, str],
    mark: str,
) -> dict[str, str]:
    """Return the environment for *launch*, to be marked with *mark*.

    From weak to strong: what is left of *parent*; the description of the
    terminal, if there is one; the launch's own variables; *extra*; the marker.
    ``NO_COLOR`` in any of them keeps us from asking for colours.
    """
    own = {**launch.environment, **extra}
    made = {name: value for name, value in parent.items() if not _is_foreign(name)}
    if launch.tty:
        made["TERM"] = "xterm-256color"
        if not (made.get("NO_COLOR") or own.get("NO_COLOR")):
            made = {**_COLOURS, **made}
    return {**made, **own, MARKER: mark}


def _is_foreign(name: str) -> bool:
    """Whether a variable describes the terminal around Brummer."""
    return name in _FOREIGN_NAMES or name.startswith(_FOREIGN_PREFIXES)
