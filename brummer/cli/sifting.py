"""Reading a log of a running instance through filters."""

import argparse
from collections.abc import Iterator, Sequence

from brummer.cli.remote import Remote, Row
from brummer.core.pattern import Pattern
from brummer.logs.condition import HasText, IsBetween
from brummer.logs.spelling import spelled


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
            answer = self._asked("logs.filter", first=first, stop=stop)
            yield answer["entries"]
            self.next = max(self.next, answer["next"])
            if answer["next"] <= first:
                return
            first = answer["next"]

    def newest(self, count: int) -> Sequence[Row]:
        """Return the last *count* lines that come through, however far back."""
        found: list[Row] = []
        stop = 0
        while True:
            answer = self._asked("logs.last", stop=stop, lines=count - len(found))
            found[:0] = answer["entries"]
            self.next = max(self.next, answer["end"])
            stop = answer["next"]
            if len(found) >= count or stop <= answer["first"]:
                return found

    def _asked(self, command: str, **arguments: object) -> Row:
        return self._remote.run(
            command, filters=self._filters, process=self._process, **arguments
        )
