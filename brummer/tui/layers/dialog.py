"""Questions that have to be answered, and the end of everything."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from brummer.model.process import ProcessState
from brummer.tui.desk import Desk
from brummer.tui.keymap import Place
from brummer.tui.layers.layer import Box, Markup, boxed, inner_columns, inner_rows
from brummer.tui.lineage import Lineage
from brummer.tui.row import Size, Span, fit, width
from brummer.tui.theme import STATUS_ATTRIBUTE, Glyphs
from brummer.tui.words import counted, shortened, status

#: Names that are listed; the others are counted.
_LISTED: Final = 10

#: Where names have no more rows than this, no blank row is below them.
_WITH_GAP: Final = 3

#: Columns of the status of a process, and at least of its name.
_STATUS: Final = 12
_NAME: Final = 6


class Dialog:
    """A question with the answers yes and no; no is what Enter means.

    *lines* asks it in a number of rows.

    Threads: the main thread only.
    """

    def __init__(
        self,
        place: Place,
        title: str,
        lines: Callable[[int], Sequence[Markup]],
        *,
        glyphs: Glyphs,
        answer: Mapping[str, Callable[[], None]],
    ) -> None:
        self._place = place
        self._title = title
        self._lines = lines
        self._glyphs = glyphs
        self._answer = answer

    @property
    def place(self) -> Place:
        """Where its keys stand in the key map."""
        return self._place

    def draw(self, size: Size) -> Box:
        """Return the question.  The answers stay in sight where the rest does not."""
        room = inner_rows(size)
        lines = list(self._lines(room))
        if len(lines) > room:
            lines = [lines[0], *lines[len(lines) - room + 1 :]][:room]
        return boxed(self._title, lines, size, self._glyphs)

    def commands(self) -> Mapping[str, Callable[[], None]]:
        """Return what the answers do."""
        return self._answer

    def type(self, _key: str, /) -> bool:
        """Take no other keys: nothing may slip through to the view."""
        return True


def quit_lines(running: Sequence[ProcessState], rows: int) -> list[Markup]:
    """Return the question whether to stop what runs, in *rows*."""
    verb = "is" if len(running) == 1 else "are"
    asked = f"{counted(len(running), 'process', 'processes')} {verb} running:"
    choices = [_choice("y", "stop all and quit"), _choice("n", "stay")]
    return _question(asked, [p.name for p in running], choices, rows)


def leftover_lines(leftovers: Sequence[str], rows: int) -> list[Markup]:
    """Return the question what to do with what a dead instance left, in *rows*."""
    verb = "runs" if len(leftovers) == 1 else "run"
    number = counted(len(leftovers), "process", "processes")
    asked = f"{number} of an earlier Brummer {verb} still:"
    choices = [_choice("y", "end them"), _choice("n", "leave them alone")]
    return _question(asked, leftovers, choices, rows)


def _question(
    asked: str, names: Sequence[str], choices: Sequence[Markup], rows: int
) -> list[Markup]:
    """Return a question about *names*; those without room are counted."""
    lines: list[Markup] = [[("head", asked)]]
    room = rows - 1 - len(choices)
    # A blank row is the first thing to go.
    gap: list[Markup] = [[]] if room > min(len(names), _WITH_GAP) else []
    lines += _listed([[(None, f"  {name}")] for name in names], room - len(gap), "  ")
    return [*lines, *gap, *choices]


def _listed(lines: Sequence[Markup], rows: int, indent: str) -> list[Markup]:
    """Return as many of *lines* as fit, and how many more there are."""
    room = max(0, min(rows, _LISTED + 1))
    if len(lines) <= min(room, _LISTED):
        return list(lines)
    shown = list(lines[: max(0, room - 1)])
    more: Markup = [("dim", f"{indent}and {len(lines) - len(shown)} more")]
    return [*shown, more] if room else []


def _choice(key: str, text: str) -> Markup:
    return [("box key", f"  {key}"), (None, f"  {text}")]


class StoppingLayer:
    """Everything is being stopped: who still runs, why, and for how long.

    Threads: the main thread only.
    """

    place = Place.STOPPING

    def __init__(self, desk: Desk, lineage: Lineage) -> None:
        self._desk = desk
        self._lineage = lineage
        self._hurried = False

    def draw(self, size: Size) -> Box:
        """Return the processes that have not ended."""
        left = self._lineage.unfinished()
        longest = max((width(p.name) for p in left[:_LISTED]), default=0)
        name = min(longest, max(_NAME, inner_columns(size) // 3))
        lines = [self._line(p, name, inner_columns(size)) for p in left]
        # Two rows are for the advice.
        lines = _listed(lines, inner_rows(size) - 2, "")
        lines += [[], self._advice()]
        title = f"Stopping {counted(len(left), 'process', 'processes')}"
        return boxed(title, lines, size, self._desk.theme.glyphs)

    def _line(self, process: ProcessState, name: int, columns: int) -> Markup:
        """Return one process, and in what is left of *columns* what it waits for."""
        words = status(process, self._desk.clock.now())
        spans: list[Span] = [
            (None, fit(process.name, name) + "  "),
            (STATUS_ATTRIBUTE[process.status], fit(words, _STATUS)),
        ]
        room = columns - name - _STATUS - 4
        if not process.reason or room <= 0:
            return spans
        more = self._desk.theme.glyphs.more
        return [*spans, ("warn", "  " + shortened(process.reason, room, more))]

    def _advice(self) -> Markup:
        if self._hurried:
            return [("warn", "killing what is left")]
        return [("box key", "K"), (None, "  kill now, without waiting")]

    def commands(self) -> Mapping[str, Callable[[], None]]:
        """Return what the keys do."""
        return {"app.hurry": self.hurry}

    def hurry(self) -> None:
        """End the grace period of everything."""
        self._hurried = True
        self._desk.run("app.hurry")

    def type(self, _key: str, /) -> bool:
        """Take no other keys: nothing can be started any more."""
        return True
