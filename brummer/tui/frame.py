"""The one widget that the screen consists of."""

import logging
from collections.abc import Callable
from typing import Final

import urwid
from typing_extensions import override

from brummer.tui.bars import Bar, foot_bar, head_bar, prompt_bar
from brummer.tui.board import Board
from brummer.tui.layers.layer import Box, centred
from brummer.tui.row import Row, RowsCanvas, Size, laid_over, ready, stacked
from brummer.tui.views.view import WHEEL

logger: Final = logging.getLogger(__name__)

#: Lower screens have no first row, or show only a view.
_WITH_HEAD: Final = 4
_WITH_FOOT: Final = 2

_WHEEL: Final = {4: -WHEEL, 5: WHEEL}


#: What urwid passes as the size of a widget; ours is always a box.
Sizing = tuple[()] | tuple[int] | tuple[int, int]


def cells(size: Sizing) -> Size:
    """Return the size of a box."""
    match size:
        case (columns, rows):
            return Size(columns, rows)
    raise TypeError(f"not the size of a box: {size}")


class Frame(urwid.Widget):
    """Draws a board row by row, and hands it the keys and the mouse.

    Everything is painted into one canvas.  There are no nested widgets, so
    there are none that could be too small, and a view that fails leaves its
    area to a message.

    Threads: the main thread only.
    """

    _sizing = frozenset([urwid.BOX])
    _selectable = True

    def __init__(self, board: Board) -> None:
        super().__init__()
        self._board = board
        self._head = Bar([])
        self._foot = Bar([])
        self._body = Size(0, 0)
        self._above = 0
        self._failed: str | None = None
        self._pasting = False

    def refresh(self) -> None:
        """Read what is new and draw it."""
        self._board.refresh()
        self._invalidate()

    # What is drawn.

    @override
    def render(self, size: Sizing, focus: bool = False) -> RowsCanvas:
        """Return the whole screen."""
        columns, rows = cells(size)
        self._board.fit(Size(columns, rows))
        if columns <= 0 or rows <= 0:
            return RowsCanvas([[] for _ in range(rows)], columns)
        self._above = 1 if rows >= _WITH_HEAD else 0
        below = 1 if rows >= _WITH_FOOT else 0
        self._body = Size(columns, rows - self._above - below)
        body = self._guarded(self._view_rows)
        box, body = self._with_layer(body)
        self._head = self._head_bar(columns)
        foot, column = self._foot_row(columns)
        lines = [*([self._head.row] if self._above else []), *body]
        lines += [foot] if below else []
        if not below and self._board.prompt is not None:
            lines = [foot]
        cursor = (column, rows - 1) if column is not None else box
        return RowsCanvas(lines, columns, cursor)

    def _view_rows(self) -> list[Row]:
        return stacked(self._board.view.draw(self._body), self._body)

    def _guarded(self, draw: Callable[[], list[Row]]) -> list[Row]:
        """Return what *draw* draws, or that it failed; it is logged once."""
        try:
            rows = draw()
        except Exception as error:
            text = f"{type(error).__name__}: {error}"
            if text != self._failed:
                logger.exception("the view %s failed", self._board.view.place)
            self._failed = text
            lines = [("alarm", " view failed "), (None, f" {text}")]
            return stacked([ready(lines, self._body.columns)], self._body)
        self._failed = None
        return rows

    def _with_layer(self, body: list[Row]) -> tuple[tuple[int, int] | None, list[Row]]:
        """Return the cursor of the layer, and *body* with the layer lying on it."""
        layer = self._board.layer
        if layer is None:
            return None, body
        try:
            box = layer.draw(self._body)
        except Exception as error:
            logger.exception("the layer %s failed", layer.place)
            text = f" failed: {type(error).__name__}: {error} "
            row = ready([("alarm", text)], self._body.columns)
            box = Box([row], self._body.columns)
        at = centred(box, self._body)
        cursor = None
        if box.cursor is not None:
            cursor = (
                min(box.cursor[0] + at.columns, self._body.columns - 1),
                min(box.cursor[1] + at.rows, max(0, len(body) - 1)) + self._above,
            )
        return cursor, laid_over(body, box.rows, at, box.columns)

    def _head_bar(self, columns: int) -> Bar:
        board = self._board
        shown = board.lineage.shown()
        new = board.troubles.new
        return head_bar(board.desk.instance, board.view.place, shown, columns, new)

    def _foot_row(self, columns: int) -> tuple[Row, int | None]:
        """Return the last row, and in which column of it one types."""
        prompt = self._board.prompt
        message = self._board.desk.message()
        if prompt is None:
            words = self._board.hints()
            self._foot = foot_bar(self._board.place, message, columns, words)
            return self._foot.row, None
        self._foot = Bar([])
        return prompt_bar(prompt, columns, message)

    # What comes in.

    @override
    def keypress(self, size: Sizing, key: str) -> str | None:
        """Take a key.  What is pasted is text: it never runs a command."""
        if key in {"begin paste", "end paste"}:
            self._pasting = key == "begin paste"
            return None
        if self._pasting:
            self._paste(key)
        elif not self._board.press(key):
            return key
        self._invalidate()
        return None

    def _paste(self, key: str) -> None:
        """Type what is pasted into whatever takes text; line ends become blanks."""
        text = " " if key in {"enter", "tab"} else key
        prompt, layer = self._board.prompt, self._board.layer
        if prompt is not None:
            prompt.type(text)
        elif layer is not None:
            layer.type(text)

    @override
    def mouse_event(
        self,
        size: Sizing,
        event: str,
        button: int,
        col: int,
        row: int,
        focus: bool,
    ) -> bool | None:
        """Take a click or a turn of the wheel."""
        if event != "mouse press":
            return False
        if button in _WHEEL:
            self._wheel(row, _WHEEL[button])
        elif button == 1:
            self._click(cells(size), col, row)
        self._invalidate()
        return True

    def _wheel(self, row: int, lines: int) -> None:
        board = self._board
        if board.layer is None:
            board.view.wheel(row - self._above, lines)
        else:
            board.run("move.up" if lines < 0 else "move.down")

    def _click(self, size: Size, col: int, row: int) -> None:
        board = self._board
        command = None
        if self._above and row == 0 and board.layer is None:
            command = self._head.command_at(col)
        elif row == size.rows - 1:
            command = self._foot.command_at(col)
        elif board.layer is None:
            board.view.click(row - self._above)
        if command is not None:
            board.run(command)
