"""What ``brumctl search`` found, as it prints it."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from brummer.cli.line import LinePrinter
from brummer.cli.remote import Remote, Row, say
from brummer.core.pattern import CASES, Pattern

#: Returns up to so many lines of a process from a number on.
Window = Callable[[int, int, str], Sequence[Row]]


@dataclass(frozen=True, slots=True)
class Log:
    """Where something was found.

    *names* are what its processes are called by their ids, *window* reads lines
    around.  *run* is blank for the instance that runs.
    """

    names: Mapping[str, str]
    window: Window
    run: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A line that was found."""

    log: Log
    entry: Row


def pattern(remote: Remote) -> Pattern | None:
    """Return what stands out in the lines, if a text was looked for.

    :raises UsageError: if that is no pattern.
    """
    options = remote.options
    if not options.text:
        return None
    return Pattern(options.text, is_regex=options.regex, case=CASES[options.case])


def show(remote: Remote, hits: Sequence[Hit]) -> None:
    """Print *hits*, the newest first, with the newest last."""
    for log, found in groupby(reversed(hits), key=attrgetter("log")):
        if remote.options.json:
            _show_json(log, found, remote.options.context)
        else:
            _show_lines(remote, log, found)


def _show_json(log: Log, hits: Iterator[Hit], around: int) -> None:
    for hit in hits:
        row = dict(hit.entry)
        if around:
            before, _, after = _context(hit, around)
            row |= {"before": before, "after": after}
        if log.run:
            row["run"] = log.run
        say(json.dumps(row))


def _show_lines(remote: Remote, log: Log, hits: Iterator[Hit]) -> None:
    options = remote.options
    printer = LinePrinter(
        remote,
        merged=len(options.process) != 1,
        pattern=pattern(remote),
        names=log.names,
    )
    if options.all_runs:
        say(f"== {log.run}")
    if not options.context:
        printer.print([hit.entry for hit in hits])
        return
    for number, group in enumerate(_groups(hits, options.context)):
        if number:
            say("--")
        printer.print(group)


def _groups(hits: Iterator[Hit], around: int) -> Iterator[list[Row]]:
    """Yield the hits with the lines around them; what overlaps is one group."""
    group: list[Row] = []
    for hit in hits:
        before, entry, after = _context(hit, around)
        lines = [*before, entry, *after]
        if group and _goes_on(group[-1], lines[0]):
            last = group[-1]["number"]
            group += [line for line in lines if line["number"] > last]
            continue
        if group:
            yield group
        group = lines
    if group:
        yield group


def _goes_on(last: Row, line: Row) -> bool:
    """Whether *line* follows *last* in the same log, or was there already."""
    is_same = bool(last["process"] == line["process"])
    return is_same and int(line["number"]) <= int(last["number"]) + 1


def _context(hit: Hit, around: int) -> tuple[list[Row], Row, list[Row]]:
    """Return the lines before a hit, the hit, and those after it, in its log."""
    number, process = hit.entry["number"], hit.entry["process"]
    first = max(number - around, 0)
    found = hit.log.window(first, number + around + 1 - first, process)
    before = [line for line in found if line["number"] < number]
    after = [line for line in found if 0 < line["number"] - number <= around]
    return before, hit.entry, after
