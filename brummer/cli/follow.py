"""``brumctl logs``: reading a log, and what comes."""

from collections.abc import Iterator
from typing import Final

from brummer.cli import past
from brummer.cli.export import Printer, printing
from brummer.cli.remote import Remote, Row, ending, ending_told, say_aside
from brummer.cli.sifting import Sifting, expressions
from brummer.core.pattern import Pattern

#: Lines asked for at once.
_PAGE: Final = 2_000


def logs(remote: Remote) -> int:
    """Print what processes printed, and with ``-f`` what they go on to print."""
    options = remote.options
    if options.run or options.history:
        return past.logs(remote)
    process = remote.find(options.process)["id"] if options.process else None
    filters = expressions(options)
    extent = remote.row("log_extent", {"process": process})
    if not filters and past.is_needed(options, extent):
        return past.logs(remote)
    pattern = Pattern(options.grep) if options.grep else None
    with printing(remote, merged=process is None, pattern=pattern) as printer:
        _print(remote, printer, process, extent)
    return 0


def _print(remote: Remote, printer: Printer, process: str | None, extent: Row) -> None:
    """Print what there is in *extent*, and with ``-f`` what comes."""
    options = remote.options
    filters = expressions(options)
    if filters:
        sifting = Sifting(remote, process or "", filters)
        first = _print_sifted(sifting, printer, extent, options.lines)
    else:
        first = _first(extent, options.lines)
    if options.follow:
        with ending_told(remote):
            _follow(
                remote,
                printer,
                {"process": process, "first": first, "filters": filters},
            )
    elif not filters:
        for page in _pages(remote, process, first, extent["end"]):
            printer.print(page)


def _print_sifted(
    sifting: Sifting, printer: Printer, extent: Row, lines: int | None
) -> int:
    """Print the lines that come through; return the number to go on with."""
    first: int = extent["first"]
    end: int = extent["end"]
    if lines is not None:
        printer.print(sifting.newest(max(0, lines)))
        return max(first, sifting.next)
    for rows in sifting.lines(first, end):
        printer.print(rows)
    return max(first, sifting.next)


def _follow(remote: Remote, printer: Printer, params: Row) -> None:
    """Print what comes, until the process or the instance ends."""
    for part in remote.client.stream("follow", params):
        assert isinstance(part, dict)
        if part["skipped"]:
            say_aside(f"{part['skipped']} lines were dropped before they were read")
        printer.print(part["entries"])
    if process := params["process"]:
        rows = {row["id"]: row for row in remote.rows("processes")}
        told = f": {ending(rows[process])}" if process in rows else ""
        say_aside(f"{process} ended{told}")
    else:
        say_aside(f"{remote.record.id} ended")


def _first(extent: Row, lines: int | None) -> int:
    """Return the number of the first line to print of the last *lines*."""
    first: int = extent["first"]
    return first if lines is None else max(first, extent["end"] - max(0, lines))


def _pages(
    remote: Remote, process: str | None, first: int, end: int
) -> Iterator[list[Row]]:
    """Yield the lines from *first* to *end*, and the unfinished one after them."""
    while True:
        params = {"process": process, "first": first, "count": _PAGE}
        entries = remote.row("log_window", params)["entries"]
        yield entries
        if not entries or entries[-1]["number"] >= end - 1:
            return
        first = entries[-1]["number"] + 1
