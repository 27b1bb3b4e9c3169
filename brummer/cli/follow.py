"""``brumctl logs`` and ``brumctl wait``: reading a log, and waiting on one."""

from collections.abc import Iterator
from typing import Final

from brummer.cli import past
from brummer.cli.line import LinePrinter
from brummer.cli.remote import Remote, Row, ending_told, say_aside
from brummer.cli.sifting import Sifting, expressions
from brummer.core.pattern import Pattern
from brummer.logs.ansi import strip

#: Lines asked for at once.
_PAGE: Final = 2_000

#: ``brumctl wait`` answers with this when time is up, as timeout(1) does.
_TIMED_OUT: Final = 124


def logs(remote: Remote) -> int:
    """Print what processes printed, and with ``-f`` what they go on to print."""
    options = remote.options
    if options.run or options.history:
        return past.logs(remote)
    process = remote.find(options.process)["id"] if options.process else None
    filters = expressions(options)
    printer = LinePrinter(
        remote,
        merged=process is None,
        pattern=Pattern(options.grep) if options.grep else None,
    )
    extent = remote.row("log_extent", {"process": process})
    if not filters and past.is_needed(options, extent):
        return past.logs(remote)
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
    return 0


def _print_sifted(
    sifting: Sifting, printer: LinePrinter, extent: Row, lines: int | None
) -> int:
    """Print the lines that come through; return the number to go on with."""
    first: int = extent["first"]
    end: int = extent["end"]
    if lines is not None:
        printer.print(sifting.newest(first, end, max(0, lines)))
        return max(first, sifting.next)
    for rows in sifting.lines(first, end):
        printer.print(rows)
    return max(first, sifting.next)


def _follow(remote: Remote, printer: LinePrinter, params: Row) -> None:
    """Print what comes, until the process or the instance ends."""
    for part in remote.client.stream("follow", params):
        assert isinstance(part, dict)
        if part["skipped"]:
            say_aside(f"{part['skipped']} lines were dropped before they were read")
        printer.print(part["entries"])
    if process := params["process"]:
        rows = {row["id"]: row for row in remote.rows("processes")}
        told = f": {_ending(rows[process])}" if process in rows else ""
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


def wait(remote: Remote) -> int:
    """Wait until a process is ready, has ended, or printed something.

    Returns 0, the exit code of a process that ended, or 124 when time is up.
    """
    options = remote.options
    process = remote.find(options.process)["id"]
    answer = remote.client.ask(
        "wait",
        {
            "process": process,
            "condition": options.condition,
            "pattern": options.pattern,
            "timeout": options.timeout,
        },
        timeout=None,
    )
    if not isinstance(answer, dict):
        say_aside(f"{process}: not {options.condition} after {options.timeout} s")
        return _TIMED_OUT
    remote.show(answer, lambda: _outcome(answer))
    if not answer["reached"]:
        say_aside(f"{process} ended first: {_outcome(answer)}")
        return int(answer["state"]["exit_code"] or 1)
    return int(answer["state"]["exit_code"] or 0) if options.condition == "exit" else 0


def _outcome(answer: Row) -> str:
    """Return in a line how waiting ended."""
    if answer["url"]:
        return str(answer["url"])
    if answer["entry"]:
        data: bytes = answer["entry"]["data"].encode("utf-8", "surrogateescape")
        return strip(data).decode("utf-8", "replace")
    return _ending(answer["state"])


def _ending(state: Row) -> str:
    """Return in a few words how a process ended."""
    code = state["exit_code"]
    return str(state["status"]) + ("" if code is None else f" {code}")
