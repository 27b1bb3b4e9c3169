"""What came of a process that has ended."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from brummer.core.instance import Instance
from brummer.mcp.moment import ago
from brummer.mcp.size import size
from brummer.mcp.table import Row, cells, cut, one_line, taken_in
from brummer.mcp.tools.finding import place_of, row_id
from brummer.mcp.tools.shown import framed, text_of
from brummer.model.finding import Finding, FindingKind
from brummer.model.log import Stream
from brummer.model.process import ProcessState

#: Errors, and bytes of each, of a test and of a last line.
_ERRORS: Final = 5
_LONGEST: Final = 200

#: Last lines that are shown: of a process that failed, and of one that did well.
_LINES: Final = {True: 20, False: 5}

#: Lines of ours that may be among them.
_NOTES: Final = 10

#: Lines that are looked at for them: equal ones that follow each other are one.
_LOOK: Final = 200

#: Bytes of the words around all that.
_WORDS: Final = 150

#: Parts of the room that tests and errors may take.
_SHARE: Final = 0.3


def outcome(
    instance: Instance, state: ProcessState, room: int
) -> tuple[list[str], Row]:
    """Return what came of a process, for agents and for programs.

    That is what the tests came to, the first errors with their places, and the last
    lines; together they take *room* bytes at most.
    """
    own = [f for f in instance.findings() if f.process == state.id]
    errors = sorted(
        (f for f in own if f.kind is FindingKind.ERROR and not f.resolved),
        key=lambda finding: finding.line,
    )
    # All of it is told twice, and some words stand around it.
    room = room // 2 - _WORDS
    tests = taken_in(_tests(own), int(room * _SHARE))
    told = taken_in(map(_error, errors[:_ERRORS]), int(room * _SHARE))
    room -= sum(map(size, (*tests, *told)))
    last = _last(instance, state, _LINES[state.exit_code != 0], room)
    lines = [*tests, *_errors(told, len(errors), state)]
    if last:
        lines += framed(last, f"{state.id}, its last lines")
    return lines, {"tests": tests, "errors": told, "last_lines": last}


def headline(state: ProcessState, now: float) -> str:
    """Return how a process ended, in a line."""
    code = "" if state.exit_code is None else f", exit code {state.exit_code}"
    took = f", after {ago(state.duration(now))}" if state.started else ""
    why = f": {cut(state.explained(now), _LONGEST)}" if state.reason else ""
    return f"{state.id} ended: {state.status.value}{code}{took}{why}"


def _tests(own: Sequence[Finding]) -> Iterator[str]:
    """Yield what tests came to, and those that failed."""
    for run in own:
        if run.kind is FindingKind.TEST:
            yield f"tests: {cut(run.title, _LONGEST)}"
            names = run.details.get("tests", "").split("\n")
            yield from (f"failed: {cut(name, _LONGEST)}" for name in names if name)


def _errors(told: Sequence[str], count: int, state: ProcessState) -> Iterator[str]:
    if count:
        yield "errors (errors_get error=ID shows one in full):"
    yield from (f"  {line}" for line in told)
    if more := count - len(told):
        yield f"  ... {more} more: errors_list process={state.id}"


def _error(finding: Finding) -> str:
    times = f"x{finding.count}" if finding.count > 1 else ""
    title = cut(one_line(finding.title), _LONGEST)
    return cells(row_id(finding), place_of(finding), title) + f"  {times}".rstrip()


def _last(instance: Instance, state: ProcessState, most: int, room: int) -> list[str]:
    """Return the last lines of a process, as many as there is room for.

    What we say of it ourselves is none, and comes before them.
    """
    end = instance.log_extent(state.id).end
    count = _LOOK + _NOTES
    window = instance.log_window(max(0, end - count), count, state.id)
    printed = [entry for entry in window.entries if entry.stream is not Stream.NOTE]
    shown = [
        f"{text_of(data, _LONGEST)}  (x{count})"
        if (count := len(list(equal))) > 1
        else text_of(data, _LONGEST)
        for data, equal in groupby(entry.data for entry in printed)
    ]
    return taken_in(shown[: -most - 1 : -1], room)[::-1]
