"""Tools that read and search logs."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from brummer.core.instance import Instance
from brummer.core.pulse import Pulse
from brummer.mcp import schema
from brummer.mcp.mark import moment
from brummer.mcp.size import ENVELOPE, MOST, ROOM, size
from brummer.mcp.table import Row
from brummer.mcp.tools.adapt import MOST as MOST_SECONDS
from brummer.mcp.tools.adapt import (
    as_text,
    both,
    following,
    into_file,
    renamed,
    without_nothing,
)
from brummer.mcp.tools.file import Files
from brummer.mcp.tools.hit import counted, hits, without_process
from brummer.mcp.tools.process import Processes
from brummer.mcp.tools.shown import framed, grouped, line_of, row_of, row_of_equal
from brummer.mcp.tools.waiting import check
from brummer.mcp.turns import Turns
from brummer.model.log import LogEntry
from brummer.model.process import ProcessId
from brummer.model.tool import Answer, Call, Text, Tool, answer

#: Lines, and hits, that are looked for unless more are wanted, and at most.
_LINES: Final = 100
_HITS: Final = 20
_MOST: Final = 10_000

#: Seconds for which is looked for lines, however rare those are that are wanted.
_LOOK: Final = 3.0

#: Seconds for which is searched, the newest first: files may hold years.
_SEARCH: Final = 10.0

#: Bytes of what is said around lines, such as where others are.
_WORDS: Final = 300

#: The cursor that stands for the newest lines.
_NEWEST: Final = -1

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
    #: Lines beyond the limit, whether they come through a filter or not.
    rest: int = 0


class _Wish(NamedTuple):
    """Which lines are wanted, how many, and from where on."""

    process: ProcessId | None
    filters: Sequence[str]
    limit: int
    #: The number of the first of them; below 0 for the newest.
    cursor: int
    #: The cursor that was asked for, if there is no such line: it is of another log.
    foreign: int | None = None

    @property
    def is_forward(self) -> bool:
        """Whether the oldest come first, not the newest."""
        return self.cursor >= 0

    @property
    def again(self) -> str:
        """The same wish once more, but for where it begins."""
        whose = f"process={self.process} " if self.process else ""
        same = "with the same filter, " if self.filters else ""
        return f"{same}logs_stream {whose}cursor="


class _Searched(NamedTuple):
    """What a search found, the newest first, and how that is told."""

    found: Mapping[str, Any]
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
                "Read the newest lines of a log, or with cursor those from there on,"
                " and wait for some with wait_s. Equal lines are one with a count. For"
                " errors prefer errors_list."
            ),
            run=self.stream,
            parameters=schema.arguments(
                process=_PROCESS,
                level=_LEVEL,
                filter=_FILTER,
                limit=schema.whole(
                    f"lines; over {_LINES} make a longer answer; {_MOST:,} in a file",
                    _LINES,
                    least=1,
                    most=_MOST,
                ),
                cursor=schema.whole(
                    "go on where an answer ended; 0 for the first line, -1 the newest",
                    _NEWEST,
                    least=_NEWEST,
                ),
                wait_s=schema.whole(
                    "seconds to wait for new lines", 0, most=MOST_SECONDS
                ),
                **self.files.argument(),
            ),
            result=schema.open_result(
                lines=schema.items("number, time, process, text, count"),
                cursor={"type": "integer"},
                process={"type": "string"},
                began_anew={"type": "boolean"},
                left_out={"type": "integer"},
            ),
            effect=self.files.effect,
            group="core",
            adapt=both(
                renamed(processId="process", name="process"),
                both(
                    without_nothing("cursor"), both(following, into_file(limit=_MOST))
                ),
            ),
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
                    f"hits; over {_HITS} make a longer answer; {_MOST:,} in a file",
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
            adapt=both(
                renamed(processId="process", pattern="query"),
                both(as_text("since"), into_file(limit=_MOST)),
            ),
        )

    async def stream(
        self, call: Call, process: str, *, limit: int, cursor: int, **more: Any
    ) -> Answer:
        """Return lines, the newest or those from a cursor on."""
        of = self.processes.find(process).id if process else None
        filters = [text for text in (more["filter"], _level(more["level"])) if text]
        wish = await self._found(_Wish(of, filters, limit, cursor))
        page = await self._awaited(call, wish, more["wait_s"])
        if path := more.get("output_file"):
            return _written(page, wish, await self._into_file(path, page.entries))
        return _told(page, wish, MOST if limit > _LINES else ROOM)

    async def _found(self, wish: _Wish) -> _Wish:
        """Return *wish*, from the beginning on if there cannot be such a line."""
        # The end itself is where each answer goes on.
        if wish.cursor <= await self._end(wish.process, wish.cursor):
            return wish
        return wish._replace(cursor=0, foreign=wish.cursor)

    async def _end(self, process: ProcessId | None, least: int) -> int:
        """Return the number of the next line of a log, which should be *least*."""
        end = self.instance.log_extent(process).end
        if least <= end:
            return end
        # Memory may have forgotten the process, of which files still have lines.
        done = await self._run("logs.last", filters=(), process=process or "", lines=1)
        return int(done["end"])

    async def _awaited(self, call: Call, wish: _Wish, seconds: float) -> Page:
        """Return lines, and wait so long for some if there are none."""
        began = self.pulse.time()
        while True:
            # The state first: what has ended prints nothing after it.
            of = wish.process
            is_over = of is not None and self.processes.state(of).is_finished
            page = await (self._newer if wish.is_forward else self._newest)(wish)
            page = page._replace(is_over=is_over and not page.is_cut)
            left = seconds - (self.pulse.time() - began)
            if page.entries or page.is_over or left <= 0 or call.is_cancelled:
                return page
            check(self.pulse)
            wish = wish._replace(cursor=page.after)
            if not page.is_cut:
                await self.pulse.next(left)

    async def _newer(self, wish: _Wish) -> Page:
        """Return whole lines from a number on."""
        found: list[LogEntry] = []
        first = wish.cursor
        began = self.pulse.time()
        while True:
            done = await self._run(
                "logs.filter",
                filters=wish.filters,
                process=wish.process or "",
                first=first,
            )
            whole = [entry for entry in done["entries"] if not entry.partial]
            found += whole[: wish.limit - len(found)]
            # A line that has no end yet is read when it has one.
            unfinished = [e.number for e in done["entries"] if e.partial]
            after = min([done["next"], *unfinished])
            if len(found) == wish.limit:
                after = found[-1].number + 1
                end = await self._end(wish.process, after)
                return Page(found, after, rest=max(0, end - after))
            if after <= first or unfinished:
                return Page(found, max(after, first))
            if self.pulse.time() - began > _LOOK:
                return Page(found, after, is_cut=True)
            first = after

    async def _newest(self, wish: _Wish) -> Page:
        """Return the last lines."""
        found: list[LogEntry] = []
        began = self.pulse.time()
        stop = end = 0
        while True:
            done = await self._run(
                "logs.last",
                filters=wish.filters,
                process=wish.process or "",
                stop=stop,
                lines=wish.limit - len(found),
            )
            end = end or done["end"]
            found = [*done["entries"], *found]
            stop = done["next"]
            is_cut = self.pulse.time() - began > _LOOK
            if is_all := len(found) >= wish.limit or stop <= done["first"]:
                is_cut = False
            if is_all or is_cut:
                rest = 0 if is_cut else max(0, stop - done["first"])
                return Page(found, end, is_cut=is_cut, rest=rest)

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
            others = f"{_narrower(limit, ',')} or output_file has"
            told = replace(hits(found, process, room, others), shared=True)
            return _Searched(found, told)

        searched = await self.searches.ask(tuple(question.values()), look)
        if path := more.get("output_file"):
            return await self._hits_into_file(path, searched.found, limit)
        return searched.told

    async def _hits_into_file(
        self, path: str, found: Mapping[str, Any], limit: int
    ) -> Answer:
        """Write what a search found; a file is read from its beginning, as a log is."""
        entries = [hit["entry"] for hit in reversed(found["hits"])]
        told = await self._into_file(path, entries)
        head, counts = counted(found, len(entries), f"{_narrower(limit, ' or')} has")
        written = told.data if isinstance(told.data, Mapping) else {}
        text = "\n".join([head, *(p.text for p in told.content if isinstance(p, Text))])
        return answer(text, {**written, **counts})


def _narrower(limit: int, between: str) -> str:
    """Return what else to ask for hits that are beyond *limit*."""
    return f"a narrower query{between} {'a limit' if limit < _MOST else 'since'}"


def _level(level: str) -> str:
    return "" if level == "all" else f"level>={level}"


def _told(page: Page, wish: _Wish, room: int) -> Answer:
    """Return lines as an answer: those that fit, the newest or the first."""
    # There may be ten thousand, of which some are shown: only those are made ready.
    groups = grouped(page.entries)
    rows, lines = _fitting(groups, wish, room - ENVELOPE - _WORDS)
    left = len(groups) - len(rows)
    after = page.after
    if left and wish.is_forward:
        after = groups[len(rows)][0].number
    said = _began_anew(wish)
    if left and not wish.is_forward:
        said.append(
            f"... {left} older lines are left out: {wish.again}{groups[0][0].number},"
            " a filter or output_file has them"
        )
    if lines:
        said += framed(lines, wish.process or "processes")
    else:
        ended = f", and none to come: {wish.process} ended" if page.is_over else ""
        said.append(f"no lines{ended}")
    if page.is_cut:
        said.append(f"not all was looked at in {_LOOK:.0f} s; call again to go on")
    if left and wish.is_forward:
        said.append(f"... {left} more lines: {wish.again}{after}")
    data = {"lines": rows, "left_out": left, **_whither(wish, after)}
    return answer("\n".join([*said, _cursor(wish, after)]), data)


def _written(page: Page, wish: _Wish, told: Answer) -> Answer:
    """Return what is told of a file, with what of the log is not in it."""
    written = told.data if isinstance(told.data, Mapping) else {}
    said = [*_began_anew(wish), *(p.text for p in told.content if isinstance(p, Text))]
    if page.is_cut:
        # The same call would be refused: its file is there by now.
        way = "the cursor goes on" if wish.is_forward else "older ones were not"
        said.append(f"not all was looked at in {_LOOK:.0f} s; {way}")
    if page.rest:
        what = "lines to look at" if wish.filters else "lines"
        which, at = ("more", page.after) if wish.is_forward else ("older", 0)
        said.append(f"... {page.rest} {which} {what}: {wish.again}{at}")
    data = {**written, **_whither(wish, page.after)}
    # How many of the rest come through a filter nobody has counted.
    if not page.is_cut and not (page.rest and wish.filters):
        data["left_out"] = page.rest
    return answer("\n".join([*said, _cursor(wish, page.after)]), data)


def _whither(wish: _Wish, after: int) -> Row:
    """Return for programs where reading goes on, and of which log."""
    found: dict[str, object] = {"cursor": after}
    if wish.process:
        found["process"] = wish.process
    if wish.foreign is not None:
        found["began_anew"] = True
    return found


def _cursor(wish: _Wish, after: int) -> str:
    """Return where reading goes on, in words."""
    whose = f" of process={wish.process}" if wish.process else ""
    return f"cursor: {after}{whose}"


def _fitting(
    groups: Sequence[Sequence[LogEntry]], wish: _Wish, room: int
) -> tuple[list[Row], list[str]]:
    """Return those of *groups* that fit, from the end at which reading begins."""
    rows: list[Row] = []
    lines: list[str] = []
    for equal in groups if wish.is_forward else reversed(groups):
        row = without_process(row_of_equal(equal), wish.process)
        line = line_of(row)
        # And a comma between two rows: there may be many short ones.
        room -= size(row) + size(line) + 1
        if room < 0 and rows:
            break
        rows.append(row)
        lines.append(line)
    return (rows, lines) if wish.is_forward else (rows[::-1], lines[::-1])


def _began_anew(wish: _Wish) -> list[str]:
    """Return what is to be said of a cursor that is of another log."""
    if wish.foreign is None:
        return []
    whose = wish.process or "all processes"
    why = f"numbers began anew: there is no line {wish.foreign} yet"
    return [f"{why}; this is the log of {whose} from its beginning"]
