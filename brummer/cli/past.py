"""``brumctl runs``, ``history`` and ``logs`` of what has left memory."""

import argparse
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, NamedTuple

from brummer.app.search import Question, answered
from brummer.cli.export import Printer, printing
from brummer.cli.remote import Remote, Row
from brummer.cli.sifting import expressions
from brummer.cli.table import table
from brummer.config.load import survey
from brummer.config.paths import places
from brummer.control.client import ControlClient
from brummer.control.protocol import plain
from brummer.core.amount import duration, memory
from brummer.core.aside import settle
from brummer.core.clock import SystemClock
from brummer.core.pattern import Pattern
from brummer.errors import UsageError
from brummer.logs.block import of_segments
from brummer.logs.condition import All, Condition
from brummer.logs.expression import Known, parse
from brummer.logs.history import place
from brummer.logs.history.run import Run, RunRow, size
from brummer.logs.history.upkeep import clear
from brummer.logs.search import Search
from brummer.model.log import LogExtent, LogWindow, Segment, Stream
from brummer.model.process import ProcessId

#: Lines read at once.
_PAGE: Final = 2_000

#: The extent of a window of which nobody asks it.
_SOME: Final = LogExtent(0, 0, 0)

#: Stands for the newest run that is over.
LAST: Final = "last"


def _root(remote: Remote) -> Path:
    """Return the folder of the project's history."""
    return places(os.environ).project(remote.folder) / place.HISTORY


def _runs(remote: Remote) -> list[Run]:
    return [Run(folder) for folder in place.runs(_root(remote))]


def runs(remote: Remote) -> int:
    """List the runs of which files are kept, the newest last."""
    rows = [run.row() for run in _runs(remote)]
    head = ("RUN", "STARTED", "TOOK", "PROCESSES", "SIZE")
    remote.show(
        [asdict(row) for row in rows],
        lambda: (
            table(head, map(_cells, rows)) if rows else "nothing is kept of this folder"
        ),
    )
    return 0


def _cells(row: RunRow) -> tuple[str, ...]:
    started = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(row.started))
    took = "killed" if row.ended is None else duration(row.ended - row.started)
    return (
        row.id,
        started,
        "running" if row.is_running else took,
        str(row.processes),
        memory(row.size),
    )


def history(remote: Remote) -> int:
    """Say where the history is, and how large; or remove it."""
    root = _root(remote)
    if remote.options.action == "clear":
        _clear(remote, root)
    found: Row = {
        "folder": str(root),
        "runs": len(place.runs(root)),
        "size": size(root),
    }
    remote.show(found, lambda: f"{root}: {found['runs']} runs, {memory(found['size'])}")
    return 0


def _clear(remote: Remote, root: Path) -> None:
    """Remove what is over, and let running instances remove what is complete."""
    clear(root)
    for record in remote.directory.living(remote.folder):
        with ControlClient(record) as client:
            client.run("history.clear", {}, timeout=None)


def is_needed(options: argparse.Namespace, extent: Row) -> bool:
    """Whether so many lines were asked for that they begin before *extent*.

    That is what memory has.
    """
    first = extent["first"]
    if options.follow or not (options.lines and first):
        return False
    return bool(extent["end"] - options.lines < first)


class _Log(NamedTuple):
    """A log that goes back into files: which lines it has, and who they are from.

    *rows* returns some lines from a number on, none if there are no more.
    """

    first: int
    end: int
    names: Mapping[str, str]
    rows: Callable[[int], Sequence[Row]]


def logs(remote: Remote) -> int:
    """Print what was printed, from files as well."""
    options = remote.options
    log = _kept(remote) if options.run else _live(remote)
    condition = _condition(remote)
    merged = not options.process
    pattern = Pattern(options.grep) if options.grep else None
    with printing(remote, merged=merged, pattern=pattern, names=log.names) as printer:
        _print(log, condition, printer, options.lines)
    return 0


def _print(
    log: _Log, condition: Condition, printer: Printer, lines: int | None
) -> None:
    """Print what comes through, of which only the last *lines* if that is said."""
    if lines is not None:
        printer.print(_newest(log, condition, max(0, lines)))
        return
    for rows in _pages(log, log.first, log.end):
        printer.print(_through(condition, rows))


def _condition(remote: Remote) -> Condition:
    """Return what the options ask for.

    Saved filters are those of the folder; what was found is known to the running
    instance alone, so nothing here is a finding.

    :raises ExpressionError: if a filter says nothing.
    """
    filters = survey(remote.folder, environment=os.environ).settings.filters
    known = Known(filters=filters)
    return All(tuple(parse(text, known) for text in expressions(remote.options)))


