"""Tests of when a headless program leaves, and with which code."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from brummer.app.headless import ExitOn, Verdict
from brummer.model.process import ProcessId, ProcessState, ProcessStatus
from brummer.model.script import ScriptId

RUNNING = (ProcessStatus.RUNNING, None)
STOPPED = (ProcessStatus.STOPPED, 143)
UNSTARTED = (ProcessStatus.FAILED, None)


def done(code: int) -> tuple[ProcessStatus, int]:
    return (ProcessStatus.FAILED if code else ProcessStatus.SUCCESS, code)


def table(
    *rows: tuple[ProcessStatus, int | None], replaces: int | None = None
) -> Mapping[ProcessId, ProcessState]:
    """Return processes; the last one takes the place of number *replaces*."""
    states = {}
    for number, (status, code) in enumerate(rows):
        is_last = number == len(rows) - 1
        states[ProcessId(f"p-{number}")] = ProcessState(
            id=ProcessId(f"p-{number}"),
            name="p",
            script=ScriptId("node:p"),
            command="p",
            folder=Path(),
            status=status,
            exit_code=code,
            replaces=ProcessId(f"p-{replaces}")
            if is_last and replaces is not None
            else None,
        )
    return states


@pytest.mark.parametrize("exit_on", ExitOn)
def test_nothing_is_due_while_nothing_was_started(exit_on: ExitOn) -> None:
    assert not Verdict(exit_on).is_due({})


def test_without_a_wish_it_goes_on_for_ever() -> None:
    assert not Verdict(ExitOn.NEVER).is_due(table(done(0), done(1)))


@pytest.mark.parametrize(
    ("exit_on", "rows", "code"),
    [
        (ExitOn.DONE, [done(0), done(0)], 0),
        (ExitOn.DONE, [done(0), done(3), done(1)], 3),
        (ExitOn.DONE, [done(0), STOPPED], 0),
        (ExitOn.DONE, [done(0), UNSTARTED], 1),
        (ExitOn.FIRST, [RUNNING, done(0)], 0),
        (ExitOn.FIRST, [RUNNING, done(7)], 7),
        (ExitOn.FAILURE, [RUNNING, done(5)], 5),
        (ExitOn.FAILURE, [done(0), done(0)], 0),
    ],
)
def test_the_code_is_the_worst_of_those_that_count(
    exit_on: ExitOn, rows: list[tuple[ProcessStatus, int | None]], code: int
) -> None:
    verdict = Verdict(exit_on)

    assert verdict.is_due(table(*rows))
    assert verdict.code == code


@pytest.mark.parametrize(
    ("exit_on", "rows"),
    [
        (ExitOn.DONE, [RUNNING, done(1)]),
        (ExitOn.FIRST, [RUNNING, RUNNING]),
        (ExitOn.FAILURE, [RUNNING, done(0)]),
    ],
)
def test_it_goes_on_until_then(
    exit_on: ExitOn, rows: list[tuple[ProcessStatus, int | None]]
) -> None:
    assert not Verdict(exit_on).is_due(table(*rows))


@pytest.mark.parametrize("exit_on", [ExitOn.DONE, ExitOn.FIRST, ExitOn.FAILURE])
def test_a_process_that_is_restarted_has_not_ended(exit_on: ExitOn) -> None:
    assert not Verdict(exit_on).is_due(table(done(1), RUNNING, replaces=0))


def test_what_is_stopped_because_of_the_verdict_does_not_change_it() -> None:
    verdict = Verdict(ExitOn.FIRST)
    assert verdict.is_due(table(RUNNING, done(0)))

    assert verdict.is_due(table(done(9), done(0)))
    assert verdict.code == 0
