"""Reading a log of a running instance through filters."""

import argparse
from collections.abc import Iterator, Sequence
from typing import Final

from brummer.cli.remote import Remote, Row
from brummer.core.pattern import Pattern
from brummer.logs.condition import HasText, IsBetween
from brummer.logs.spelling import spelled

#: Lines to go back at once in search of the newest that come through.
_STRIDE: Final = 20_000


def expressions(options: argparse.Namespace) -> list[str]:
    """Return what the options of ``brumctl logs`` ask for, as expressions."""
    found: list[str] = [*options.filter]
    if options.level:
        found.append(f"level>={options.level}")
    if options.grep:
        found.append(spelled(HasText(Pattern(options.grep))))
    if options.since is not None:
        found.append(spelled(IsBetween(since=options.since)))
    if options.until is not None:
        found.append(spelled(IsBetween(until=options.until)))
    return found


class Sifting:
    """Asks an instance for the lines of a log that come through *filters*.

    *process* is an id, empty for all of them.  :attr:`next` is the number after the
    last line that was looked at.
    """

    def __init__(self, remote: Remote, process: str, filters: Sequence[str]) -> None:
        self._remote = remote
        self._process = process
        self._filters = filters
        self.next = 0

    def lines(self, first: int, stop: int) -> Iterator[Sequence[Row]]:
        """Yield what comes through from line *first* to before *stop*."""
        while first < stop:
            answer = self._remote.run(
                "logs.filter",
                filters=self._filters,
                process=self._process,
                first=first,
                lines=stop - first,
            )
            yield answer["entries"]
            self.next = max(self.next, answer["next"])
            if answer["next"] <= first:
                return
            first = answer["next"]

    def newest(self, first: int, stop: int, count: int) -> Sequence[Row]:
        """Return the last *count* that come through from *first* to before *stop*."""
        found: list[Row] = []
        while first < stop and len(found) < count:
            begin = max(first, stop - _STRIDE)
            found[:0] = [row for rows in self.lines(begin, stop) for row in rows]
            stop = begin
        return found[len(found) - min(count, len(found)) :]
