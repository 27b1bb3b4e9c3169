"""The command that looks for lines in the log."""

from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Final, TypeAlias

from brummer.app.answer import mapped
from brummer.app.commands import find_process
from brummer.core.clock import Clock
from brummer.core.pattern import CASES, Pattern
from brummer.core.registry import Registry
from brummer.errors import UsageError
from brummer.logs.block import newest_first
from brummer.logs.condition import All, Condition, HasText, IsBetween, IsFrom
from brummer.logs.history.archive import Archive
from brummer.logs.search import Aside, Hit, Search, SearchProgress
from brummer.logs.store import LogStore
from brummer.logs.view import LogSnapshot
from brummer.model.command import Command, Parameter
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
    """What is looked for, as the command's parameters say it."""

    text: str
    regex: bool = False
    case: str = "smart"
    processes: Sequence[str] = ()
    streams: Sequence[str] = ()
    since: float = 0.0
    until: float = 0.0
    limit: int = 100
    context: int = 0

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

    def condition(self, processes: Collection[ProcessId]) -> Condition:
        """Return what a line must be, which is from one of *processes*, if any.

        :raises UsageError: if a part of the question makes no sense.
        """
        return All((IsFrom(processes, self.sources), self.time, HasText(self.pattern)))


@dataclass(frozen=True, slots=True)
class SearchCommand:
    """``logs.search``: the newest lines that have a text, in memory and in files.

    Threads: any; the search itself runs on bus workers, a slice at a time.
    """

    store: LogStore
    registry: Registry
    aside: Aside
    clock: Clock
    archive: Archive

    def table(self) -> Iterator[Command]:
        """Yield the command."""
        yield Command(
            name="logs.search",
            title="search the log",
            run=self._run,
            parameters=(
                Parameter(name="text", description="what a line has"),
                _option("regex", "whether that is a regular expression", default=False),
                _option("case", f"capitals: {', '.join(CASES)}", default="smart"),
                _option("processes", "ids or names; all if empty", default=()),
                _option("streams", f"{', '.join(Stream)}; all if empty", default=()),
                _option("since", "seconds since the epoch", default=0.0),
                _option("until", "seconds since the epoch; 0 is now", default=0.0),
                _option("limit", "how many lines to return", default=100),
                _option("context", "how many lines around each", default=0),
            ),
        )

    def _run(self, **parameters: object) -> Future[object]:
        """Begin a search; the future has what it found."""
        make: Callable[..., Question] = Question
        question = make(**parameters)
        known = self.registry.snapshot()
        processes = tuple(find_process(known, name).id for name in question.processes)
        snapshot = self.store.snapshot()
        blocks = chain(
            newest_first(snapshot, processes), self.archive.older(snapshot, processes)
        )
        search = Search(
            blocks,
            question.condition(processes),
            total=snapshot.view().extent.end,
            hits=max(0, min(question.limit, MAX_HITS)),
            clock=self.clock,
        )
        search.start(self.aside, lambda: None)
        around = max(0, min(question.context, MAX_CONTEXT))
        window = partial(self._window, snapshot)
        return mapped(search.ended, lambda found: answered(found, window, around))

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
        "scanned": found.scanned,
        "hits": hits,
    }


def _context(
    hit: Hit, window: Window, around: int
) -> tuple[tuple[LogEntry, ...], LogEntry, tuple[LogEntry, ...]]:
    """Return the lines before a hit, the hit, and those after it, in its log."""
    process = ProcessId(hit.process)
    entry = LogEntry(hit.number, process, hit.stream, hit.time, hit.data[:LINE])
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
