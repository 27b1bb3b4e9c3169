"""All about one error: how often, where, the source, and the log around it."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from brummer.logs import ansi
from brummer.model.log import LogEntry
from brummer.model.process import ProcessId
from brummer.tui.backlog import Backlog
from brummer.tui.desk import Desk
from brummer.tui.lineage import Lineage
from brummer.tui.paint import wrapped
from brummer.tui.row import Row, Size, Span, fit, printable, ready, stacked, width
from brummer.tui.selection import Selection
from brummer.tui.trace import Step, folded_words, place_of, place_words, trace
from brummer.tui.trouble import Standing, Trouble
from brummer.tui.widgets.source import SourceLines
from brummer.tui.words import counted, shortened

#: From this width on the source stands beside the frames.
_BESIDE: Final = 100

#: Columns of the frames beside the source, at most, and of the place of one.
_FRAMES: Final = 52
_PLACE: Final = 44

#: Rows of a message that does not fit into the title, and of causes.
_MESSAGE: Final = 6
_CAUSES: Final = 4

#: Lines of the log that are shown before and after those of the error, and of its
#: own where there are frames, and where there is nothing else to see.
_AROUND: Final = 2
_OWN: Final = 3
_ALL: Final = 12


class TroublePane:
    """Shows one error, and lets one walk through its frames.

    Threads: the main thread only.  Source comes from a command, lines that have
    left memory from files: both a moment later.
    """

    def __init__(self, desk: Desk, lineage: Lineage) -> None:
        self._desk = desk
        self._lineage = lineage
        self._trouble: Trouble | None = None
        self._opened: set[int] = set()
        self._steps: Selection[Step] = Selection()
        self._source = SourceLines(desk)
        self._log = Backlog(desk.instance)
        self._log_of: ProcessId | None = None
        self._size = Size(80, 12)
        self._top = 0
        self._is_walking = False

    def show(self, trouble: Trouble | None) -> None:
        """Show another error, or the latest of the same."""
        before = self._trouble
        if trouble is before:
            return
        self._trouble = trouble
        if trouble is None or before is None or trouble.key != before.key:
            self._opened = set()
            self._steps = Selection()
            self._top = 0
            self._is_walking = False
        if trouble is not None and trouble.finding.process != self._log_of:
            self._log_of = trouble.finding.process
            self._log.show(self._log_of)
        self._arrange()

    def _arrange(self) -> None:
        """Take the steps of the error; begin at the place that one would open."""
        if self._trouble is None:
            self._steps.show([])
            return
        is_first = self._steps.key is None
        steps = trace(self._trouble.finding, self._opened)
        self._steps.show(steps)
        place = place_of(self._trouble.finding, steps)
        if is_first and place is not None:
            self._steps.select(place)

    @property
    def place(self) -> tuple[str, int, int] | None:
        """File, line and column that are looked at; ``None`` if none is known."""
        step = self._steps.key
        if step is None or not step.frame.file:
            return None
        return step.frame.file, step.frame.line, step.frame.column

    def read_again(self) -> None:
        """Read the source anew: somebody has had it in an editor."""
        self._source.read_again()

    # What is drawn.

    def title(self, columns: int) -> list[Span]:
        """Return what the error says, and how often, in about *columns*."""
        trouble = self._trouble
        if trouble is None:
            return []
        times = counted(trouble.count, "time")
        room = max(10, columns - len(times) - 10)
        more = self._desk.theme.glyphs.more
        text = printable(trouble.finding.title.partition("\n")[0])
        return [("head", shortened(text, room, more)), ("warn", times)]

    def draw(self, size: Size, *, focus: bool) -> list[Row]:
        """Return the rows of the pane."""
        self._size = size
        trouble = self._trouble
        if trouble is None or size.rows <= 0 or size.columns <= 0:
            return stacked([], size)
        above = [*self._facts(trouble), *self._message(trouble), *self._causes(trouble)]
        if size.rows > len(above) + 8:
            above.append([])
        middle, marked = self._middle(trouble, focus=focus)
        rows = [ready(line, size.columns) for line in above] + middle
        room = size.rows - len(rows) - 2 * _AROUND - 2
        rows += [ready(line, size.columns) for line in self._around(trouble, room)]
        self._keep_in_sight(len(above) + marked, len(rows))
        return stacked(rows[self._top :], size)

    def _keep_in_sight(self, row: int, rows: int) -> None:
        """Scroll no further than there is something, and to the step one is at."""
        room = self._size.rows
        if self._is_walking:
            self._top = min(max(self._top, row - room + 1), row)
            self._is_walking = False
        self._top = max(0, min(self._top, rows - room))

    def _facts(self, trouble: Trouble) -> list[list[Span]]:
        """Return when, whose, and what became of it."""
        finding = trouble.finding
        state = self._lineage.state(finding.process)
        whose = finding.process
        if state is not None and state.is_running and state.pid:
            whose = ProcessId(f"{finding.process} (pid {state.pid})")
        seen = f"first {_clock(trouble.first)}  last {_clock(trouble.last)}"
        if trouble.count == 1:
            seen = f"at {_clock(trouble.last)}"
        spans: list[Span] = [("dim", f" {seen}  {whose}")]
        if test := finding.details.get("test"):
            spans.append(("note", f"  test {test}"))
        if trouble.standing is Standing.OLD:
            spans.append(("good", "  not since it was started anew"))
        elif trouble.standing is Standing.FIXED:
            spans.append(("good", f"  fixed at {_clock(finding.resolved)}"))
        return [spans]

    def _message(self, trouble: Trouble) -> list[list[Span]]:
        """Return the whole message, if the title has not all of it."""
        text = trouble.finding.title
        room = self._size.columns - 20
        if "\n" not in text and width(printable(text)) <= room:
            return []
        rows: list[list[Span]] = []
        for line in text.splitlines()[:_MESSAGE]:
            spans: list[Span] = [(None, printable(line.expandtabs()))]
            rows += [
                [(None, " "), *part] for part in wrapped(spans, self._size.columns - 2)
            ]
        return rows[:_MESSAGE]

    def _causes(self, trouble: Trouble) -> list[list[Span]]:
        causes = trouble.finding.causes
        rows: list[list[Span]] = [
            [("dim", " caused by "), ("warn", cause.partition("\n")[0])]
            for cause in causes[:_CAUSES]
        ]
        if len(causes) > _CAUSES:
            rows.append([("dim", f" and {len(causes) - _CAUSES} more causes")])
        return rows

    def _middle(self, trouble: Trouble, *, focus: bool) -> tuple[list[Row], int]:
        """Return frames and source, and in which row one is."""
        columns = self._size.columns
        steps = self._steps
        self._source.look(trouble.finding, steps.key)
        marked = steps.index if steps.items else 0
        if columns < _BESIDE:
            frames = self._frames(columns, focus=focus)
            source = self._source.rows(columns)
            gap = [ready([], columns)] if frames and source else []
            return [*frames, *gap, *source], marked
        left = _FRAMES if steps.items else 0
        frames = self._frames(left, focus=focus) if left else []
        source = self._source.rows(columns - left)
        height = max(len(frames), len(source))
        both = zip(
            stacked(frames, Size(left, height)),
            stacked(source, Size(columns - left, height)),
            strict=True,
        )
        return [[*one, *other] for one, other in both], marked

    def _frames(self, columns: int, *, focus: bool) -> list[Row]:
        """Return the frames, one a row."""
        place = min(_PLACE, max(12, columns - 20))
        longest = max(
            (width(self._words(s)) for s in self._steps.items if not s.is_folded),
            default=0,
        )
        place = min(place, longest)
        return [
            self._step(step, index, (columns, place), focus=focus)
            for index, step in enumerate(self._steps.items)
        ]

    def _step(
        self, step: Step, index: int, room: tuple[int, int], *, focus: bool
    ) -> Row:
        columns, place = room
        mark, lit = " ", None
        if index == self._steps.index:
            mark, lit = self._desk.theme.glyphs.mark, "select" if focus else "head"
        if step.is_folded:
            words = f" {mark} {self._desk.theme.glyphs.more} {folded_words(step)}"
            told = " (enter opens)" if width(words) + 14 <= columns else ""
            fill = lit if focus else None
            return ready([(lit or "dim", words), (lit or "dim", told)], columns, fill)
        own = None if step.frame.own else "dim"
        text = f" {mark} {fit(_shown(self._words(step), place), place)}  "
        text += printable(step.frame.function)
        fill = lit if focus else None
        return ready([(lit or own, text)], columns, fill)

    def _words(self, step: Step) -> str:
        """Return where a step is, from the project's folder on."""
        frame = step.frame
        file = printable(frame.file).removeprefix(f"{self._desk.instance.folder}/")
        return place_words(file, frame.line, frame.column)

    def _around(self, trouble: Trouble, room: int) -> list[list[Span]]:
        """Return the lines of the log before, of and after the error.

        Its own are shown in *room* rows, or in a few.
        """
        first, end = trouble.finding.range
        least = _OWN if self._steps.items else _ALL
        own = min(end - first, max(least, room))
        window = self._log.window
        start = max(0, first - _AROUND)
        before = window(start, first - start + own).entries
        after = window(end, _AROUND).entries
        lines: list[list[Span]] = [_log_line(e, range(first, end)) for e in before]
        if end - first > own:
            lines.append([("dim", f"   ... {counted(end - first - own, 'more line')}")])
        lines += [_log_line(e, range(first, end)) for e in after if e.number >= end]
        if not lines:
            lines = [[("dim", " its lines have left the log")]]
        return [[], *lines]

    # What the keys do.

    def moves(self) -> Mapping[str, Callable[[], None]]:
        """Return what the keys do that walk through the frames."""
        return {
            "move.up": lambda: self.walk(-1),
            "move.down": lambda: self.walk(1),
            "move.top": lambda: self.walk(-len(self._steps.items)),
            "move.end": lambda: self.walk(len(self._steps.items)),
        }

    def pages(self) -> Mapping[str, Callable[[], None]]:
        """Return what the keys do that scroll."""
        page = max(1, self._size.rows - 1)
        half = max(1, page // 2)
        return {
            "move.page_up": lambda: self.scroll(-page),
            "move.page_down": lambda: self.scroll(page),
            "move.half_up": lambda: self.scroll(-half),
            "move.half_down": lambda: self.scroll(half),
        }

    def walk(self, steps: int) -> None:
        """Go to another frame; without any, scroll."""
        if not self._steps.items:
            self.scroll(steps)
            return
        self._steps.move(steps)
        self._is_walking = True

    def scroll(self, rows: int) -> None:
        """Move the text."""
        self._top = max(0, self._top + rows)

    def unfold(self) -> bool:
        """Open the frames that one is at; return whether there were any to open."""
        step = self._steps.key
        if step is None or not step.is_folded:
            return False
        self._opened.add(step.at)
        self._arrange()
        opened: Sequence[Step] = self._steps.items
        self._steps.select(next(s for s in opened if s.at == step.at))
        return True


def _shown(place: str, columns: int) -> str:
    """Return the end of *place*, which tells more than its beginning."""
    while width(place) > columns:
        place = "~" + place[max(2, len(place) - columns + 1) :]
    return place


def _log_line(entry: LogEntry, own: range) -> list[Span]:
    text = ansi.parse(entry.data).text
    attribute = None if entry.number in own else "dim"
    clock = f"{_clock(entry.time)}.{int(entry.time % 1 * 1000):03} "
    return [("dim", f" {clock}"), (attribute, text)]


def _clock(seconds: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(seconds))
