"""A pane over the log of one process."""

from brummer.tui.row import Size
from brummer.tui.widgets.log import LogPane
from tests.support.instance import FakeInstance
from tests.tui.stage import plain_theme, text_of

SIZE = Size(30, 5)


class Shown:
    """A pane over the log of one process, with short names for what tests do."""

    def __init__(self, lines: int = 100, *, size: Size = SIZE) -> None:
        self.fake = FakeInstance()
        self.process = self.fake.add_process("web").id
        self.pane = LogPane(self.fake, plain_theme())
        self.pane.show(self.process)
        self.size = size
        self.print(*(f"line {n}" for n in range(lines)))

    def print(self, *lines: str) -> None:
        self.fake.print(self.process, *lines)
        self.pane.refresh()

    def lines(self) -> list[str]:
        return text_of(self.pane.draw(self.size))

    def title(self) -> str:
        return " | ".join(text for _, text in self.pane.title())


def numbers(first: int, count: int = 5) -> list[str]:
    """Return the lines with these numbers."""
    return [f"line {n}" for n in range(first, first + count)]


def foregrounds(shown: Shown) -> list[str]:
    """Return the colours of the last text of each row, behind which it is blank."""
    firsts = [row[-2:][0][0] for row in shown.pane.draw(shown.size)]
    return [getattr(first, "foreground", "plain") for first in firsts]
