"""Which program shows a file to its user, and how it is told the line."""

import shlex
from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Final, NamedTuple

_Form = Callable[[str, int, int], list[str]]


class Editing(NamedTuple):
    """A program with its arguments; a *window* of its own leaves us the terminal."""

    words: tuple[str, ...]
    window: bool


def _plus(file: str, line: int, _: int) -> list[str]:
    return [f"+{line}", file]


def _vim(file: str, line: int, column: int) -> list[str]:
    return [f"+call cursor({line},{column})", file]


def _comma(file: str, line: int, column: int) -> list[str]:
    return [f"+{line},{column}", file]


def _colon(file: str, line: int, column: int) -> list[str]:
    return [f"+{line}:{column}", file]


def _suffix(file: str, line: int, column: int) -> list[str]:
    return [f"{file}:{line}:{column}"]


def _goto(file: str, line: int, column: int) -> list[str]:
    return ["-g", f"{file}:{line}:{column}"]


def _long(file: str, line: int, column: int) -> list[str]:
    return ["--line", str(line), "--column", str(column), file]


def _textmate(file: str, line: int, column: int) -> list[str]:
    return ["-l", f"{line}:{column}", file]


#: Each form with the programs that take it; those that are not here get the file.
_FORMS: Final[Mapping[_Form, tuple[str, ...]]] = {
    _vim: ("vim", "nvim", "gvim", "mvim", "lvim"),
    _plus: ("vi", "nvi", "elvis", "view", "less", "joe", "jed", "mcedit", "ed"),
    _comma: ("nano", "pico", "ne"),
    _colon: ("emacs", "emacsclient", "mg", "micro", "kak", "gedit", "xed"),
    _suffix: ("hx", "helix", "subl", "sublime_text", "zed", "zeditor"),
    _goto: ("code", "code-insiders", "codium", "vscodium", "cursor", "windsurf"),
    _long: ("idea", "pycharm", "webstorm", "goland", "rubymine", "phpstorm", "kate"),
    _textmate: ("mate",),
}

#: Those that open a window of their own, and what has them wait until it is closed.
_WINDOWS: Final = frozenset(
    {"gvim", "mvim", "gedit", "xed", "subl", "sublime_text", "zed", "zeditor"}
    | {*_FORMS[_goto], *_FORMS[_long], *_FORMS[_textmate]}
)
_WAITING: Final = frozenset({"-w", "--wait", "-f", "--nofork", "--block", "-b"})

_USUAL: Final = "vi"


def editing(
    environ: Mapping[str, str], file: str, line: int, column: int
) -> Editing | None:
    """Return how the user's editor shows *line* and *column* of *file*.

    *file* is absolute, so that no program takes it for an option.  ``None`` if
    ``$VISUAL``, or else ``$EDITOR``, is no command line.
    """
    try:
        words = shlex.split(environ.get("VISUAL") or environ.get("EDITOR") or _USUAL)
    except ValueError:
        return None
    if not words or not file.startswith("/"):
        return None
    name = PurePath(words[0]).name
    window = name in _WINDOWS
    if window:
        words = [word for word in words if word not in _WAITING]
    form = next((form for form, names in _FORMS.items() if name in names), None)
    if form is None or line < 1:
        return Editing((*words, file), window)
    return Editing((*words, *form(file, line, max(1, column))), window)
