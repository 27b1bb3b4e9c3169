"""What a view is."""

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from brummer.model.process import ProcessId
from brummer.tui.keymap import Place
from brummer.tui.row import Row, Size, Span, cut, printable, ready, width
from brummer.tui.theme import Glyphs

#: Lines that one click of the wheel scrolls.
WHEEL: Final = 3


class View(Protocol):
    """A full pane.  It draws what it last read, and names commands.

    Threads: the main thread only.
    """

    @property
    def place(self) -> Place:
        """Where its keys stand in the key map."""

    @property
    def process(self) -> ProcessId | None:
        """The process that commands about one are for."""

    def refresh(self) -> bool:
        """Read the instance again; return whether there is anything new to draw."""

    def draw(self, size: Size, /) -> list[Row]:
        """Return exactly ``size.rows`` rows."""

    def commands(self) -> Mapping[str, Callable[[], None]]:
        """Return what the view does for the commands of the key map."""

    def click(self, row: int, /) -> None:
        """Select what is on a row of the pane."""

    def wheel(self, row: int, lines: int, /) -> None:
        """Scroll what is on a row of the pane."""


class ListView(View, Protocol):
    """The view of the processes."""

    def select(self, process: ProcessId) -> None:
        """Make a process the selected one."""

    def filter_log(self, text: str) -> bool:
        """Filter its log as ``/show`` or ``/hide`` says; return whether it did."""


class LogView(View, Protocol):
    """The view of a log."""

    def show(self, process: ProcessId | None) -> None:
        """Show another log."""

    def show_line(self, process: ProcessId, line: int) -> None:
        """Show a log, standing still at *line*."""

    def filter_log(self, text: str) -> bool:
        """Filter it as ``/show`` or ``/hide`` says; return whether it did."""


def rule(glyphs: Glyphs, parts: list[Span], columns: int, *, lit: bool = False) -> Row:
    """Return a line across the pane with *parts* in it."""
    attribute = "rule on" if lit else "rule"
    spans: list[Span] = [(attribute, glyphs.rule * 2 + " ")]
    for number, (own, text) in enumerate(parts):
        if number:
            spans.append((attribute, f" {glyphs.bar} "))
        spans.append((own, text))
    used = sum(width(printable(text)) for _, text in spans)
    spans.append((attribute, " " + glyphs.rule * max(0, columns - used - 1)))
    return ready(spans, columns)


def clipped(text: str, columns: int, glyphs: Glyphs) -> str:
    """Return *text*, with a sign that it goes on where it was cut."""
    if width(text) <= columns:
        return text
    return cut(text, columns - 1) + glyphs.more if columns > 0 else ""