def _pages(log: _Log, first: int, stop: int) -> Iterator[Sequence[Row]]:
    """Yield the lines from number *first* to before *stop*."""
    while first < stop and (rows := log.rows(first)):
        yield [row for row in rows if row["number"] < stop]
        first = rows[-1]["number"] + 1


def _newest(log: _Log, condition: Condition, count: int) -> Sequence[Row]:
    """Return the last *count* lines that come through."""
    found: list[Row] = []
    stop = log.end
    while stop > log.first and len(found) < count:
        begin = max(log.first, stop - max(count, _PAGE))
        found[:0] = [
            row
            for rows in _pages(log, begin, stop)
            for row in _through(condition, rows)
        ]
        stop = begin
    return found[max(len(found) - count, 0) :]


def _through(condition: Condition, rows: Sequence[Row]) -> Sequence[Row]:
    """Return those of *rows* of which *condition* is true."""
    if not rows:
        return rows
    block = of_segments((row["number"], _segment(row)) for row in rows)
    return [rows[at] for at in condition.select(block, block.every)]


def _segment(row: Row) -> Segment:
    data: bytes = row["data"].encode("utf-8", "surrogateescape") + b"\n"
    return Segment(
        ProcessId(row["process"]), Stream(row["stream"]), row["time"], data, 1
    )


def _live(remote: Remote) -> _Log:
    """Return the log of the running instance."""
    name = remote.options.process
    params = {"process": remote.find(name)["id"] if name else None}
    extent = remote.row("log_history", {**params, "first": 0, "count": 0})["extent"]

    def rows(first: int) -> Sequence[Row]:
        wanted = {**params, "first": first, "count": _PAGE}
        found: Sequence[Row] = remote.row("log_history", wanted)["entries"]
        return found

    names = {row["id"]: row["name"] for row in remote.rows("processes")}
    return _Log(extent["first"], extent["end"], names, rows)


def _kept(remote: Remote) -> _Log:
    """Return the log of a run, which needs no instance.

    :raises UsageError: if there is no such run or process.
    """
    run = _chosen(_runs(remote), remote.options.run)
    if remote.options.follow:
        raise UsageError("--follow is for what runs, --run for what ran")
    known = _known(run)
    process = _named(known, remote.options.process)
    first, end = run.extent(process)

    def rows(at: int) -> Sequence[Row]:
        found = plain(run.window(at, _PAGE, process))
        assert isinstance(found, list), "made of a list"
        return found

    return _Log(first, end, {str(each): name for each, name in known.items()}, rows)


def _known(run: Run) -> dict[ProcessId, str]:
    """Return who printed something in *run*, and what each was called."""
    return {each: str(run.about(each).get("name", "")) for each in run.processes()}


def names(remote: Remote) -> Mapping[str, str]:
    """Return what the processes of the chosen run were called, by their ids."""
    known = _known(_chosen(_runs(remote), remote.options.run))
    return {str(each): name for each, name in known.items()}


def search(remote: Remote, **question: Any) -> Row:
    """Return what the command ``logs.search`` would, of an earlier run.

    :raises UsageError: if there is no such run or process.
    """
    asked = Question(**question)
    run = _chosen(_runs(remote), remote.options.run)
    known = _known(run)
    processes = [each for name in asked.processes if (each := _named(known, name))]
    looking = Search(
        run.newest_first({}, processes),
        asked.condition(processes),
        total=run.extent()[1],
        hits=asked.limit,
        clock=SystemClock(),
    )
    looking.start(_here, _nothing)

    def window(first: int, count: int, process: ProcessId) -> LogWindow:
        return LogWindow(_SOME, tuple(run.window(first, count, process)))

    found = plain(answered(looking.ended.result(), window, asked.context))
    assert isinstance(found, dict), "made of one"
    return found


def _here(function: Callable[[], None]) -> Future[None]:
    """Run *function*, as there is nobody else to do it."""
    done: Future[None] = Future()
    settle(done, function)
    return done


def _nothing() -> None:
    """Hear that there is more."""


def _chosen(kept: Sequence[Run], wanted: str) -> Run:
    """Return the run whose name begins as *wanted*, or the last that is over."""
    if wanted == LAST:
        found = [run for run in kept if not run.row().is_running][-1:]
    else:
        found = [run for run in kept if run.id.startswith(wanted)]
    if len(found) == 1:
        return found[0]
    problem = f"{len(found)} runs begin with" if found else "there is no run"
    raise UsageError(f"{problem} {wanted!r}; brumctl runs lists them")


def _named(known: Mapping[ProcessId, str], wanted: str) -> ProcessId | None:
    """Return the process of that id, or the last of that name; ``None`` for all."""
    if not wanted:
        return None
    found = [process for process, name in known.items() if wanted in {process, name}]
    if not found:
        there = ", ".join(known) or "none"
        raise UsageError(f"no process {wanted!r} in that run; there are: {there}")
    return found[-1]
