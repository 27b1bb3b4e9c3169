"""Some lines of a log, as many as fit."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Final, NamedTuple
from urllib.parse import quote

from brummer.core.instance import Log
from brummer.logs.ansi import strip
from brummer.mcp.resources.size import BESIDE, MOST, cut
from brummer.model.log import LogEntry
from brummer.model.process import ProcessId

#: Characters of one line; and bytes, before it is decoded.
LINE: Final = 2_000
_BYTES: Final = 4 * LINE

#: Lines that are read at once: of a log that is long, no more than are shown.
_PAGE: Final = 100

#: How the log of all processes is called, where one has its id.
ALL: Final = "all"


class Extract(NamedTuple):
    """Lines of a log, which are those from *first* to before *end*."""

    lines: tuple[str, ...]
    first: int
    end: int


def printed(entry: LogEntry) -> str:
    """Return a line as text, the last state of one that was written over."""
    shown = entry.data.rstrip(b"\r").rpartition(b"\r")[2]
    text = strip(shown[:_BYTES]).decode(errors="replace")
    if len(shown) > _BYTES:
        return f"{text[:LINE]} ... a line of {len(shown):,} bytes"
    return cut(text, LINE)


def row(entry: LogEntry) -> str:
    """Return a line with its number, time and process before it.

    So nothing that a process prints can pass for a line of ours.
    """
    moment = time.strftime("%H:%M:%S", time.localtime(entry.time))
    return f"{entry.number} {moment} {entry.process}| {printed(entry)}"


def place(process: str, first: int | None = None, stop: int | None = None) -> str:
    """Return the address of some lines: those before *stop*, the last if no *first*."""
    parts = (("from", first), ("to", stop))
    query = "&".join(f"{name}={value}" for name, value in parts if value is not None)
    name = quote(process, safe="", errors="replace")
    return f"logs://{name}" + (f"?{query}" if query else "")


async def from_on(
    log: Log,
    process: ProcessId | None,
    first: int,
    stop: int,
    room: int = MOST - BESIDE,
) -> Extract:
    """Return lines from *first* to before *stop*, the first that fit."""
    lines: list[str] = []
    begin, end = first, first
    async for entry in _ahead(log, process, first, stop):
        text = row(entry)
        room -= len(text) + 1
        if room < 0:
            break
        begin = begin if lines else entry.number
        end = entry.number + 1
        lines.append(text)
    return Extract(tuple(lines), begin, end)


async def newest(
    log: Log, process: ProcessId | None, stop: int, room: int = MOST - BESIDE
) -> Extract:
    """Return the lines before *stop*, the last that fit."""
    lines: list[str] = []
    begin = end = stop
    async for entry in _back(log, process, stop):
        text = row(entry)
        room -= len(text) + 1
        if room < 0:
            break
        end = end if lines else entry.number + 1
        begin = entry.number
        lines.append(text)
    return Extract(tuple(reversed(lines)), begin, end)


async def _ahead(
    log: Log, process: ProcessId | None, first: int, stop: int
) -> AsyncIterator[LogEntry]:
    """Yield lines from *first* to before *stop*."""
    at = first
    while at < stop:
        page = await _page(log, process, at, min(_PAGE, stop - at))
        for entry in page:
            if entry.number >= stop:
                return
            yield entry
        if not page:
            return
        at = page[-1].number + 1


async def _back(
    log: Log, process: ProcessId | None, stop: int
) -> AsyncIterator[LogEntry]:
    """Yield the lines before *stop*, the last one first."""
    at = stop
    while at > 0:
        begin = max(at - _PAGE, 0)
        # Where there is nothing that old, we are shown what is newer.
        page = [
            e for e in await _page(log, process, begin, at - begin) if e.number < at
        ]
        for entry in reversed(page):
            yield entry
        if not page:
            return
        at = page[0].number


async def _page(
    log: Log, process: ProcessId | None, first: int, count: int
) -> tuple[LogEntry, ...]:
    """Return lines from memory, or also from files if there are none that old."""
    if first >= log.log_extent(process).first:
        return log.log_window(first, count, process).entries
    read = log.log_history(first, count, process)
    return (await asyncio.wrap_future(read)).entries
