"""A board without a terminal, and ways to look at what is drawn."""

from collections.abc import Sequence

from brummer.config.settings import ScreenSettings
from brummer.errors import BrummerError
from brummer.tui.board import Board, Terminal
from brummer.tui.desk import Desk
from brummer.tui.frame import Frame
from brummer.tui.row import Row, RowsCanvas, Size
from brummer.tui.theme import Depth, Theme, choose_theme
from tests.support.finding import add_commands
from tests.support.instance import EPOCH, FakeInstance

WIDE = Size(120, 40)
USUAL = Size(80, 24)


class HandClock:
    """Time that stands still until a test moves it."""

    def __init__(self) -> None:
        self.passed = 0.0

    def now(self) -> float:
        """Return the time for people."""
        return EPOCH + self.passed

    def monotonic(self) -> float:
        """Return the time for measuring."""
        return 1000.0 + self.passed


def plain_theme(colors: Depth = 16) -> Theme:
    """Return the theme of a terminal that shows ASCII only."""
    return choose_theme(ScreenSettings(unicode="off"), {}, colors)


class Stage:
    """A board over an instance, with a terminal that notes what is asked of it."""

    def __init__(self, fake: FakeInstance) -> None:
        self.fake = fake
        add_commands(fake)
        self.clock = HandClock()
        self.asked: list[str] = []
        self.wakes = 0
        #: What was put into the clipboard.
        self.copied: list[str] = []
        self.desk = Desk(
            fake, self.clock, plain_theme(), self._woken, self.copied.append
        )
        #: Why nothing can be browsed.
        self.refusal = ""
        #: What one would type elsewhere to reach a port of this machine.
        self.tunnel = ""
        terminal = Terminal(
            redraw=lambda: self.asked.append("redraw"),
            suspend=lambda: self.asked.append("suspend"),
            set_mouse=lambda on: self.asked.append(f"mouse {on}"),
            leave=lambda: self.asked.append("leave"),
            edit=lambda *place: self.asked.append("edit {}:{}:{}".format(*place)),
            browse=self._browse,
            tunnel=lambda _: self.tunnel,
        )
        self.board = Board(self.desk, terminal, mouse=True)
        self.frame = Frame(self.board)
        self.size = USUAL
        self.frame.refresh()

    def _woken(self) -> None:
        self.wakes += 1

    def _browse(self, url: str) -> None:
        if self.refusal:
            raise BrummerError(self.refusal)
        self.asked.append(f"browse {url}")

    def press(self, *keys: str) -> None:
        """Press keys, draw, and let what was started come back."""
        for key in keys:
            self.frame.keypress(self.size, key)
            self._drawn()

    def type(self, text: str) -> None:
        """Press one key for each character."""
        self.press(*text)

    def _drawn(self) -> RowsCanvas:
        """Draw until nothing comes of it any more."""
        wakes = -1
        while wakes != self.wakes:
            wakes = self.wakes
            self.frame.refresh()
            canvas = self.frame.render(self.size, focus=True)
        return canvas

    def lines(self) -> list[str]:
        """Return what is on the screen."""
        canvas = self._drawn()
        return [line.decode().rstrip() for line in canvas.text]

    def screen(self) -> str:
        """Return what is on the screen as one text."""
        return "\n".join(self.lines())

    def commands(self) -> list[tuple[str, dict[str, object]]]:
        """Return what was run, but for what the screen runs by itself."""
        own = {"leftovers.list", "process.resize"}
        return [
            (c.name, dict(c.arguments)) for c in self.fake.calls if c.name not in own
        ]


def text_of(rows: Sequence[Row]) -> list[str]:
    """Return rows as text, without trailing blanks."""
    return [b"".join(run[2] for run in row).decode().rstrip() for row in rows]


def width_of(row: Row) -> int:
    """Return how many bytes a row of ASCII has: its width."""
    return sum(len(run[2]) for run in row)
