"""One line of a log as rows of the screen."""

import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple, Self

from brummer.core.instance import Instance
from brummer.core.pattern import Pattern
from brummer.logs import ansi
from brummer.logs.style import PLAIN, Style
from brummer.model.level import Level
from brummer.model.log import LogEntry, Stream
from brummer.model.process import ProcessId
from brummer.tui.colour import attribute_of
from brummer.tui.highlight import highlighted
from brummer.tui.row import Row, Size, Span, agreed, cut, fit, fit_right, ready, width
from brummer.tui.theme import NAME_COLOURS, Depth, Theme

#: Narrower panes show no times, and names of half the length.
_WIDE: Final = 60
_NAME: Final = 12

#: Columns that the time of a line takes, and with what stands behind it.
_TIME: Final = len("12:34:56")
TIMES: Final = _TIME + 1

#: Seconds that are told to the thousandth; more would not fit.
_PRECISE: Final = 1000

_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR

#: What stands between the time of a line and its text.
_GUTTER: Final = {
    Stream.OUT: (None, " "),
    Stream.ERR: ("bad", "!"),
    Stream.NOTE: ("note", "-"),
}


#: The attribute of a line without colours of its own that says so.
_LEVELS: Final = {
    Level.TRACE: "dim",
    Level.DEBUG: "dim",
    Level.WARN: "warn",
    Level.ERROR: "bad",
    Level.FATAL: "bad",
}


