"""The real screen on a terminal that a test reads, and what is sent to it."""

import io
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import pytest
import urwid

from brummer.core.precedence import Precedence
from brummer.tui.quiet import Aside
from brummer.tui.row import RowsCanvas, blank
from brummer.tui.screen import TerminalScreen
from brummer.tui.theme import Theme

#: What a frame may consist of besides text: colours and attributes, movements of the
#: cursor, erasing, inserting, hiding the cursor, and the choice of character sets.
CONTROL = re.compile(
    r"\x1b\[[0-9;]*m|\x1b\[(?:[0-9]+(?:;[0-9]+)?)?[ABCDHJK]|\x1b\[\?25[lh]|\x1b\[4[lh]"
    r"|\x1b[()][0AB]|[\x08\r\n\x0e\x0f]"
)


class Sent(NamedTuple):
    """What was sent for a frame: what controls the terminal, and what is shown."""

    controls: list[str]
    text: str


class Recorder:
    """Draws frames and keeps what the terminal gets."""

    def __init__(
        self, screen: TerminalScreen, output: io.StringIO, precedence: Precedence
    ) -> None:
        self.screen = screen
        self.precedence = precedence
        self._output = output

    def send(self, canvas: urwid.Canvas) -> Sent:
        """Draw *canvas* on an empty screen."""
        self.screen.clear()
        self._output.seek(0)
        self._output.truncate()
        self.screen.draw_screen((canvas.cols(), canvas.rows()), canvas)
        data = self._output.getvalue()
        return Sent(CONTROL.findall(data), CONTROL.sub("", data))


@contextmanager
def recording(theme: Theme, monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    """Start the screen on a terminal of its own."""
    master, slave = os.openpty()
    output = io.StringIO()
    with (
        os.fdopen(master, "rb", buffering=0),
        os.fdopen(slave, "r") as keyboard,
        tempfile.TemporaryFile() as file,
    ):
        monkeypatch.setattr(sys, "stdin", keyboard)
        precedence = Precedence()
        screen = TerminalScreen("shop", output, Aside(file), precedence)
        screen.register_palette(theme.entries)
        screen.set_terminal_properties(colors=theme.colors)
        screen.start()
        recorder = Recorder(screen, output, precedence)
        # What is sent once is sent now.
        recorder.send(RowsCanvas([blank(1)], 1))
        try:
            yield recorder
        finally:
            screen.stop()


def masked(canvas: urwid.Canvas) -> RowsCanvas:
    """Return *canvas* with an ``x`` for every column that is not blank.

    Whatever controls the terminal cannot come from the text then.
    """
    rows = [[(a, cs, _masked(data)) for a, cs, data in row] for row in canvas.content()]
    cursor = canvas.cursor
    return RowsCanvas(rows, canvas.cols(), cursor[:2] if cursor else None)


def _masked(data: bytes) -> bytes:
    return b"".join(
        b" " if character == " " else b"x" * urwid.calc_width(character, 0, 1)
        for character in data.decode()
    )
