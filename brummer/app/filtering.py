"""The command that reads a log through a filter."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from brummer.app.commands import find_process
from brummer.config.load import Loaded
from brummer.config.source import Problem
from brummer.config.text import dotted
from brummer.core.clock import Clock
from brummer.core.registry import Registry
from brummer.errors import UsageError
from brummer.logs.condition import All
from brummer.logs.history.archive import Archive
from brummer.logs.sieve import Sieve
from brummer.model.command import Command, CommandThread, Parameter
from brummer.model.finding import Finding
from brummer.model.log import LogEntry

# The expressions and all that knows the forms of lines are imported when somebody
# filters: each start would pay for them.

#: Lines in one answer, bytes of them, and what is sent of each besides its text; the
#: first line always fits.
MAX_LINES: Final = 5_000
MAX_BYTES: Final = 4 * 1024 * 1024
ENVELOPE: Final = 100

#: Seconds in which an answer is looked for; then what was found is returned, and
#: whoever wants more asks again.  So nobody is looked for who has gone.
SLICE: Final = 0.03


def filter_problems(loaded: Loaded) -> Iterator[Problem]:
    """Yield what is wrong with the saved filters, and where they were set."""
    filters = loaded.settings.filters
    if not filters:
        return
    from brummer.logs.expression import Known, parse

    for name, text in filters.items():
        key = dotted(("filters", name))
        others = {other: text for other, text in filters.items() if other != name}
        try:
            parse(text, Known(filters=others))
        except UsageError as error:
            yield Problem(loaded.origins[key], f"{key}: {error}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterCommands:
    """``logs.filter`` and ``logs.last``: a log without the lines that are not wanted.

    *filters* are the saved ones.

    Threads: any; the commands run on bus workers, each for a moment.
    """

    archive: Archive
    registry: Registry
    filters: Mapping[str, str]
    findings: Callable[[], Iterable[Finding]]
    clock: Clock

    def table(self) -> Iterator[Command]:
        """Yield the commands."""
        filters = Parameter(
            name="filters",
            description="expressions; a line has to be like all of them",
            kind=list,
        )
        process = _option("process", "its id or name; all if empty", "")
        yield Command(
            name="logs.filter",
            title="read a log through a filter",
            run=self._filter,
            parameters=(
                filters,
                process,
                _option("first", "the number of the line to begin with", 0),
                _option("stop", "that of the line to stop before; 0 for the end", 0),
            ),
            thread=CommandThread.BUS,
        )
        yield Command(
            name="logs.last",
            title="read the end of a log through a filter",
            run=self._last,
            parameters=(
                filters,
                process,
                _option("stop", "the number of the line to begin before; 0 for all", 0),
                _option("lines", "how many to return", 100),
            ),
            thread=CommandThread.BUS,
        )

    def _filter(
        self, filters: Sequence[str], process: str = "", first: int = 0, stop: int = 0
    ) -> object:
        """Return the next lines that come through, and where to go on.

        :raises UsageError: if a filter or a number is none.
        """
        _check(first=first, stop=stop)
        sieve = self._sieve(filters, process)
        oldest, end = self.archive.recent(sieve.process)
        if first < oldest or not end:
            # Only now, as it may mean a look at many files.
            oldest, end = self.archive.extent(sieve.process)
        first = max(first, oldest)
        found = sieve.oldest(
            first, min(stop or end, end), MAX_LINES, self._a_while().goes_on
        )
        entries = list(_fitting(found.entries))
        is_all = len(entries) == len(found.entries)
        return {
            "first": oldest,
            "entries": entries,
            "next": found.next if is_all else entries[-1].number + 1,
        }

    def _last(
        self, filters: Sequence[str], process: str = "", stop: int = 0, lines: int = 100
    ) -> object:
        """Return the last lines that come through, and where to go on before them.

        :raises UsageError: if a filter or a number is none.
        """
        _check(stop=stop, lines=lines)
        sieve = self._sieve(filters, process)
        oldest, end = self.archive.extent(sieve.process)
        found = sieve.newest(
            oldest,
            min(stop or end, end),
            min(lines, MAX_LINES),
            self._a_while().goes_on,
        )
        newest = list(_fitting(reversed(found.entries)))
        is_all = len(newest) == len(found.entries)
        return {
            "first": oldest,
            "end": end,
            "entries": newest[::-1],
            "next": found.next if is_all else newest[-1].number,
        }

    def _sieve(self, filters: Sequence[str], process: str) -> Sieve:
        from brummer.logs.expression import Known, parse

        known = Known(
            filters=self.filters,
            findings=self.findings,
            kept=self.archive.found,
        )
        condition = All(tuple(parse(text, known) for text in filters))
        processes = self.registry.snapshot()
        of = find_process(processes, process).id if process else None
        return Sieve(self.archive, condition, of)

    def _a_while(self) -> "_While":
        return _While(self.clock, self.clock.monotonic() + SLICE)


@dataclass(frozen=True, slots=True)
class _While:
    """Lasts until *end*."""

    clock: Clock
    end: float

    def goes_on(self) -> bool:
        """Whether it lasts."""
        return self.clock.monotonic() < self.end


def _check(**numbers: int) -> None:
    """Refuse what is no number of a line.

    :raises UsageError: if one is not.
    """
    for name, number in numbers.items():
        if number < 0:
            raise UsageError(f"{name!r} is a whole number from 0")


def _option(name: str, about: str, default: object) -> Parameter:
    return Parameter(
        name=name,
        description=about,
        kind=type(default),
        required=False,
        default=default,
    )


def _fitting(entries: Iterable[LogEntry]) -> Iterator[LogEntry]:
    """Yield the first of *entries* that fit into one answer.

    They are whole: who reads a log through a filter may be writing a copy of it.
    """
    size = 0
    for place, entry in enumerate(entries):
        size += len(entry.data) + ENVELOPE
        if place and size > MAX_BYTES:
            return
        yield entry
