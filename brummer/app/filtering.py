"""The command that reads a log through a filter."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from brummer.app.commands import find_process
from brummer.config.load import Loaded
from brummer.config.source import Problem
from brummer.config.text import dotted
from brummer.core.registry import Registry
from brummer.errors import UsageError
from brummer.logs.store import LogStore
from brummer.model.command import Command, CommandThread, Parameter
from brummer.model.finding import Finding
from brummer.model.log import LogEntry

# The expressions and all that knows the forms of lines are imported when somebody
# filters: each start would pay for them.

#: Lines that are looked at for one answer, bytes of lines in it, and what is sent of
#: each besides its text; the first line always fits.
MAX_LINES: Final = 5_000
MAX_BYTES: Final = 4 * 1024 * 1024
ENVELOPE: Final = 100
#: So much of a line is worth sending.
LINE: Final = 16 * 1024


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


@dataclass(frozen=True, slots=True)
class FilterCommand:
    """``logs.filter``: a stretch of a log, without the lines that are not wanted.

    *filters* are the saved ones.

    Threads: any; the command runs on a bus worker, and looks at few enough lines to
    be done in a moment.
    """

    store: LogStore
    registry: Registry
    filters: Mapping[str, str]
    findings: Callable[[], Iterable[Finding]]

    def table(self) -> Iterator[Command]:
        """Yield the command."""
        yield Command(
            name="logs.filter",
            title="read a log through a filter",
            run=self._run,
            parameters=(
                Parameter(
                    name="filters",
                    description="expressions; a line has to be like all of them",
                    kind=list,
                ),
                _option("process", "its id or name; all if empty", ""),
                _option("first", "the number of the line to begin with", 0),
                _option("lines", "how many to look at", MAX_LINES),
            ),
            thread=CommandThread.BUS,
        )

    def _run(
        self,
        filters: Sequence[str],
        process: str = "",
        first: int = 0,
        lines: int = MAX_LINES,
    ) -> object:
        """Return the lines that come through, and where to go on.

        :raises UsageError: if a filter or a number is none.
        """
        from brummer.logs.condition import All
        from brummer.logs.expression import Known, parse
        from brummer.logs.sieve import Sieve

        if first < 0 or lines < 0:
            raise UsageError("'first' and 'lines' are whole numbers from 0")
        known = Known(filters=self.filters, findings=self.findings)
        condition = All(tuple(parse(text, known) for text in filters))
        processes = self.registry.snapshot()
        of = find_process(processes, process).id if process else None
        sifted = Sieve(condition, of).sift(
            self.store.snapshot(), first, min(lines, MAX_LINES)
        )
        entries = list(_fitting(sifted.entries))
        is_all = len(entries) == len(sifted.entries)
        return {
            "first": sifted.extent.first,
            "entries": entries,
            "next": sifted.next if is_all else entries[-1].number + 1,
        }


def _option(name: str, about: str, default: object) -> Parameter:
    return Parameter(
        name=name,
        description=about,
        kind=type(default),
        required=False,
        default=default,
    )


def _fitting(entries: Iterable[LogEntry]) -> Iterator[LogEntry]:
    """Yield the first of *entries* that fit into one answer, cut if need be."""
    size = 0
    for entry in entries:
        short = entry._replace(data=entry.data[:LINE])
        size += len(short.data) + ENVELOPE
        if size > MAX_BYTES:
            return
        yield short
