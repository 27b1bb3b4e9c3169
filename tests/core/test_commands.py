"""Tests of the table of named commands."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import pytest

from brummer.core.aside import settle
from brummer.core.commands import CommandTable
from brummer.errors import BrummerError, UsageError
from brummer.model.command import Command, CommandThread, Parameter


def aside(work: Callable[[], object]) -> Future[object]:
    """Run *work* at once, as a worker would."""
    future: Future[object] = Future()
    settle(future, work)
    return future


def table(*commands: Command) -> CommandTable:
    made = CommandTable(aside)
    for command in commands:
        made.add(command)
    return made


def command(
    run: Callable[..., object],
    *parameters: Parameter,
    thread: CommandThread = CommandThread.ANY,
) -> Command:
    return Command(
        name="lamp.light", title="light", run=run, parameters=parameters, thread=thread
    )


def parameter(kind: type, **fields: Any) -> Parameter:
    return Parameter(name="it", description="what", kind=kind, **fields)


def echo(**arguments: object) -> object:
    return arguments


def test_a_command_runs_with_its_arguments() -> None:
    commands = table(command(echo, parameter(str)))

    answer = commands.run("lamp.light", {"it": "now"})

    assert answer.result(1) == {"it": "now"}


@pytest.mark.parametrize("thread", CommandThread)
def test_a_future_that_a_command_returns_is_the_answer(thread: CommandThread) -> None:
    pending: Future[object] = Future()
    commands = table(command(lambda: pending, thread=thread))

    answer = commands.run("lamp.light", {})
    assert not answer.done()
    pending.set_result(7)

    assert answer.result(1) == 7


@pytest.mark.parametrize("thread", CommandThread)
@pytest.mark.parametrize("error", [BrummerError("no"), ValueError("no")])
def test_what_a_command_raises_is_in_the_future(
    thread: CommandThread, error: Exception
) -> None:
    def fail() -> object:
        raise error

    answer = table(command(fail, thread=thread)).run("lamp.light", {})

    assert answer.exception(1) is error


def test_the_exception_of_a_returned_future_is_the_answers() -> None:
    pending: Future[object] = Future()
    answer = table(command(lambda: pending)).run("lamp.light", {})

    pending.set_exception(BrummerError("late"))

    with pytest.raises(BrummerError, match="late"):
        answer.result(1)


def test_a_cancelled_future_ends_the_answer() -> None:
    pending: Future[object] = Future()
    answer = table(command(lambda: pending)).run("lamp.light", {})

    pending.cancel()

    assert answer.exception(1) is not None


@pytest.mark.parametrize("thread", CommandThread)
def test_a_command_may_end_when_nobody_wants_its_answer(thread: CommandThread) -> None:
    pending: Future[object] = Future()
    lasting = replace(command(lambda: pending, thread=thread), cancellable=True)
    answer = table(lasting).run("lamp.light", {})

    answer.cancel()

    assert pending.cancelled()


@pytest.mark.parametrize("thread", CommandThread)
def test_other_commands_go_on_when_nobody_wants_their_answer(
    thread: CommandThread,
) -> None:
    pending: Future[object] = Future()
    answer = table(command(lambda: pending, thread=thread)).run("lamp.light", {})

    answer.cancel()
    pending.set_result(7)

    assert answer.result(1) == 7


def test_an_answer_that_comes_after_all_is_nobodys() -> None:
    pending: Future[object] = Future()
    pending.set_running_or_notify_cancel()
    lasting = replace(command(lambda: pending), cancellable=True)
    answer = table(lasting).run("lamp.light", {})

    answer.cancel()
    pending.set_result(7)

    assert answer.cancelled()


def test_an_unknown_name_is_answered_with_one_that_looks_alike() -> None:
    answer = table(command(echo)).run("lamp.lihgt", {})

    with pytest.raises(UsageError, match=r"no command 'lamp.lihgt'.*lamp.light"):
        answer.result(1)


def test_a_name_is_taken_once() -> None:
    with pytest.raises(ValueError, match="already"):
        table(command(echo), command(echo))


@pytest.mark.parametrize(
    ("kind", "given", "taken"),
    [
        (str, "x", "x"),
        (int, 3, 3),
        (float, 3, 3.0),
        (bool, True, True),
        (list, ("a", "b"), ["a", "b"]),
    ],
)
def test_an_argument_comes_as_its_kind(
    kind: type, given: object, taken: object
) -> None:
    answer = table(command(echo, parameter(kind))).run("lamp.light", {"it": given})

    value: Any = answer.result(1)
    assert value == {"it": taken}
    assert type(value["it"]) is type(taken)


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (str, 1),
        (int, "1"),
        (int, True),
        (float, True),
        (bool, 1),
        (list, "ab"),
        (list, [1]),
        (str, None),
    ],
)
def test_an_argument_of_another_kind_is_refused(kind: type, given: object) -> None:
    answer = table(command(echo, parameter(kind))).run("lamp.light", {"it": given})

    with pytest.raises(UsageError, match="'it' is"):
        answer.result(1)


def test_a_missing_argument_is_named() -> None:
    answer = table(command(echo, parameter(str))).run("lamp.light", {})

    with pytest.raises(UsageError, match="needs 'it'"):
        answer.result(1)


def test_an_unknown_argument_is_named_with_those_there_are() -> None:
    answer = table(command(echo, parameter(str))).run("lamp.light", {"that": 1})

    with pytest.raises(UsageError, match="takes it, not 'that'"):
        answer.result(1)


def test_an_optional_argument_has_its_default() -> None:
    optional = parameter(int, required=False, default=5)

    answer = table(command(echo, optional)).run("lamp.light", {})

    assert answer.result(1) == {"it": 5}


def test_a_snapshot_keeps_what_was_there() -> None:
    commands = table()
    before = commands.snapshot()

    commands.add(command(echo))

    assert not before
    assert list(commands.snapshot()) == ["lamp.light"]
