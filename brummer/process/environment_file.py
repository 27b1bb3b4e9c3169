"""Files of variables (``.env``), in the dialect of python-dotenv."""

import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from dotenv.parser import Binding, parse_stream
from dotenv.variables import parse_variables

from brummer.errors import BrummerError

#: Bytes of a file that are read; a larger one is something else.
LARGEST_FILE: Final = 256 * 1024

#: Characters of a value.  Linux takes no longer string into an environment, and
#: without a limit ``B=$A$A``, ``C=$B$B``, ... would double till memory ends.
LONGEST_VALUE: Final = 128 * 1024 - 1

#: What the parser counts as the end of a line.
_NEWLINE: Final = re.compile(r"\r\n|\n|\r")


class Assignment(NamedTuple):
    """``name=value`` as it stands in a file, with references not yet expanded."""

    name: str
    value: str
    origin: str


class EnvironmentFile(NamedTuple):
    """What a file says, and what of it cannot be used, each with file and line."""

    assignments: tuple[Assignment, ...] = ()
    problems: tuple[str, ...] = ()


def read(path: Path) -> EnvironmentFile | None:
    """Return what the file at *path* says, ``None`` if there is no such file.

    Bad lines are problems and not failures: who cannot start a process because
    of a stray word in a file has lost more than a variable.
    """
    try:
        text = _text(path)
    except FileNotFoundError:
        return None
    except BrummerError as error:
        return EnvironmentFile(problems=(f"{path}: {error}; it is not used",))
    except OSError as error:
        problem = f"{path}: {error.strerror or error}; it is not used"
        return EnvironmentFile(problems=(problem,))
    assignments: list[Assignment] = []
    problems: list[str] = []
    for binding in parse_stream(io.StringIO(text)):
        origin = f"{path}:{_line(binding)}"
        problem = _problem(binding)
        if problem:
            problems.append(f"{origin}: {problem}; the line is not used")
        elif binding.key is not None and binding.value is not None:
            assignments.append(Assignment(binding.key, binding.value, origin))
    return EnvironmentFile(tuple(assignments), tuple(problems))


def expand(value: str, known: Mapping[str, str]) -> str:
    """Return *value* with each ``${NAME}`` and ``${NAME:-default}`` filled in.

    What is not *known* is empty, as in a shell.

    :raises BrummerError: if the result is too long for an environment.
    """
    return "".join(_bounded(value, known))


def _bounded(value: str, known: Mapping[str, str]) -> Iterator[str]:
    length = 0
    for atom in parse_variables(value):
        part = atom.resolve(known)
        length += len(part)
        if length > LONGEST_VALUE:
            raise BrummerError(f"its value is longer than {LONGEST_VALUE} characters")
        yield part


def _text(path: Path) -> str:
    # Looked at before it is opened: opening a pipe would wait for its writer.
    if path.exists() and not path.is_file():
        raise BrummerError("not a regular file")
    with path.open("rb") as file:
        content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise BrummerError(f"larger than {LARGEST_FILE // 1024} KiB")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BrummerError(f"not UTF-8 in line {line}") from None


def _line(binding: Binding) -> int:
    """Return the number of the line on which a statement begins.

    The parser counts from the blank lines before it.
    """
    statement = binding.original.string
    blank = statement[: len(statement) - len(statement.lstrip())]
    return binding.original.line + len(_NEWLINE.findall(blank))


def _problem(binding: Binding) -> str:
    """Return what is wrong with a statement; never its text, it may be secret."""
    if binding.error:
        return "not of the form NAME=value"
    if binding.key is not None and ("=" in binding.key or "\0" in binding.key):
        return "not a name for a variable"
    if binding.value is not None and "\0" in binding.value:
        return "a NUL character in the value"
    return ""
