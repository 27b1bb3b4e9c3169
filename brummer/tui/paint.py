"""One line of a log as rows of the screen."""

import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final, Self

from brummer.core.instance import Instance
from brummer.logs import ansi
from brummer.logs.style import PLAIN, Style
from brummer.model.log import LogEntry, Stream
from brummer.model.process import ProcessId
from brummer.tui.colour import attribute_of
from brummer.tui.row import Row, Size, Span, cut, fit, ready, width
from brummer.tui.theme import NAME_COLOURS, Depth, Theme

#: Narrower panes show no times, and names of half the length.
_WIDE: Final = 60
_NAME: Final = 12

#: Columns that the time of a line takes, with what stands behind it.
TIMES: Final = len("12:34:56 ")

#: Terminals disagree about the width of these or of what stands before them, so
#: they are not sent: the soft hyphen, the joiners, the emoji variation selector and
#: the skin tones.  A family of emoji falls apart into its members by that.
_DISPUTED: Final = dict.fromkeys(
    [0xAD, 0x200C, 0x200D, 0xFE0F, *range(0x1F3FB, 0x1F400)]
)

#: What stands between the time of a line and its text.
_GUTTER: Final = {
    Stream.OUT: (None, " "),
    Stream.ERR: ("bad", "!"),
    Stream.NOTE: ("note", "-"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LineStyle:
    """All that the rows of a line depend on beside the line itself.

    *names* are what to call each process, empty where only one is shown;
    *left* is how many columns are cut off on the left.
    """

    columns: int = 80
    colors: Depth = 16
    wrap: bool = False
    times: bool = True
    left: int = 0
    names: Mapping[ProcessId, str] = field(default_factory=lambda: MappingProxyType({}))
    name_columns: int = 0

    @classmethod
    def choose(
        cls, instance: Instance, theme: Theme, size: Size, *, merged: bool
    ) -> Self:
        """Return the style for a pane of *size*; *merged* shows whose a line is."""
        style = cls(columns=size.columns, colors=theme.colors)
        if not merged:
            return style
        names = {p.id: p.name for p in instance.processes().values()}
        longest = max((width(name) for name in names.values()), default=0)
        limit = _NAME if size.columns >= _WIDE else _NAME // 2
        return replace(
            style,
            names=MappingProxyType(names),
            name_columns=min(longest, limit) or limit,
        )

    def where(self, *, wrap: bool, times: bool, left: int) -> Self:
        """Return the style with the choices of the user."""
        return replace(
            self, wrap=wrap, times=times and self.columns >= _WIDE, left=left
        )


class Carry:
    """Which colours lines begin in: those that the line before left open.

    That is the one before of the same process and stream: the lines of others
    do not matter.  Lines are passed in their order.

    Threads: used by one caller and thrown away.
    """

    def __init__(self) -> None:
        self._open: dict[tuple[ProcessId, Stream], Style] = {}

    def over(self, entry: LogEntry) -> Style:
        """Return the style in which *entry* begins, and carry on behind it."""
        source = (entry.process, entry.stream)
        begin = self._open.get(source, PLAIN)
        self._open[source] = ansi.left_open(entry.data, begin)
        return begin


def painted(entry: LogEntry, style: LineStyle, begin: Style = PLAIN) -> list[Row]:
    """Return the rows of one line that begins in *begin*, at least one."""
    head = _head(entry, style)
    indent = sum(width(text) for _, text in head)
    room = max(1, style.columns - indent)
    spans = _spans(entry, style, begin)
    parts = wrapped(spans, room) if style.wrap else [_without(spans, style.left)]
    later: list[Span] = [(None, " " * indent)]
    return [
        ready([*(head if number == 0 else later), *part], style.columns)
        for number, part in enumerate(parts)
    ]


def _head(entry: LogEntry, style: LineStyle) -> list[Span]:
    """Return what stands before the text: whose it is, and when it came."""
    head: list[Span] = []
    if style.name_columns:
        name = style.names.get(entry.process, entry.process)
        head.append((name_attribute(name), fit(name, style.name_columns) + " "))
    if style.times:
        clock = time.strftime("%H:%M:%S", time.localtime(entry.time))
        head += [("dim", clock), _GUTTER[entry.stream]]
    return head


def name_attribute(name: str) -> str:
    """Return the colour of a name, the same in every run."""
    return f"name {zlib.crc32(name.encode()) % NAME_COLOURS}"


def _spans(entry: LogEntry, style: LineStyle, begin: Style) -> list[Span]:
    line = ansi.parse(entry.data, begin)
    if entry.stream is Stream.NOTE:
        return [("note", line.text)]
    spans: list[Span] = []
    position = 0
    for run_style, length in line.runs:
        text = line.text[position : position + length]
        position += length
        if not text.isascii():
            text = text.translate(_DISPUTED)
        spans.append((attribute_of(run_style, style.colors), text))
    if len(line.text) >= ansi.LIMIT:
        spans.append(("note", f" ... {len(entry.data):,} bytes in all"))
    return spans


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
