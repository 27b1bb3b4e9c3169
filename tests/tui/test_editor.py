"""How each editor is told what to show."""

import pytest

from brummer.tui.editor import editing

FILE = "/srv/shop/my file.py"


@pytest.mark.parametrize(
    ("editor", "words"),
    [
        ("vim", ["vim", "+call cursor(12,5)", FILE]),
        ("/usr/bin/nvim -p", ["/usr/bin/nvim", "-p", "+call cursor(12,5)", FILE]),
        ("vi", ["vi", "+12", FILE]),
        ("nano", ["nano", "+12,5", FILE]),
        ("emacs -nw", ["emacs", "-nw", "+12:5", FILE]),
        ("emacsclient -t", ["emacsclient", "-t", "+12:5", FILE]),
        ("micro", ["micro", "+12:5", FILE]),
        ("kak", ["kak", "+12:5", FILE]),
        ("hx", ["hx", f"{FILE}:12:5"]),
        ("code", ["code", "-g", f"{FILE}:12:5"]),
        ("subl", ["subl", f"{FILE}:12:5"]),
        ("zed", ["zed", f"{FILE}:12:5"]),
        ("pycharm", ["pycharm", "--line", "12", "--column", "5", FILE]),
        ("mate", ["mate", "-l", "12:5", FILE]),
        ("'my editor' -x", ["my editor", "-x", FILE]),
    ],
)
def test_an_editor_is_told_the_place_as_it_takes_it(
    editor: str, words: list[str]
) -> None:
    found = editing({"EDITOR": editor}, FILE, 12, 5)

    assert found is not None
    assert list(found.words) == words


def test_a_window_is_not_waited_for() -> None:
    found = editing({"VISUAL": "code --wait", "EDITOR": "vi"}, FILE, 12, 5)

    assert found is not None
    assert found.words == ("code", "-g", f"{FILE}:12:5")
    assert found.window


def test_what_has_our_terminal_has_no_window() -> None:
    found = editing({"EDITOR": "vim"}, FILE, 1, 1)

    assert found is not None
    assert not found.window


def test_visual_goes_before_editor_and_vi_comes_last() -> None:
    both = editing({"VISUAL": "nano", "EDITOR": "vim"}, FILE, 1, 1)
    none = editing({"VISUAL": "", "EDITOR": ""}, FILE, 1, 1)

    assert both is not None
    assert none is not None
    assert (both.words[0], none.words[0]) == ("nano", "vi")


def test_without_a_line_the_file_is_opened_at_its_top() -> None:
    found = editing({"EDITOR": "vim"}, FILE, 0, 0)

    assert found is not None
    assert found.words == ("vim", FILE)


def test_without_a_column_it_is_the_first() -> None:
    found = editing({"EDITOR": "nano"}, FILE, 3, 0)

    assert found is not None
    assert found.words == ("nano", "+3,1", FILE)


@pytest.mark.parametrize("file", ["-c:!reboot", "+!reboot", "src/a.py", ""])
def test_no_program_is_given_what_it_could_take_for_an_option(file: str) -> None:
    assert editing({"EDITOR": "vim"}, file, 1, 1) is None


def test_a_command_line_that_is_none_is_not_run() -> None:
    assert editing({"EDITOR": "vim 'x"}, FILE, 1, 1) is None
    assert editing({"EDITOR": "  "}, FILE, 1, 1) is None
