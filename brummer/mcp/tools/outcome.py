"""What came of a process that has ended."""

from collections.abc import Iterator, Sequence
from typing import Final

from brummer.core.instance import Instance
from brummer.mcp.moment import ago
from brummer.mcp.size import size
from brummer.mcp.table import Row, cut
from brummer.mcp.tools.finding import place_of, row_id
from brummer.mcp.tools.shown import framed, text_of
from brummer.model.finding import Finding, FindingKind
from brummer.model.log import Stream
from brummer.model.process import ProcessState

#: Errors and tests that are shown, and characters of each.
_ERRORS: Final = 5
_TESTS: Final = 10
_LONGEST: Final = 200

#: Last lines that are shown, characters of one, and bytes of all: of a process that
#: failed, and of one that did well.
_LINES: Final = {True: 20, False: 5}
_LINE: Final = 300
_BYTES: Final = 1_600

#: Lines of ours that may be among them.
_NOTES: Final = 10


def outcome(instance: Instance, state: ProcessState) -> tuple[list[str], Row]:
    """Return what came of a process, for agents and for programs.

    That is what the tests came to, the first errors with their places, and the last
    lines; together they take a part of an answer.
    """
    own = [f for f in instance.findings() if f.process == state.id]
    runs = [f for f in own if f.kind is FindingKind.TEST]
    errors = sorted(
        (f for f in own if f.kind is FindingKind.ERROR and not f.resolved),
        key=lambda finding: finding.line,
    )
    is_bad = state.exit_code != 0
    last = _last(instance, state, _LINES[is_bad])
    lines = [*_tests(runs), *_errors(errors, state)]
    if last:
        lines += framed(last, f"{state.id}, its last lines")
    rows = [_error(finding) for finding in errors[:_ERRORS]]
    tests = [_test(run) for run in runs]
    return lines, {"tests": tests, "errors": rows, "last_lines": last}


def headline(state: ProcessState, now: float) -> str:
    """Return how a process ended, in a line."""
    code = "" if state.exit_code is None else f", exit code {state.exit_code}"
    took = f", after {ago(state.duration(now))}" if state.started else ""
    why = f": {cut(state.explained(now), _LINE)}" if state.reason else ""
    return f"{state.id} ended: {state.status.value}{code}{took}{why}"


def _test(run: Finding) -> Row:
    row: dict[str, object] = {"summary": cut(run.title, _LONGEST)}
    if names := _failed(run):
        row["failed"] = [cut(name, _LONGEST) for name in names[:_TESTS]]
    return row


def _tests(runs: Sequence[Finding]) -> Iterator[str]:
    for run in runs:
        yield f"tests: {cut(run.title, _LONGEST)}"
        names = _failed(run)
        yield from (f"  failed: {cut(name, _LONGEST)}" for name in names[:_TESTS])
        if len(names) > _TESTS:
            yield f"  ... and {len(names) - _TESTS} more"


def _failed(run: Finding) -> list[str]:
    """Return the names of the tests that failed."""
    return [name for name in run.details.get("tests", "").split("\n") if name]


def _errors(errors: Sequence[Finding], state: ProcessState) -> Iterator[str]:
    if errors:
        yield "errors (errors_get error=ID shows one in full):"
    for finding in errors[:_ERRORS]:
        row = _error(finding)
        times = f"  (x{finding.count})" if finding.count > 1 else ""
        yield f"  {row['id']}  {row.get('place', '-')}  {row['message']}{times}"
    if len(errors) > _ERRORS:
        more = len(errors) - _ERRORS
        yield f"  ... {more} more: errors_list process={state.id}"


def _error(finding: Finding) -> Row:
    row = {"id": row_id(finding), "message": cut(finding.title, _LONGEST)}
    return {**row, "place": cut(place_of(finding), _LONGEST)} if finding.file else row


def _last(instance: Instance, state: ProcessState, most: int) -> list[str]:
    """Return the last lines of a process, as many as there is room for.

    What we say of it ourselves is none, and comes before them.
    """
    end = instance.log_extent(state.id).end
    count = most + _NOTES
    window = instance.log_window(max(0, end - count), count, state.id)
    printed = [entry for entry in window.entries if entry.stream is not Stream.NOTE]
    kept: list[str] = []
    room = _BYTES
    for entry in reversed(printed[-most:]):
        text = text_of(entry.data, _LINE)
        room -= size(text)
        if room < 0 and kept:
            break
        kept.append(text)
    return kept[::-1]
