"""Reading the files that describe a JavaScript project, and saying what is wrong."""

import importlib
import json
import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import brummer

#: No honest description of a project is larger; reading more would only help
#: whoever wants to fill our memory.
_LARGEST: Final = 8 * 1024 * 1024

#: Where json5 puts the position: ``<string>:3 Unexpected "x" at column 7``.
_JSON5_POSITION: Final = re.compile(r"^<string>:(\d+) (.*?)(?: at column (\d+))?$")


_KINDS: Final[Mapping[type, str]] = {
    str: "text",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A package.json: the *fields* as the file has them, in its order."""

    folder: Path
    fields: Mapping[str, object]

    @property
    def name(self) -> str:
        """The package's name, empty if it has none."""
        name = self.fields.get("name")
        return name if isinstance(name, str) else ""

    @property
    def scripts(self) -> Mapping[str, str]:
        """The command line of each script, in the file's order.

        What could not be run or shown anyway is left out: no text, an empty line,
        a NUL, a name that a terminal cannot print.
        """
        return {
            name: command
            for name, command in table(self.fields.get("scripts")).items()
            if isinstance(command, str)
            and command.strip()
            and "\0" not in command
            and name.strip()
            and name.isprintable()
        }

    @property
    def problems(self) -> Iterator[str]:
        """What is no script where scripts stand: file, key, and what is there."""
        path = self.folder / "package.json"
        scripts = self.fields.get("scripts", {})
        if not isinstance(scripts, dict):
            yield f"{path}: scripts is {_kind(scripts)}, not an object of command lines"
        for name, command in table(scripts).items():
            if not isinstance(command, str):
                yield f"{path}: scripts.{name} is {_kind(command)}, not a command line"


def _kind(value: object) -> str:
    """Return what *value* is called in JSON."""
    if value is None:
        return "null"
    return _KINDS[type(value)]


def read_manifest(folder: Path) -> Manifest | None:
    """Return the package.json in *folder*, ``None`` if there is none.

    :raises BrummerError: if it cannot be understood.
    """
    fields = read_json(folder / "package.json")
    return None if fields is None else Manifest(folder=folder, fields=fields)


def read_json(path: Path) -> Mapping[str, object] | None:
    """Return the JSON object in the file at *path*, ``None`` if there is no file.

    :raises BrummerError: with file, line and column, if it cannot be understood.
    """
    text = read_text(path)
    return None if text is None else _parse_json(path, text)


def read_json5(path: Path) -> Mapping[str, object] | None:
    """Return the object in the file at *path*, which may have comments.

    The tolerant parser is a thousand times slower than :mod:`json`, so it gets
    only what that refuses.

    :raises BrummerError: as :func:`read_json`.
    """
    text = read_text(path)
    if text is None:
        return None
    try:
        return _parse_json(path, text)
    except brummer.BrummerError:
        return _parse_json5(path, text)


def read_yaml(path: Path) -> Mapping[str, object] | None:
    """Return the mapping in the YAML file at *path*, ``None`` if there is none.

    :raises BrummerError: as :func:`read_json`.
    """
    text = read_text(path)
    if text is None:
        return None
    # Imported by those who have such a file: it takes as long as 1,000 manifests.
    yaml = importlib.import_module("yaml")
    try:
        value: object = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        place = error.problem_mark
        position = f":{place.line + 1}:{place.column + 1}" if place else ""
        raise brummer.BrummerError(f"{path}{position}: {error.problem}") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise brummer.BrummerError(f"{path}: {_one_line(error)}") from error
    return {} if value is None else _object(path, value)


def read_text(path: Path) -> str | None:
    """Return the text of the file at *path*, ``None`` if there is no file.

    :raises BrummerError: if it cannot be read, is no file, or is no UTF-8.
    """
    try:
        # Not blocking, because opening a FIFO that nobody writes would never end.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise brummer.BrummerError(
            f"{path}: cannot be read: {error.strerror}"
        ) from error
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise brummer.BrummerError(f"{path}: is not a file")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            content = file.read(_LARGEST + 1)
    finally:
        os.close(descriptor)
    return _decoded(path, content)


def _decoded(path: Path, content: bytes) -> str:
    if len(content) > _LARGEST:
        raise brummer.BrummerError(f"{path}: is larger than {_LARGEST} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        raise brummer.BrummerError(f"{path}:{line}:{column}: is not UTF-8") from error


def _parse_json(path: Path, text: str) -> Mapping[str, object]:
    try:
        value: object = json.loads(text)
    except json.JSONDecodeError as error:
        position = f"{error.lineno}:{error.colno}"
        raise brummer.BrummerError(
            f"{path}:{position}: {_uncapitalised(error.msg)}"
        ) from error
    except (RecursionError, ValueError) as error:
        # ValueError: a number with more digits than Python converts.
        raise brummer.BrummerError(f"{path}: {_one_line(error)}") from error
    return _object(path, value)


def _parse_json5(path: Path, text: str) -> Mapping[str, object]:
    json5 = importlib.import_module("json5")
    try:
        value: object = json5.loads(text)
    except (RecursionError, ValueError) as error:
        found = _JSON5_POSITION.match(_one_line(error))
        if found is None:
            raise brummer.BrummerError(f"{path}: {_one_line(error)}") from error
        line, problem, column = found.groups(default="1")
        raise brummer.BrummerError(
            f"{path}:{line}:{column}: {_uncapitalised(problem)}"
        ) from error
    return _object(path, value)


def _object(path: Path, value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise brummer.BrummerError(f"{path}:1:1: is not an object with keys")
    return table(value)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _uncapitalised(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def table(value: object) -> Mapping[str, object]:
    """Return *value* if it is an object, else an empty one."""
    if not isinstance(value, dict):
        return {}
    # YAML and JSON5 allow keys that are no text; nothing of ours has such a name.
    return {
        key: cast("object", item) for key, item in value.items() if isinstance(key, str)
    }


def words(value: object) -> tuple[str, ...]:
    """Return the texts in the list *value*, none if it is no list."""
    if not isinstance(value, list):
        return ()
    return tuple(item for item in value if isinstance(item, str))
