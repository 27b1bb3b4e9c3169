"""What the palette offers to do with MCP clients."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from brummer.tui.desk import Desk
from brummer.tui.layers.palette import Choice

#: What can be done by how the entry in a client's file does: a command, and its words.
_ACTS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "none": (("mcp.install", "enter Brummer in"),),
    "outdated": (
        ("mcp.install", "bring Brummer up to date in"),
        ("mcp.remove", "take Brummer out of"),
    ),
    "current": (("mcp.remove", "take Brummer out of"),),
}

#: What is said of what became of the file.
_DONE: Final[Mapping[str, str]] = {
    "added": "entered in",
    "updated": "brought up to date in",
    "removed": "taken out of",
    "unchanged": "left as it is in",
}


class Clients:
    """Enters Brummer in clients that are installed, and takes it out of them.

    Threads: the main thread only.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def open(self) -> None:
        """Offer what can be done, as soon as the clients are known."""
        self._desk.run("mcp.clients", self._offer)

    def _offer(self, answer: object) -> None:
        rows = answer.get("clients", ()) if isinstance(answer, Mapping) else ()
        choices = [
            Choice(f"{words} {row['title']}", row["scope"], partial(self._do, run, row))
            for row in rows
            if (row["installed"] and row["file"]) or row["entry"] != "none"
            for run, words in _ACTS.get(row["entry"], ())
        ]
        if choices:
            self._desk.offer(choices)
        else:
            self._desk.say("no MCP client is installed whose file could be changed")

    def _do(self, command: str, row: Mapping[str, Any]) -> None:
        self._desk.run(
            command, self._done, client=row["client"], scope=str(row["scope"])
        )

    def _done(self, answer: object) -> None:
        if isinstance(answer, Mapping):
            done = _DONE.get(str(answer.get("action")), "")
            said = f"{done} {answer.get('title')}: {answer.get('file')}"
            self._desk.say("; ".join((said, *answer.get("remarks", ()))))
