"""The table of named commands."""

import difflib
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from functools import partial
from threading import Lock
from types import MappingProxyType
from typing import Final

from brummer.core.guard import attempt
from brummer.core.settled import Settled
from brummer.errors import UsageError
from brummer.model.command import Command, CommandThread, Parameter

#: Runs a function on a worker and returns the future of what comes of it.
Aside = Callable[[Callable[[], object]], Future[object]]

#: How the kinds of parameters are called in messages.
_KINDS: Final[Mapping[type, str]] = MappingProxyType(
    {
        str: "text",
        int: "a whole number",
        float: "a number",
        bool: "true or false",
        list: "a list of words",
    }
)


class CommandTable:
    """Finds commands by name, checks their arguments and runs them.

    Threads: :meth:`run` and :meth:`snapshot` are safe from any thread and take no
    lock.  :meth:`add` replaces the table; the main thread adds the program's
    commands and those of the plugins, and a plugin that comes late may do so
    from another one, hence the lock of the writers.
    """

    def __init__(self, aside: Aside) -> None:
        self._aside = aside
        self._writing = Lock()
        #: Rebound under the lock, never mutated.
        self._commands: Mapping[str, Command] = MappingProxyType({})

    def add(self, command: Command) -> None:
        """Add a command.

        :raises ValueError: if there is one of that name.
        """
        with self._writing:
            if command.name in self._commands:
                raise ValueError(f"there is a command {command.name!r} already")
            self._commands = MappingProxyType({**self._commands, command.name: command})

    def snapshot(self) -> Mapping[str, Command]:
        """Return all commands by name."""
        return self._commands

    def run(self, name: str, arguments: Mapping[str, object]) -> Future[object]:
        """Run a command with *arguments*.

        The future has its answer; if the command returned a future itself, what
        came of that.  Whatever goes wrong is the exception of the future: a
        :class:`UsageError` for an unknown name or wrong arguments.
        """
        answer, error = attempt(self._begin, name, arguments)
        return Settled(None, error) if answer is None else answer

    def _begin(self, name: str, arguments: Mapping[str, object]) -> Future[object]:
        command = self._find(name)
        arguments = checked(command, arguments)
        if command.thread is CommandThread.BUS:
            value: object = self._aside(partial(command.run, **arguments))
        else:
            value = command.run(**arguments)
        if not isinstance(value, Future):
            return Settled(value)
        answer: Future[object] = Future()
        if not command.cancellable:
            # It runs already: who asked for it cannot cancel it.
            answer.set_running_or_notify_cancel()
        _pass_on(value, answer)
        return answer

    def _find(self, name: str) -> Command:
        commands = self._commands
        if name not in commands:
            close = difflib.get_close_matches(name, commands) or sorted(commands)
            raise UsageError(f"no command {name!r}; there is {', '.join(close)}")
        return commands[name]


def _pass_on(future: Future[object], answer: Future[object]) -> None:
    """Resolve *answer* when *future* is, however deep futures hold futures.

    If *answer* is cancelled, so is *future*.
    """

    def resolve(done: Future[object]) -> None:
        value, error = attempt(done.result)
        if isinstance(value, Future):
            _pass_on(value, answer)
        # In one step: it cannot be cancelled any more, or it was.
        elif answer.running() or answer.set_running_or_notify_cancel():
            if error is not None:
                answer.set_exception(error)
            else:
                answer.set_result(value)

    if not answer.running():
        answer.add_done_callback(lambda done: done.cancelled() and future.cancel())
    future.add_done_callback(resolve)


def checked(command: Command, arguments: Mapping[str, object]) -> dict[str, object]:
    """Return *arguments* as *command* takes them, with defaults.

    :raises UsageError: if one is unknown, missing, or of the wrong kind.
    """
    known = {parameter.name: parameter for parameter in command.parameters}
    for name in arguments:
        if name not in known:
            takes = ", ".join(known) or "no arguments"
            raise UsageError(f"{command.name} takes {takes}, not {name!r}")
    taken = {}
    for name, parameter in known.items():
        if name in arguments:
            taken[name] = _converted(command, parameter, arguments[name])
        elif parameter.required:
            raise UsageError(f"{command.name} needs {name!r}: {parameter.description}")
        else:
            taken[name] = parameter.default
    return taken


def _converted(command: Command, parameter: Parameter, value: object) -> object:
    """Return *value* as the kind that *parameter* has.

    JSON and callers in Python write whole numbers for numbers and tuples for
    lists; nothing else is guessed.
    """
    kind = parameter.kind
    is_bool = isinstance(value, bool)
    if kind is float and isinstance(value, int) and not is_bool:
        return float(value)
    if kind is list and isinstance(value, list | tuple):
        if all(isinstance(word, str) for word in value):
            return list(value)
    elif isinstance(value, kind) and (kind is bool or not is_bool):
        return value
    raise UsageError(
        f"{command.name}: {parameter.name!r} is {_KINDS.get(kind, kind.__name__)},"
        f" not {value!r}"
    )
