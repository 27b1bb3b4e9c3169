"""Runs of which there are files, read without any instance."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from functools import lru_cache, partial
from typing import Any, Final

from typing_extensions import override

from brummer.app.search import Question, Watched
from brummer.cli.remote import Remote, Row
from brummer.config.load import survey
from brummer.config.paths import places
from brummer.control.protocol import plain
from brummer.core.aside import settle
from brummer.core.clock import SystemClock
from brummer.errors import UsageError
from brummer.logs.condition import Condition
from brummer.logs.expression import Known, parse
from brummer.logs.history import place
from brummer.logs.history.run import Run
from brummer.logs.search import Scope, Search
from brummer.model.process import ProcessId

#: Stands for the newest run that is over.
LAST: Final = "last"

#: Names that are remembered.
_NAMES: Final = 10_000


def runs(remote: Remote) -> list[Run]:
    """Return the runs of the project, the oldest first."""
    root = places(os.environ).project(remote.folder) / place.HISTORY
    return [Run(folder) for folder in place.runs(root)]


def chosen(remote: Remote) -> list[Run]:
    """Return the runs that the options mean, the newest first.

    :raises UsageError: if there is none.
    """
    kept, options = runs(remote), remote.options
    if not options.run:
        return kept[::-1]
    return [_named_run(kept, options.run)]


def _named_run(kept: Sequence[Run], wanted: str) -> Run:
    """Return the run whose name begins as *wanted*, or the last that is over."""
    if wanted == LAST:
        found = [run for run in kept if not run.row().is_running][-1:]
    else:
        found = [run for run in kept if run.id.startswith(wanted)]
    if len(found) == 1:
        return found[0]
    problem = f"{len(found)} runs begin with" if found else "there is no run"
    raise UsageError(f"{problem} {wanted!r}; brumctl runs lists them")


class Names(Mapping[str, str]):
    """What the processes of *run* were called, looked up when somebody asks.

    Threads: the main thread only.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._of = lru_cache(_NAMES)(self._looked_up)

    def _looked_up(self, process: str) -> str:
        return str(self._run.about(ProcessId(process)).get("name", ""))

    @override
    def __getitem__(self, process: str) -> str:
        return self._of(process)

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._run.processes())

    @override
    def __len__(self) -> int:
        return len(self._run.processes())


def named(run: Run, wanted: str) -> ProcessId | None:
    """Return the process of that id, or the last of that name; ``None`` for all.

    :raises UsageError: if *run* has none.
    """
    if not wanted:
        return None
    found = _last(run, wanted)
    if found is None:
        there = ", ".join(Names(run)) or "none"
        raise UsageError(f"no process {wanted!r} in that run; there are: {there}")
    return found


def _last(run: Run, wanted: str) -> ProcessId | None:
    """Return the process of that id, or the last of that name, if there is one."""
    names = Names(run)
    found = [process for process in names if wanted in {process, names[process]}]
    # Not by their ids: web-10 came after web-9.
    return ProcessId(max(found, key=partial(_created, run))) if found else None


def _created(run: Run, process: str) -> float:
    created = run.about(ProcessId(process)).get("created")
    return float(created) if isinstance(created, int | float) else 0.0


def _wanted(run: Run, names: Sequence[str], *, every: bool) -> list[ProcessId]:
    """Return the processes of such *names*; *every* one has to be there.

    :raises UsageError: if it is not.
    """
    if every:
        found = [named(run, name) for name in names]
    else:
        found = [_last(run, name) for name in names]
    return [process for process in found if process is not None]


def window(run: Run) -> Callable[[int, int, str], Sequence[Row]]:
    """Return what reads lines of a process of *run*."""

    def read(first: int, count: int, process: str) -> Sequence[Row]:
        return rows(run.window(first, count, ProcessId(process)))

    return read


def rows(values: object) -> Sequence[Row]:
    """Return a list of the model's values as an instance would send it."""
    found = plain(values)
    assert isinstance(found, list), "made of a list"
    return found


def reader(remote: Remote, run: Run) -> Callable[[str], Condition]:
    """Return what makes conditions of filters for lines of *run*.

    Saved ones are those of the folder.
    """
    filters = survey(remote.folder, environment=os.environ).settings.filters
    known = Known(filters=filters, kept=run.found)
    return lambda text: parse(text, known)


def sought(remote: Remote, run: Run, question: Mapping[str, Any]) -> Iterator[Row]:
    """Yield what a search in *run* finds, a slice at a time.

    *question* has the parameters of ``logs.search``.  Of all runs, one that has no
    such process has nothing to be found.

    :raises UsageError: if there is no such process in the one run that was chosen.
    """
    asked = Question(**question)
    names = [name for name in asked.processes if name]
    processes = _wanted(run, names, every=not remote.options.all_runs)
    if names and not processes:
        return
    scope = Scope(
        blocks=run.newest_first({}, processes),
        total=lambda: run.count({}, processes),
        processes=processes,
    )
    search = Search(
        scope,
        asked.condition(processes, reader(remote, run)),
        hits=asked.limit,
        clock=SystemClock(),
    )
    watched, slices = Watched(search, 0), _Slices()
    search.start(slices.add, _nothing)
    while slices.run():
        yield watched.take()
    while (part := watched.take())["entries"]:
        yield part


class _Slices:
    """Runs what is to be run aside when it is asked to: there is nobody else.

    Threads: one.
    """

    def __init__(self) -> None:
        self._waiting: list[tuple[Callable[[], None], Future[None]]] = []

    def add(self, function: Callable[[], None]) -> Future[None]:
        """Keep *function* for later."""
        done: Future[None] = Future()
        self._waiting.append((function, done))
        return done

    def run(self) -> bool:
        """Run what waits; return whether there was anything."""
        if not self._waiting:
            return False
        function, done = self._waiting.pop()
        settle(done, function)
        return True


def _nothing() -> None:
    """Hear that there is more."""