class Times(StrEnum):
    """What is told of the time at which a line was read."""

    NONE = "none"
    CLOCK = "clock"
    #: How long after the line that is shown before it.
    DELTA = "delta"
    #: How long after the start of its process.
    START = "since start"

    @property
    def next(self) -> "Times":
        """The one after this one, with the first after the last."""
        order = tuple(Times)
        return order[(order.index(self) + 1) % len(order)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What people choose of how lines look.

    *left* is how many columns are cut off on the left; with *summary* a line that
    is made of fields is shown as a sentence; matches of *pattern* are highlighted.
    """

    wrap: bool = False
    times: Times = Times.CLOCK
    left: int = 0
    summary: bool = False
    pattern: Pattern | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineStyle:
    """All that the rows of a line depend on beside the line and those before it.

    *names* are what to call each process, empty where only one is shown; *starts*
    is when each began, as far as that is of interest.
    """

    columns: int = 80
    colors: Depth = 16
    look: Look = field(default_factory=Look)
    names: Mapping[ProcessId, str] = field(default_factory=lambda: MappingProxyType({}))
    name_columns: int = 0
    starts: Mapping[ProcessId, float] = field(
        default_factory=lambda: MappingProxyType({})
    )

    @classmethod
    def choose(
        cls,
        instance: Instance,
        theme: Theme,
        size: Size,
        look: Look,
        *,
        merged: bool,
    ) -> Self:
        """Return the style for a pane of *size*; *merged* shows whose a line is.

        A narrow pane has no room for times.
        """
        if size.columns < _WIDE:
            look = replace(look, times=Times.NONE)
        style = cls(columns=size.columns, colors=theme.colors, look=look)
        processes = instance.processes().values()
        if look.times is Times.START:
            starts = {p.id: p.started for p in processes if p.started is not None}
            style = replace(style, starts=MappingProxyType(starts))
        if not merged:
            return style
        names = {p.id: p.name for p in processes}
        longest = max((width(name) for name in names.values()), default=0)
        limit = _NAME if size.columns >= _WIDE else _NAME // 2
        return replace(
            style,
            names=MappingProxyType(names),
            name_columns=min(longest, limit) or limit,
        )


class Beginning(NamedTuple):
    """What the lines before one leave to it.

    *style* are the colours that the one before of the same process and stream left
    open; *before* is when the line before it was read, whoever's that is.
    """

    style: Style = PLAIN
    before: float | None = None


class Carry:
    """Tells of lines, passed in their order, what each begins with.

    Threads: used by one caller and thrown away.
    """

    def __init__(self) -> None:
        self._open: dict[tuple[ProcessId, Stream], Style] = {}
        self._before: float | None = None

    def over(self, entry: LogEntry) -> Beginning:
        """Return what *entry* begins with, and carry on behind it."""
        source = (entry.process, entry.stream)
        begin = Beginning(self._open.get(source, PLAIN), self._before)
        self._open[source] = ansi.left_open(entry.data, begin.style)
        self._before = entry.time
        return begin


#: How a line begins of which nothing is known.
BARE: Final = Beginning()


class Sign(NamedTuple):
    """What a line is besides itself.

    *mark* stands before it.  It *is_current* if keys are about it, *is_chosen* if
    somebody selected it, and stands for *repeats* lines that are the same.
    """

    mark: str = ""
    is_current: bool = False
    repeats: int = 1
    is_chosen: bool = False


#: A line that is nothing besides itself.
NO_SIGN: Final = Sign()


def painted(
    entry: LogEntry,
    style: LineStyle,
    begin: Beginning = BARE,
    sign: Sign = NO_SIGN,
) -> list[Row]:
    """Return the rows of one line, at least one."""
    head = _signed(_head(entry, style, begin), sign)
    indent = sum(width(text) for _, text in head)
    room = max(1, style.columns - indent)
    spans = _spans(entry, style, begin.style)
    look = style.look
    if look.pattern is not None:
        lit = "hit on" if sign.is_current else "hit"
        spans = highlighted(spans, look.pattern, lit)
    if sign.is_chosen:
        spans = [("select", text) for _, text in spans]
    parts = wrapped(spans, room) if look.wrap else [_without(spans, look.left)]
    if not head and sign != NO_SIGN:
        parts[0] = _lit(parts[0], sign)
    later: list[Span] = [(None, " " * indent)]
    return [
        ready([*(head if number == 0 else later), *part], style.columns)
        for number, part in enumerate(parts)
    ]


def _head(entry: LogEntry, style: LineStyle, begin: Beginning) -> list[Span]:
    """Return what stands before the text: whose it is, and when it came."""
    head: list[Span] = []
    if style.name_columns:
        name = style.names.get(entry.process, entry.process)
        head.append((name_attribute(name), fit(name, style.name_columns) + " "))
    if style.look.times is not Times.NONE:
        told = _told(entry, style, begin.before)
        head += [("dim", fit_right(told, _TIME)), _GUTTER[entry.stream]]
    return head


def _signed(head: list[Span], sign: Sign) -> list[Span]:
    """Return what stands before the text, with *sign*: a mark in its last column."""
    if sign == NO_SIGN:
        return head
    signed = head
    if head:
        last, blank = head[-1]
        mark = ("mark", sign.mark) if sign.mark else (last, blank[-1])
        signed = [*head[:-1], (last, blank[:-1]), mark]
    if sign.is_current:
        signed = [("select", text) for _, text in signed]
    if sign.repeats > 1:
        signed = [*signed, ("note", f"{sign.repeats:,}x ")]
    return [span for span in signed if span[1]]


def _lit(spans: list[Span], sign: Sign) -> list[Span]:
    """Return a row with nothing before its text, *sign* in its first column."""
    text = "".join(text for _, text in spans)[:1] or " "
    own = "select" if sign.is_current else "mark" if sign.mark else None
    return [(own, text), *_without(spans, width(text))] if own else spans


def _told(entry: LogEntry, style: LineStyle, before: float | None) -> str:
    """Return what is told of the time of *entry*, nothing if that is not known."""
    if style.look.times is Times.CLOCK:
        return time.strftime("%H:%M:%S", time.localtime(entry.time))
    since = before
    if style.look.times is Times.START:
        since = style.starts.get(entry.process)
    return "" if since is None else elapsed(entry.time - since)


def elapsed(seconds: float) -> str:
    """Return a time that has passed, in at most eight columns.

    It is negative where the clock was set back.
    """
    sign, size = ("-", -seconds) if seconds < 0 else ("+", seconds)
    # In thousandths, as it would be rounded up to one column more.
    if round(size, 3) < _PRECISE:
        return f"{sign}{size:.3f}"
    whole = int(size)
    if whole < _HOUR:
        return f"{sign}{whole // _MINUTE}m{whole % _MINUTE:02}s"
    if whole < _DAY:
        return f"{sign}{whole // _HOUR}h{whole % _HOUR // _MINUTE:02}m"
    days = whole // _DAY
    return f"{sign}{days}d" + f"{whole % _DAY // _HOUR:02}h" * (days < _PRECISE)


def name_attribute(name: str) -> str:
    """Return the colour of a name, the same in every run."""
    return f"name {zlib.crc32(name.encode()) % NAME_COLOURS}"


def _spans(entry: LogEntry, style: LineStyle, begin: Style) -> list[Span]:
    line = ansi.parse(entry.data, begin)
    if entry.stream is Stream.NOTE:
        return [("note", line.text)]
    if style.look.summary and (spans := _summary(entry)):
        return spans
    spans = []
    position = 0
    is_bare = all(run_style == PLAIN for run_style, _ in line.runs)
    own = _level(line, entry) if is_bare else None
    for run_style, length in line.runs:
        text = line.text[position : position + length]
        position += length
        spans.append((own or attribute_of(run_style, style.colors), agreed(text)))
    if len(line.text) >= ansi.LIMIT:
        spans.append(("note", f" ... {len(entry.data):,} bytes in all"))
    return spans


# What knows the forms of lines is imported when there are lines to be shown: the
# first frame would wait for it.


def _level(line: ansi.Line, entry: LogEntry) -> str | None:
    """Return the attribute for what *line* says of how serious it is."""
    from brummer.logs.level import level_of

    level = level_of(line.text, entry.stream)
    return None if level is None else _LEVELS.get(level)


def _summary(entry: LogEntry) -> list[Span]:
    """Return a line that is made of fields as a sentence, nothing for others."""
    from brummer.logs.record import record_of

    if len(entry.data) > ansi.LONGEST:
        return []
    record = record_of(ansi.strip(entry.data), entry.time, entry.stream)
    if not record.fields:
        return []
    own = None if record.level is None else _LEVELS.get(record.level)
    parts = ((own, record.headline), ("dim", f" {record.rest}" if record.rest else ""))
    return [(attribute, agreed(text)) for attribute, text in parts]


def wrapped(spans: list[Span], columns: int) -> list[list[Span]]:
    """Return *spans* as rows of at most *columns*."""
    rows: list[list[Span]] = [[]]
    left = columns
    for attribute, whole in spans:
        text = whole
        while text:
            part = cut(text, left)
            if not part and left == columns:
                part = text[0]  # wider than the whole row: ready() leaves it out
            if part:
                rows[-1].append((attribute, part))
                left -= width(part)
                text = text[len(part) :]
            if text:
                rows.append([])
                left = columns
    return rows


def _without(spans: list[Span], columns: int) -> list[Span]:
    """Return *spans* without their first *columns* columns."""
    out: list[Span] = []
    for attribute, text in spans:
        gone = cut(text, columns)
        columns -= width(gone)
        rest = text[len(gone) :]
        if rest:
            # What is left of a character that was cut through.
            out.append((attribute, " " * columns + rest[bool(columns) :]))
            columns = 0
    return out
