"""Questions that have to be answered, and the end of everything."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from brummer.model.process import ProcessState
from brummer.tui.desk import Desk
from brummer.tui.keymap import Place
from brummer.tui.layers.layer import Box, Markup, boxed
from brummer.tui.lineage import Lineage
from brummer.tui.row import Size, Span, fit, width
from brummer.tui.theme import STATUS_ATTRIBUTE, Glyphs
from brummer.tui.words import counted, status

#: Names that are listed; the others are counted.
_LISTED: Final = 10


class Dialog:
    """A question with the answers yes and no; no is what Enter means.

    Threads: the main thread only.
    """

    def __init__(
        self,
        place: Place,
        title: str,
        lines: Callable[[], Sequence[Markup]],
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
        """Return the question.  The answers stay in sight where lines do not."""
        lines = list(self._lines())
        room = max(1, size.rows - 2)
        if len(lines) > room:
            lines = [lines[0], *lines[len(lines) - room + 1 :]][:room]
        return boxed(self._title, lines, size, self._glyphs)

    def commands(self) -> Mapping[str, Callable[[], None]]:
        """Return what the answers do."""
        return self._answer

    def type(self, _key: str, /) -> bool:
        """Take no other keys: nothing may slip through to the view."""
        return True


def quit_lines(running: Sequence[ProcessState]) -> list[Markup]:
    """Return the question whether to stop what runs."""
    verb = "is" if len(running) == 1 else "are"
    asked = f"{counted(len(running), 'process', 'processes')} {verb} running:"
    return [
        [("head", asked)],
        *_named([p.name for p in running]),
        [],
        _choice("y", "stop all and quit"),
        _choice("n", "stay"),
    ]


def leftover_lines(leftovers: Sequence[str]) -> list[Markup]:
    """Return the question what to do with what a dead instance left running."""
    verb = "runs" if len(leftovers) == 1 else "run"
    asked = f"of an earlier Brummer {verb} still:"
    return [
        [("head", f"{counted(len(leftovers), 'process', 'processes')} {asked}")],
        *_named(leftovers),
        [],
        _choice("y", "end them"),
        _choice("n", "leave them alone"),
    ]


def _named(names: Sequence[str]) -> list[Markup]:
    lines: list[Markup] = [[(None, f"  {name}")] for name in names[:_LISTED]]
    if len(names) > _LISTED:
        lines.append([("dim", f"  and {len(names) - _LISTED} more")])
    return lines


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
        name = max((width(p.name) for p in left[:_LISTED]), default=0)
        lines: list[Markup] = [self._line(p, name) for p in left[:_LISTED]]
        if len(left) > _LISTED:
            lines.append([("dim", f"and {len(left) - _LISTED} more")])
        lines += [[], self._advice()]
        title = f"Stopping {counted(len(left), 'process', 'processes')}"
        return boxed(title, lines, size, self._desk.theme.glyphs)

    def _line(self, process: ProcessState, name: int) -> Markup:
        words = status(process, self._desk.clock.now())
        spans: list[Span] = [
            (None, fit(process.name, name) + "  "),
            (STATUS_ATTRIBUTE[process.status], fit(words, 12)),
        ]
        return [*spans, ("warn", f"  {process.reason}")] if process.reason else spans

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
