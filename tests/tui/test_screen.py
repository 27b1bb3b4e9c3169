"""Which terminals are good enough, and what they are said to be."""

from pathlib import Path

import pytest

from brummer.config.settings import ScreenSettings
from brummer.errors import BrummerError
from brummer.tui.row import RowsCanvas, blank
from brummer.tui.screen import check_terminal, is_gone, terminal_environment
from brummer.tui.theme import choose_theme
from tests.tui.terminal import recording


def test_without_a_terminal_one_is_told_how_to_do_without(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with (tmp_path / "input").open("w+") as file:
        monkeypatch.setattr("sys.stdin", file)

        with pytest.raises(BrummerError, match="brum --no-tui"):
            check_terminal({"TERM": "xterm"})


def test_what_python_said_about_the_locale_is_taken_back(tmp_path: Path) -> None:
    before = tmp_path / "environ"
    before.write_bytes(b"LANG=C\0HOME=/root\0")

    environ = terminal_environment({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, before)

    assert environ == {"LANG": "C", "LC_CTYPE": ""}


def test_what_the_user_said_about_the_locale_stays(tmp_path: Path) -> None:
    before = tmp_path / "environ"
    before.write_bytes(b"LC_CTYPE=UTF-8\0LANG=C\0")

    environ = terminal_environment({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, before)

    assert environ["LC_CTYPE"] == "UTF-8"


@pytest.mark.parametrize("value", ["", "de_DE.UTF-8"])
def test_other_locales_are_left_alone(tmp_path: Path, value: str) -> None:
    environ = {"LC_CTYPE": value}

    assert terminal_environment(environ, tmp_path / "missing") == environ


def test_where_nobody_knows_utf8_is_believed(tmp_path: Path) -> None:
    environ = {"LC_CTYPE": "UTF-8"}

    assert terminal_environment(environ, tmp_path / "missing") == environ


def test_what_is_no_terminal_is_gone(tmp_path: Path) -> None:
    with (tmp_path / "file").open("w") as file:
        assert is_gone(file.fileno())


def test_a_key_goes_first_until_its_frame_is_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[str] = []
    theme = choose_theme(ScreenSettings(), {"TERM": "xterm"}, 256)
    with recording(theme, monkeypatch) as made:
        monkeypatch.setattr(made.precedence, "claim", lambda: seen.append("claim"))
        monkeypatch.setattr(made.precedence, "release", lambda: seen.append("release"))

        made.screen.get_available_raw_input()
        made.send(RowsCanvas([blank(1)], 1))

    assert seen == ["claim", "claim", "release"]
