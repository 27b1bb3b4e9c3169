"""What hooks may answer; anything else is refused where it comes in.

Each function takes what a plugin returned, and returns it as the value that the
program goes on with, or raises :class:`~brummer.plugin.failure.AnswerError` with
a sentence for the plugin's author.
"""

import dataclasses
import itertools
import re
import signal
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, TypeVar

from brummer.errors import BrummerError
from brummer.model.collector import Claim
from brummer.model.command import Command
from brummer.model.finding import Finding
from brummer.model.script import Launch, Script
from brummer.plugin.failure import AnswerError, cut
from brummer.plugin.shape import misfit, show

T = TypeVar("T")

#: Things that one answer may hold.  A generator may never end.
LIMIT: Final = 10_000

_COMMAND_NAME: Final = re.compile(r"[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)+")
_KINDS: Final = frozenset({str, int, float, bool, list})
_HEADER_LIMIT: Final = 200


def nothing(value: object) -> None:
    """Check the answer of a notification: there is none.

    A generator function is the usual mistake: it returns a generator, and none
    of its code ever runs.
    """
    if value is not None:
        raise AnswerError(f"answered {show(value)}, but nobody asked")


def scripts(value: object) -> tuple[tuple[Script, ...], tuple[str, ...]]:
    """Check the answer of ``brummer_detect_scripts``; part complaints from scripts."""
    items = listed(value, "Scripts")
    found = [item for item in items if not isinstance(item, BrummerError)]
    complaints = tuple(str(item) for item in items if isinstance(item, BrummerError))
    return tuple(_script(one(item, Script)) for item in found), complaints


def _script(script: Script) -> Script:
    # A name ends up in tables, ids and titles of terminals.
    if not (script.name.strip() and script.name.isprintable()):
        raise AnswerError(f"answered a Script whose name is {show(script.name)}")
    _check_words("command", (script.command, *script.arguments))
    return dataclasses.replace(script, environment=variables(script.environment))


def launch(value: object) -> Launch:
    """Check the answer of ``brummer_launch``."""
    answer = one(value, Launch)
    if not (answer.argv and answer.argv[0]):
        raise AnswerError("answered a Launch whose argv is empty")
    _check_words("argv", answer.argv)
    if answer.stop_signal not in signal.Signals.__members__:
        name = show(answer.stop_signal)
        raise AnswerError(f"answered a Launch whose stop_signal is {name}")
    if answer.grace is not None and not answer.grace >= 0:
        raise AnswerError(f"answered a Launch whose grace is {answer.grace}")
    return dataclasses.replace(answer, environment=variables(answer.environment))


def variables(value: object) -> Mapping[str, str]:
    """Check the answer of ``brummer_environment``; the plugin may change its own."""
    if not isinstance(value, Mapping):
        raise AnswerError(f"answered {show(value)}, not a mapping of text to text")
    copied = dict(itertools.islice(value.items(), LIMIT))
    for name, content in copied.items():
        if not (isinstance(name, str) and isinstance(content, str)):
            raise AnswerError(f"answered {show(name)} = {show(content)}, not text")
        if not name or "=" in name:
            raise AnswerError(f"answered a variable named {show(name)}")
    _check_words("environment", itertools.chain.from_iterable(copied.items()))
    return MappingProxyType(copied)


def _check_words(field: str, words: Iterable[str]) -> None:
    # The operating system ends each word at its first NUL.
    if any("\0" in word for word in words):
        raise AnswerError(f"answered a {field} with a NUL character in it")


def finding(value: object) -> Finding:
    """Check one answer of a detector."""
    return one(value, Finding)


def collects(value: object) -> bool:
    """Whether one answer of a detector is a collector."""
    take, finish = getattr(value, "take", None), getattr(value, "finish", None)
    return callable(take) and callable(finish) and not isinstance(value, type)


def claim(value: object) -> Claim:
    """Check what a collector says of a line."""
    if not isinstance(value, Claim):
        raise AnswerError(f"answered {show(value)}, not a Claim")
    return value


def commands(value: object) -> tuple[Command, ...]:
    """Check the answer of ``brummer_commands``."""
    answer = many(value, Command)
    for command in answer:
        _check_command(command)
    return answer


def _check_command(command: Command) -> None:
    if not _COMMAND_NAME.fullmatch(command.name):
        wanted = "a name like 'lantern.light'"
        raise AnswerError(
            f"answered a Command named {show(command.name)}, not {wanted}"
        )
    names = [parameter.name for parameter in command.parameters]
    if len(set(names)) < len(names) or not all(name.isidentifier() for name in names):
        raise AnswerError(f"answered {command.name} with parameters {show(names)}")
    for parameter in command.parameters:
        problem = misfit(parameter)
        if not problem and parameter.kind not in _KINDS:
            problem = f"kind is {parameter.kind.__name__}"
        if problem:
            raise AnswerError(
                f"answered {command.name} with a Parameter whose {problem}"
            )


def header(value: object) -> str:
    """Check the answer of ``brummer_report_header``."""
    if not isinstance(value, str):
        raise AnswerError(f"answered {show(value)}, not text")
    line = "".join(c if c.isprintable() else " " for c in value[: _HEADER_LIMIT * 2])
    return cut(line.strip(), _HEADER_LIMIT)


def many(value: object, cls: type[T]) -> tuple[T, ...]:
    """Check that *value* is some number of instances of the dataclass *cls*."""
    return tuple(one(item, cls) for item in listed(value, f"{cls.__name__}s"))


def listed(value: object, things: str) -> tuple[object, ...]:
    """Return what the iterable *value* holds; *things* is what it should hold."""
    # Nearly every answer is a short tuple.
    if type(value) is tuple and len(value) <= LIMIT:
        return value
    if not isinstance(value, Iterable) or isinstance(value, (str, bytes, Mapping)):
        raise AnswerError(f"answered {show(value)}, not a list of {things}")
    items = tuple(itertools.islice(value, LIMIT + 1))
    if len(items) > LIMIT:
        raise AnswerError(f"answered more than {LIMIT} {things}")
    return items


def one(value: object, cls: type[T]) -> T:
    """Check that *value* is an instance of the dataclass *cls*, right all over."""
    if not isinstance(value, cls):
        raise AnswerError(f"answered {show(value)}, not a {cls.__name__}")
    if problem := misfit(value):
        raise AnswerError(f"answered a {cls.__name__} whose {problem}")
    return value
