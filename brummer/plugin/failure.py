"""A plugin's exception, in the terms of the plugin's author."""

import sysconfig
import traceback
from pathlib import Path
from typing import Final

import brummer
from brummer.errors import BrummerError, PluginError

#: Characters of an error and of a traceback that are kept; the text of somebody
#: else's exception may be of any length.
ERROR_LIMIT: Final = 500
TRACEBACK_LIMIT: Final = 8_000

#: What stands for a character that cannot be printed.
_REPLACEMENT: Final = "\ufffd"

#: Frames of files that begin so are ours or the interpreter's, not the plugin's.
_NOT_THE_PLUGIN: Final = (
    f"{Path(brummer.__file__).parent}/",
    "<frozen importlib",
)


#: Where Python's own library is; what is installed is in a folder below it.
_STANDARD: Final = sysconfig.get_path("stdlib")


class AnswerError(Exception):
    """A hook answered with something that it must not answer."""


def is_complaint(error: BaseException) -> bool:
    """Whether *error* is a sentence for the user and no defect of the plugin."""
    return isinstance(error, BrummerError) and not isinstance(error, PluginError)


def one_line(error: BaseException) -> str:
    """Return *error* in one line, with nothing in it that a terminal would obey."""
    if isinstance(error, (BrummerError, AnswerError)):
        text = str(error)
    else:
        # The formatter survives exceptions whose own ``__str__`` fails.
        text = "".join(traceback.format_exception_only(error)).strip()
    line = cut(" ".join(text.split()), ERROR_LIMIT)
    return "".join(c if c.isprintable() else _REPLACEMENT for c in line)


def phrase(error: BaseException) -> str:
    """Return what a hook did wrong, to follow its name: a verb, and where it was."""
    line = one_line(error)
    if isinstance(error, AnswerError):
        return line
    return f"raised {line}{_place(error)}"


def _place(error: BaseException) -> str:
    """Return the line of the plugin from which *error* came, in parentheses."""
    frames = _own_frames(traceback.extract_tb(error.__traceback__))
    # What the plugin called of the standard library is not where to look first.
    mine = [f for f in frames if not _is_standard(f.filename)] or frames
    if not mine:
        return ""
    path = Path(mine[-1].filename)
    name = "/".join(path.parts[-2:]) if path.name == "__init__.py" else path.name
    return f" ({name}:{mine[-1].lineno})"


def _is_standard(filename: str) -> bool:
    return filename.startswith(f"{_STANDARD}/") and "-packages/" not in filename


def own_traceback(error: BaseException) -> str:
    """Return the traceback of *error* without the frames that called the plugin."""
    report = traceback.TracebackException.from_exception(error)
    pending: list[traceback.TracebackException | None] = [report]
    while pending:
        part = pending.pop()
        if part is not None:
            part.stack = _own_frames(part.stack)
            pending += [part.__cause__, part.__context__]
    return cut("".join(report.format()), TRACEBACK_LIMIT)


def _own_frames(stack: traceback.StackSummary) -> traceback.StackSummary:
    frames = [f for f in stack if not f.filename.startswith(_NOT_THE_PLUGIN)]
    return traceback.StackSummary.from_list(frames)


def cut(text: str, limit: int) -> str:
    """Return *text* in at most *limit* characters."""
    return text if len(text) <= limit else f"{text[: limit - 3]}..."
