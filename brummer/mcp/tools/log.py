"""Tools that read and search logs."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from brummer.core.instance import Instance
from brummer.core.pulse import Pulse
from brummer.mcp import schema
from brummer.mcp.moment import since as moment
from brummer.mcp.size import ENVELOPE, MOST, ROOM, size
from brummer.mcp.table import Row
from brummer.mcp.tools.adapt import MOST as MOST_SECONDS
from brummer.mcp.tools.adapt import as_text, both, following, renamed
from brummer.mcp.tools.file import Files
from brummer.mcp.tools.process import Processes
from brummer.mcp.tools.shown import framed, grouped, line_of, row_of, row_of_equal
from brummer.mcp.tools.waiting import check
from brummer.mcp.turns import Turns
from brummer.model.log import LogEntry
from brummer.model.tool import Answer, Call, Tool, answer

#: Lines, and hits, that are looked for unless more are wanted, and at most.
_LINES: Final = 100
_HITS: Final = 20
_MOST: Final = 10_000

#: Seconds for which is looked for lines, however rare those are that are wanted.
_LOOK: Final = 3.0

#: Seconds for which is searched, the newest first: files may hold years.
_SEARCH: Final = 10.0

_LEVELS: Final = ("all", "error", "warn", "info")

_PROCESS: Final = schema.text("process id such as web-2, or script; all if empty", "")
_LEVEL: Final = schema.text("only lines of this level or worse", "all", choices=_LEVELS)
_FILTER: Final = schema.text(
    'expression such as: level>=warn "time out" -process:web since:10m /re(gex)/', ""
)


class Page(NamedTuple):
    """Lines of a log, and how to go on: *after* them, or where the *rest* is."""

    entries: Sequence[LogEntry]
    after: int
    #: Whether there may be more that were not looked at.
    is_cut: bool = False
    #: Whether there will be none after them.
    is_over: bool = False


class _Searched(NamedTuple):
    """What a search found, the newest first, and how that is told."""

    hits: Sequence[Mapping[str, Any]]
    told: Answer


@dataclass(frozen=True, slots=True)
class LogTools:
    """Tools around logs.

    Threads: the server's loop; commands read on workers.
    """

    instance: Instance
    processes: Processes
    pulse: Pulse
    files: Files
    searches: Turns[_Searched] = field(default_factory=Turns)

    def table(self) -> Iterator[Tool]:
        """Yield the tools."""
        yield self._streaming()
        yield self._searching()

    def _streaming(self) -> Tool:
        return Tool(
            name="logs_stream",
            title="Read a log",
            description=(
                "Read the newest lines of a log, or with cursor those that came since,"
                " and wait for some with wait_s. Equal lines are one with a count. For"
                " errors prefer errors_list."
            ),
            run=self.stream,
            parameters=schema.arguments(
                process=_PROCESS,
                level=_LEVEL,
                filter=_FILTER,
                limit=schema.whole(
                    f"lines; more than {_LINES} make a longer answer",
                    _LINES,
                    least=1,
                    most=_MOST,
                ),
                cursor=schema.whole("go on where an answer ended; 0 for the newest", 0),
                wait_s=schema.whole(
                    "seconds to wait for new lines", 0, most=MOST_SECONDS
                ),
                **self.files.argument(),
            ),
            result=schema.open_result(
                lines=schema.items("number, time, process, text, count"),
                cursor={"type": "integer"},
                left_out={"type": "integer"},
            ),
            effect=self.files.effect,
            group="core",
            adapt=both(renamed(processId="process", name="process"), following),
        )

    def _searching(self) -> Tool:
        return Tool(
            name="logs_search",
            title="Search the logs",
            description=(
                "Search what processes printed, in memory and in files, the newest"
                " first: a text (capitals count if there are some) or a regular"
                " expression. Answers with how many there are and context lines."
            ),
            run=self.search,
            parameters=schema.arguments(
                query=schema.text("what a line has to hold"),
                regex=schema.flag("query is a regular expression (RE2)", default=False),
                level=_LEVEL,
                process=_PROCESS,
                since=schema.text(
                    "only lines read after: 10m, 14:30, ISO time or epoch", ""
                ),
                limit=schema.whole(
                    f"hits; more than {_HITS} make a longer answer",
                    _HITS,
                    least=1,
                    most=_MOST,
                ),
                context=schema.whole("lines around each hit", 0, most=20),
                **self.files.argument(),
            ),
            result=schema.open_result(
                hits=schema.items("number, time, process, text"),
                count={"type": "integer"},
                left_out={"type": "integer"},
            ),
            effect=self.files.effect,
            group="core",
            brief=True,
            adapt=both(renamed(processId="process", pattern="query"), as_text("since")),
        )

    async def stream(
        self, call: Call, process: str, *, limit: int, cursor: int, **more: Any
    ) -> Answer:
        """Return lines, the newest or those from a cursor on."""
        if process:
            process = self.processes.find(process).id
        filters = [text for text in (more["filter"], _level(more["level"])) if text]
        began = self.pulse.time()
        while True:
            # The state first: what has ended prints nothing after it.
            is_over = bool(process) and self.processes.state(process).is_finished
            page = await self._page(filters, process, limit, cursor)
            page = page._replace(is_over=is_over and not page.is_cut)
            left = more["wait_s"] - (self.pulse.time() - began)
            if page.entries or page.is_over or left <= 0 or call.is_cancelled:
                break
            check(self.pulse)
            cursor = page.after
            if not page.is_cut:
                await self.pulse.next(left)
        if path := more.get("output_file"):
            return await self._into_file(path, page.entries)
        return _told(page, process, MOST if limit > _LINES else ROOM)

    async def _page(
        self, filters: Sequence[str], process: str, limit: int, cursor: int
    ) -> Page:
        """Return lines, as many as are wanted or were found in some seconds."""
        look = self._newer if cursor else self._newest
        return await look(filters, process, limit, cursor)

    async def _newer(
        self, filters: Sequence[str], process: str, limit: int, first: int
    ) -> Page:
        """Return whole lines from number *first* on."""
        found: list[LogEntry] = []
        began = self.pulse.time()
        while True:
            done = await self._run(
                "logs.filter", filters=filters, process=process, first=first
            )
            whole = [entry for entry in done["entries"] if not entry.partial]
            found += whole[: limit - len(found)]
            # A line that has no end yet is read when it has one.
            unfinished = [e.number for e in done["entries"] if e.partial]
            after = min([done["next"], *unfinished])
            if len(found) == limit:
                return Page(found, found[-1].number + 1)
            if after <= first or unfinished:
                return Page(found, max(after, first))
            if self.pulse.time() - began > _LOOK:
                return Page(found, after, is_cut=True)
            first = after

    async def _newest(
        self, filters: Sequence[str], process: str, limit: int, _: int
    ) -> Page:
        """Return the last lines."""
        found: list[LogEntry] = []
        began = self.pulse.time()
        stop = end = 0
        while True:
            done = await self._run(
                "logs.last",
                filters=filters,
                process=process,
                stop=stop,
                lines=limit - len(found),
            )
            end = end or done["end"]
            found = [*done["entries"], *found]
            stop = done["next"]
            if len(found) >= limit or stop <= done["first"]:
                return Page(found, end)
            if self.pulse.time() - began > _LOOK:
                return Page(found, end, is_cut=True)

    async def _run(self, command: str, **arguments: object) -> Any:
        return await asyncio.wrap_future(self.instance.run(command, **arguments))

    async def _into_file(self, path: str, entries: Sequence[LogEntry]) -> Answer:
        lines = (line_of(row_of(entry)) for entry in entries)
        return await self.files.write(path, map(row_of, entries), lines)

    async def search(
        self, _: Call, query: str, *, process: str, limit: int, **more: Any
    ) -> Answer:
        """Return the newest lines that hold something."""
        if process:
            self.processes.find(process)
        level = _level(more["level"])
        question = {
            "text": query,
            "regex": more["regex"],
            "filters": (level,) if level else (),
            "processes": (process,) if process else (),
            "since": moment(more["since"], self.processes.clock.now()),
            "limit": limit,
            "context": more["context"],
            "seconds": _SEARCH,
        }
        room = MOST if limit > _HITS else ROOM

        async def look() -> _Searched:
            found = await self._run("logs.search", **question)
            # All who have asked get the same, which takes longer to write than to find.
            told = replace(_hits(found, process, room), shared=True)
            return _Searched(found["hits"], told)

        found = await self.searches.ask(tuple(question.values()), look)
        if path := more.get("output_file"):
            # A file is read from its beginning, as a log is.
            hits = [hit["entry"] for hit in reversed(found.hits)]
            return await self._into_file(path, hits)
        return found.told


def _level(level: str) -> str:
    return "" if level == "all" else f"level>={level}"


def _without_process(row: Row, process: str) -> Row:
    """Return a line without who printed it, where only one was asked for."""
    if not process:
        return row
    return {name: value for name, value in row.items() if name != "process"}


def _told(page: Page, process: str, room: int) -> Answer:
    """Return lines as an answer: the newest that fit."""
    # There may be ten thousand, of which some are shown: only those are made ready.
    groups = grouped(page.entries)
    rows: list[Row] = []
    lines: list[str] = []
    room -= ENVELOPE
    for equal in reversed(groups):
        row = _without_process(row_of_equal(equal), process)
        line = line_of(row)
        room -= size(row) + size(line)
        if room < 0 and rows:
            break
        rows.insert(0, row)
        lines.insert(0, line)
    left = len(groups) - len(rows)
    said = []
    if left:
        first = groups[0][0].number
        said.append(
            f"... {left} older lines are left out: logs_stream cursor={first}, a"
            " filter or output_file has them"
        )
    whose = process or "processes"
    none = (
        f"no lines, and none to come: {process} ended" if page.is_over else "no lines"
    )
    said += framed(lines, whose) if lines else [none]
    if page.is_cut:
        said.append(f"not all was looked at in {_LOOK:.0f} s; call again to go on")
    said.append(f"cursor: {page.after}")
    return answer(
        "\n".join(said),
        {"lines": rows, "cursor": page.after, "left_out": left},
    )


def _hits(found: Mapping[str, Any], process: str, room: int) -> Answer:
    """Return what a search found, as much as fits."""
    rows: list[Row] = []
    lines: list[str] = []
    room -= ENVELOPE
    for hit in found["hits"]:
        row = _without_process(row_of(hit["entry"]), process)
        around = (*hit["before"], hit["entry"], *hit["after"])
        block = [line_of(_without_process(row_of(e), process)) for e in around]
        taken = size(row) + sum(map(size, block))
        if taken > room and not rows:
            # Long lines around the first hit would be all that there is.
            block = [line_of(row)]
            taken = size(row) + size(block[0])
        room -= taken
        if room < 0 and rows:
            break
        rows.append(row)
        lines += [*block, *(["--"] if len(block) > 1 else [])]
    left = found["count"] - len(rows)
    head = f"{found['count']} lines in {found['scanned']} looked at"
    if left:
        head += (
            f"; these are the newest {len(rows)}, a narrower query, a limit or"
            " output_file has others"
        )
    if found["problem"]:
        head += f"; stopped: {found['problem']}"
    said = framed(lines, process or "processes") if lines else []
    return answer(
        "\n".join([head, *said]),
        {"hits": rows, "count": found["count"], "left_out": left},
    )
