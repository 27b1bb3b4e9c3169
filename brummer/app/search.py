"""The command that looks for lines in the log, and searches that are watched."""

import math
import weakref
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeAlias

from brummer.app.answer import mapped
from brummer.app.commands import find_process
from brummer.app.recall import Recall, Sought
from brummer.core.clock import Clock
from brummer.core.commands import checked
from brummer.core.pattern import CASES, Pattern
from brummer.core.registry import Registry
from brummer.errors import UsageError
from brummer.logs.condition import All, Condition, HasText, IsBetween, IsFrom
from brummer.logs.history.archive import Archive
from brummer.logs.search import (
    Aside,
    Hit,
    Search,
    SearchProgress,
    SearchState,
)
from brummer.logs.store import LogStore
from brummer.logs.view import LogSnapshot
from brummer.model.command import Command, CommandThread, Parameter
from brummer.model.finding import Finding
from brummer.model.log import LogEntry, LogWindow, Stream
from brummer.model.process import ProcessId

#: Returns up to so many lines of a process from a number on.
Window: TypeAlias = Callable[[int, int, ProcessId], LogWindow]

#: Bytes of lines in one answer, and what is sent of each besides its text; the first
#: hit always fits.
MAX_BYTES: Final = 4 * 1024 * 1024
ENVELOPE: Final = 100
#: Hits that one answer may have, and lines around each.
MAX_HITS: Final = 10_000
MAX_CONTEXT: Final = 100
#: So much of a line is worth sending.
LINE: Final = 16 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is looked for, as the command's parameters say it.

    A line has to have the *text*, unless that is empty, and to be like all *filters*.
    """

    text: str = ""
    filters: Sequence[str] = ()
    regex: bool = False
    case: str = "smart"
    processes: Sequence[str] = ()
    streams: Sequence[str] = ()
    since: float = 0.0
    until: float = 0.0
    limit: int = 100
    context: int = 0
    seconds: float = 0.0

    @property
    def pattern(self) -> Pattern:
        """What a line must have.

        :raises UsageError: if that is no pattern.
        """
        if self.case not in CASES:
            raise UsageError(f"'case' is one of {', '.join(CASES)}, not {self.case!r}")
        return Pattern(self.text, is_regex=self.regex, case=CASES[self.case])

    @property
    def sources(self) -> tuple[Stream, ...]:
        """The streams that count.

        :raises UsageError: if one of the names is none.
        """
        try:
            return tuple(Stream(name) for name in self.streams) or tuple(Stream)
        except ValueError as error:
            raise UsageError(f"{error}; there are {', '.join(Stream)}") from None

    @property
    def time(self) -> IsBetween:
        """When a line must have been read."""
        return IsBetween(self.since, self.until or float("inf"))

    def condition(
        self, processes: Collection[ProcessId], parse: Callable[[str], Condition]
    ) -> Condition:
        """Return what a line must be, which is from one of *processes*, if any.

        *parse* makes conditions of filters.

        :raises UsageError: if a part of the question makes no sense.
        """
        texts = (HasText(self.pattern),) if self.text else ()
        return All(
            (
                IsFrom(processes, self.sources),
                self.time,
                *texts,
                *map(parse, self.filters),
            )
        )


class Watched:
    """A search of which somebody takes what it finds, piece by piece.

    Implements :class:`~brummer.core.looking.Looking`.

    Threads: :meth:`take` belongs to one thread, whichever; :meth:`cancel` is safe
    from any.
    """

    def __init__(self, search: Search, end: int) -> None:
        """Watch *search*, which sees nothing from line *end* of all on."""
        self._search = search
        self._end = end
        self._taken = 0

    def take(self) -> Mapping[str, object]:
        """Return the hits since the last time, as many as fit, and how it stands."""
        found = self._search.progress
        entries = list(_fitting(found.hits[self._taken :]))
        self._taken += len(entries)
        is_all = self._taken == len(found.hits)
        return {
            "state": found.state if is_all else SearchState.RUNNING,
            "problem": found.problem,
            "count": found.count,
            "counts": found.counts,
            "scanned": found.scanned,
            "total": found.total,
            "end": self._end,
            "entries": entries,
        }

    def cancel(self) -> None:
        """Look no further."""
        self._search.cancel()


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchCommand:
    """``logs.search``: the newest lines that have a text, in memory and in files.

    *filters* are the saved ones, *findings* returns what was found so far, and *recall*
    knows what the same search found before.

    Threads: any; the search itself runs on bus workers, a slice at a time.
    """

    store: LogStore
    registry: Registry
    aside: Aside
    clock: Clock
    archive: Archive
    filters: Mapping[str, str]
    findings: Callable[[], Iterable[Finding]]
    recall: Recall

    def table(self) -> Iterator[Command]:
        """Yield the command."""
        yield Command(
            name="logs.search",
            title="search the log",
            run=self._run,
            parameters=(
                _option("text", "what a line has, if anything", default=""),
                _option("filters", "expressions; a line is like all", default=()),
                _option("regex", "whether that is a regular expression", default=False),
                _option("case", f"capitals: {', '.join(CASES)}", default="smart"),
                _option("processes", "ids or names; all if empty", default=()),
                _option("streams", f"{', '.join(Stream)}; all if empty", default=()),
                _option("since", "seconds since the epoch", default=0.0),
                _option("until", "seconds since the epoch; 0 is now", default=0.0),
                _option("limit", "how many lines to return", default=100),
                _option("context", "how many lines around each", default=0),
                _option("seconds", "how long to look; 0: to the end", default=0.0),
            ),
            thread=CommandThread.BUS,
            cancellable=True,
        )

    def _run(self, **parameters: object) -> Future[object]:
        """Begin a search; the future has what it found."""
        make: Callable[..., Question] = Question
        question = make(**parameters)
        snapshot = self.store.snapshot()
        search = self._search(question, snapshot)
        search.start(self.aside, lambda: None)
        around = max(0, min(question.context, MAX_CONTEXT))
        window = partial(self._window, snapshot)
        answer = mapped(search.ended, lambda found: answered(found, window, around))

        def call_off(done: Future[object]) -> None:
            if done.cancelled():
                search.cancel()

        answer.add_done_callback(call_off)
        return answer

    def begin(
        self, changed: Callable[[], object], arguments: Mapping[str, object]
    ) -> Watched:
        """Begin a search that is watched; *changed* is called when there is more.

        It takes the command's arguments, but for the lines around each.

        :raises UsageError: if one of *arguments* is wrong.
        """
        (command,) = self.table()
        make: Callable[..., Question] = Question
        question = make(**checked(command, arguments))
        snapshot = self.store.snapshot()
        search = self._search(question, snapshot)
        search.start(self.aside, changed)
        return Watched(search, snapshot.view().whole)

    def _search(self, question: Question, snapshot: LogSnapshot) -> Search:
        known = self.registry.snapshot()
        processes = tuple(find_process(known, name).id for name in question.processes)
        sought = Sought(
            condition=question.condition(processes, self._parse),
            processes=processes,
            hits=max(0, min(question.limit, MAX_HITS)),
            snapshot=snapshot,
        )
        search = Search(
            self.recall.scope(sought),
            sought.condition,
            hits=sought.hits,
            patience=question.seconds or math.inf,
            clock=self.clock,
        )
        # Not the search itself: it would hold the log until Python looks for garbage.
        made = weakref.ref(search)

        def keep(_: Future[SearchProgress]) -> None:
            if (ended := made()) is not None:
                self.recall.keep(sought, ended.settled)

        search.ended.add_done_callback(keep)
        return search

    def _parse(self, text: str) -> Condition:
        # What knows the forms of lines is imported when somebody looks for some.
        from brummer.logs.expression import Known, parse

        return parse(
            text,
            Known(
                filters=self.filters,
                findings=self.findings,
                kept=self.archive.found,
            ),
        )

    def _window(
        self, snapshot: LogSnapshot, first: int, count: int, process: ProcessId
    ) -> LogWindow:
        """Return some lines, from files only where they have to be."""
        view = snapshot.view(process)
        if first < view.extent.first:
            return self.archive.window(first, count, process)
        return view.window(first, count)


def _option(name: str, about: str, *, default: object) -> Parameter:
    """Return a parameter that may be left out, of the kind of its *default*."""
    kind = list if isinstance(default, tuple) else type(default)
    return Parameter(
        name=name, description=about, kind=kind, required=False, default=default
    )


def _fitting(hits: Iterable[Hit]) -> Iterator[LogEntry]:
    """Yield the first of *hits* that fit into one answer, cut if need be."""
    size = 0
    for place, hit in enumerate(hits):
        entry = _entry(hit)
        size += ENVELOPE + len(entry.data)
        if place and size > MAX_BYTES:
            return
        yield entry


def _entry(hit: Hit) -> LogEntry:
    return LogEntry(hit.number, hit.process, hit.stream, hit.time, hit.data[:LINE])


def answered(found: SearchProgress, window: Window, around: int) -> object:
    """Return what a search found, with *around* lines before and after each hit."""
    hits: list[object] = []
    size = 0
    for hit in found.hits:
        before, entry, after = _context(hit, window, around)
        size += sum(ENVELOPE + len(line.data) for line in (*before, entry, *after))
        if hits and size > MAX_BYTES:
            break
        hits.append({"entry": entry, "before": before, "after": after})
    return {
        "state": found.state,
        "problem": found.problem,
        "count": found.count,
        "counts": found.counts,
        "scanned": found.scanned,
        "total": found.total,
        "hits": hits,
    }


def _context(
    hit: Hit, window: Window, around: int
) -> tuple[tuple[LogEntry, ...], LogEntry, tuple[LogEntry, ...]]:
    """Return the lines before a hit, the hit, and those after it, in its log."""
    process, entry = hit.process, _entry(hit)
    if not around:
        return (), entry, ()
    first = max(hit.number - around, 0)
    found = window(first, hit.number + around + 1 - first, process).entries
    lines = [line._replace(data=line.data[:LINE]) for line in found]
    return (
        tuple(line for line in lines if line.number < hit.number),
        entry,
        tuple(line for line in lines if 0 < line.number - hit.number <= around),
    )
