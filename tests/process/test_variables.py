from collections.abc import Mapping
from pathlib import Path

import pytest

from brummer.model.script import Launch
from brummer.process.variables import variables


def made(
    parent: Mapping[str, str],
    own: Mapping[str, str] | None = None,
    extra: Mapping[str, str] | None = None,
    *,
    tty: bool = True,
) -> dict[str, str]:
    launch = Launch(argv=("x",), folder=Path(), environment=own or {}, tty=tty)
    return variables(parent, launch, extra or {}, "me/web-1")


@pytest.mark.parametrize(
    "name",
    [
        *("TMUX", "TMUX_PANE", "STY", "TERM_PROGRAM", "TERM_PROGRAM_VERSION"),
        *("LINES", "COLUMNS", "KITTY_WINDOW_ID", "ITERM_SESSION_ID", "WINDOWID"),
    ],
)
def test_what_describes_our_own_terminal_is_kept_from_children(name: str) -> None:
    assert name not in made({name: "x"})


@pytest.mark.parametrize("name", ["PATH", "HOME", "STYLE", "WINDOWS", "LINESIZE"])
def test_everything_else_is_handed_down(name: str) -> None:
    assert made({name: "x"})[name] == "x"


def test_a_launch_may_set_what_is_kept_from_children() -> None:
    assert made({"COLUMNS": "200"}, {"COLUMNS": "100"})["COLUMNS"] == "100"


def test_a_child_on_a_terminal_is_asked_for_colours() -> None:
    environment = made({"TERM": "screen", "COLORTERM": ""})

    assert environment["TERM"] == "xterm-256color"
    assert environment["FORCE_COLOR"] == "1"
    assert environment["COLORTERM"] == ""


def test_a_child_on_pipes_is_not_asked_for_colours() -> None:
    environment = made({"TERM": "screen"}, tty=False)

    assert environment["TERM"] == "screen"
    assert "FORCE_COLOR" not in environment
    assert "COLORTERM" not in environment


@pytest.mark.parametrize("where", ["parent", "launch", "extra"])
def test_no_child_is_asked_for_colours_if_nobody_wants_them(where: str) -> None:
    wish = {"NO_COLOR": "1"}

    environment = made(
        wish if where == "parent" else {},
        wish if where == "launch" else {},
        wish if where == "extra" else {},
    )

    assert "FORCE_COLOR" not in environment
    assert "COLORTERM" not in environment


def test_an_empty_wish_for_no_colours_is_none() -> None:
    assert made({"NO_COLOR": ""})["FORCE_COLOR"] == "1"


def test_the_launch_beats_the_parent_and_the_extra_beats_the_launch() -> None:
    environment = made(
        {"A": "parent", "B": "parent", "C": "parent", "FORCE_COLOR": "3"},
        {"B": "launch", "C": "launch", "TERM": "vt100"},
        {"C": "extra"},
    )

    assert [environment[name] for name in "ABC"] == ["parent", "launch", "extra"]
    assert environment["FORCE_COLOR"] == "3"
    assert environment["TERM"] == "vt100"


def test_the_marker_is_ours_whatever_others_say() -> None:
    environment = made({"BRUMMER_ID": "x"}, {"BRUMMER_ID": "y"}, {"BRUMMER_ID": "z"})

    assert environment["BRUMMER_ID"] == "me/web-1"
