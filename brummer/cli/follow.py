"""``brumctl logs``: reading a log, and what comes."""

from collections.abc import Iterator, Sequence
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
    if options.run:
        return past.logs(remote)
    process = remote.find(options.process)["id"] if options.process else None
    filters = expressions(options)
    pattern = Pattern(options.grep) if options.grep else None
    with printing(remote, merged=process is None, pattern=pattern) as printer:
        if filters:
            first = _print_sifted(remote, printer, process, filters)
        else:
            first = _print_all(remote, printer, process)
        if options.follow:
            params = {"process": process, "first": first, "filters": filters}
            with ending_told(remote):
                follow(remote, printer, params)
    return 0


def _print_sifted(
    remote: Remote, printer: Printer, process: str | None, filters: list[str]
) -> int:
    """Print the lines that come through; return the number to go on with."""
    options = remote.options
    sifting = Sifting(remote, process or "", filters)
    if options.lines is not None:
        printer.print(sifting.newest(max(0, options.lines)))
        return sifting.next
    extent = remote.row("log_extent", {"process": process})
    # A time says itself how far back one wants to see.
    is_older = options.history or options.since is not None
    for rows in sifting.lines(0 if is_older else extent["first"], extent["end"]):
        printer.print(rows)
    return max(int(extent["first"]), sifting.next)


def _print_all(remote: Remote, printer: Printer, process: str | None) -> int:
    """Print lines, in files as well if there are some wanted of these.

    Returns the number to go on with.
    """
    options = remote.options
    extent = remote.row("log_extent", {"process": process})
    first, end = extent["first"], extent["end"]
    wanted = 0 if options.history else first
    if options.lines is not None:
        wanted = max(0, end - max(0, options.lines))
    if options.follow and wanted >= first:
        # That prints what there is as well.
        return int(wanted)
    method = "log_window" if wanted >= first else "log_history"
    for page in _pages(remote, method, {"process": process, "first": wanted}, end):
        # What has no end yet comes again when it has one.
        rows = [row for row in page if not (options.follow and row["partial"])]
        printer.print(rows)
        wanted = rows[-1]["number"] + 1 if rows else wanted
    return int(wanted)


def follow(remote: Remote, printer: Printer, params: Row) -> None:
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


def _pages(
    remote: Remote, method: str, params: Row, end: int
) -> Iterator[Sequence[Row]]:
    """Yield the lines up to number *end*, and the unfinished one after them."""
    first = params["first"]
    while True:
        entries = remote.row(method, {**params, "first": first, "count": _PAGE})[
            "entries"
        ]
        yield entries
        if not entries or entries[-1]["number"] >= end - 1:
            return
        first = entries[-1]["number"] + 1
