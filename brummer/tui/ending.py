"""How it ends, and what an earlier end has left."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from brummer.tui.desk import Desk
from brummer.tui.keymap import Place
from brummer.tui.layers.dialog import (
    Dialog,
    StoppingLayer,
    leftover_lines,
    quit_lines,
)
from brummer.tui.layers.layer import Layer, Markup
from brummer.tui.lineage import Lineage

logger: Final = logging.getLogger(__name__)


class Ending:
    """Asks before everything is stopped, and shows how that goes.

    *lay* puts a layer over the view, or takes it away; *leave* ends the screen.

    Threads: the main thread only.
    """

    def __init__(
        self,
        desk: Desk,
        lineage: Lineage,
        lay: Callable[[Layer | None], None],
        leave: Callable[[], None],
    ) -> None:
        self._desk = desk
        self._lineage = lineage
        self._lay = lay
        self._leave = leave
        self._quitting = False

    def ask_quit(self) -> None:
        """Quit; ask first if that would stop anything."""
        if not self._lineage.unfinished():
            self.quit()
            return
        self._ask(
            Place.QUIT,
            "Quit",
            lambda rows: quit_lines(self._lineage.unfinished(), rows),
            self.quit,
        )

    def _ask(
        self,
        place: Place,
        title: str,
        lines: Callable[[int], Sequence[Markup]],
        yes: Callable[[], None],
    ) -> None:
        dialog = Dialog(
            place,
            title,
            lines,
            glyphs=self._desk.theme.glyphs,
            answer={
                "answer.yes": yes,
                "answer.sure": yes,
                "answer.no": lambda: self._lay(None),
            },
        )
        self._lay(dialog)

    def quit(self) -> None:
        """Stop everything, show how that goes, and leave; asked again, hurry."""
        if self._quitting:
            self._desk.run("app.hurry")
            return
        self._quitting = True
        self._lay(StoppingLayer(self._desk, self._lineage))
        self._desk.run("app.quit", lambda _: self._leave(), otherwise=self._cannot_quit)

    def _cannot_quit(self, reason: str) -> None:
        self._quitting = False
        self._lay(None)
        self._desk.fail(f"cannot quit: {reason}")

    # What an earlier end has left.

    def look_for_leftovers(self) -> None:
        """Ask what to do if a dead instance of this project left anything running."""
        # Where they cannot be looked for, there is nothing to ask about.
        self._desk.run("leftovers.list", self._offer, otherwise=logger.warning)

    def _offer(self, answer: object) -> None:
        names = leftover_names(answer)
        if names and not self._quitting:
            self._ask(
                Place.LEFTOVERS,
                "Left over",
                lambda rows: leftover_lines(names, rows),
                self._end,
            )

    def _end(self) -> None:
        self._lay(None)
        self._desk.say("ending what was left over")
        self._desk.run("leftovers.end", self._ended)

    def _ended(self, answer: object) -> None:
        survivors = answer.get("survivors") if isinstance(answer, Mapping) else ()
        if isinstance(survivors, Sequence) and survivors:
            count = len(survivors)
            self._desk.fail(f"{count} of what was left over could not be ended")
        else:
            self._desk.say("what was left over has ended")


def leftover_names(answer: object) -> list[str]:
    """Return the answer of ``leftovers.list`` as lines for people."""
    rows = answer.get("leftovers") if isinstance(answer, Mapping) else answer
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        return []
    return [_name(row) for row in rows]


def _name(row: object) -> str:
    """Return ``web-1: vite --port 5173 (pid 4711)``, as far as it is known."""
    if not isinstance(row, Mapping):
        return str(row)
    called = row.get("process") or row.get("name")
    words = [str(word) for word in (called, row.get("command")) if word]
    pid = f"(pid {row['pid']})" if row.get("pid") else ""
    return " ".join([": ".join(words), pid]).strip()
