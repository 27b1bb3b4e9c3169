"""Log lines as ``brumctl`` prints them."""

import json
import sys
import time
from collections.abc import Mapping, Sequence

from brummer.cli.remote import Remote, Row, say
from brummer.core.pattern import Pattern
from brummer.logs.ansi import keep_colour, left_open, strip
from brummer.logs.export.copy import last_state
from brummer.logs.style import PLAIN

#: How what was searched for stands out on a terminal.
_MARK = "\x1b[1;31m{}\x1b[0m"
_RESET = "\x1b[0m"


class LinePrinter:
    """Prints log lines in the chosen form.

    *merged* lines say when and by whom they were printed.  What matches *pattern*
    stands out where there are colours.  *names* are what processes are called by
    their ids; without it the instance is asked.
    """

    def __init__(
        self,
        remote: Remote,
        *,
        merged: bool,
        pattern: Pattern | None = None,
        names: Mapping[str, str] | None = None,
    ) -> None:
        self._json = remote.options.json
        self._merged = merged
        self._colours = remote.options.ansi or sys.stdout.isatty()
        self._pattern = pattern if self._colours else None
        if names is None:
            names = {row["id"]: row["name"] for row in remote.rows("processes")}
        self._names = names

    def print(self, entries: Sequence[Row]) -> None:
        """Print *entries*."""
        if entries:
            say("\n".join(map(self._text, entries)))

    def _text(self, entry: Row) -> str:
        if self._json:
            return json.dumps(entry)
        data: bytes = entry["data"].encode("utf-8", "surrogateescape")
        # What was written over is as people saw it in the end.
        line = last_state(data)
        if self._pattern is not None:
            text = self._marked(strip(line).decode("utf-8", "replace"))
        else:
            clean = keep_colour(line) if self._colours else strip(line)
            text = clean.decode("utf-8", "replace")
        if not self._merged:
            return text
        if self._colours and left_open(data) != PLAIN:
            # The next line may be another process's.
            text += _RESET
        clock = time.strftime("%H:%M:%S", time.localtime(entry["time"]))
        name = self._names.get(entry["process"]) or entry["process"].rpartition("-")[0]
        return f"[{clock}] {strip(name)}: {text}"

    def _marked(self, text: str) -> str:
        """Return *text* with its matches in the colour of matches."""
        assert self._pattern is not None
        done, parts = 0, []
        for begin, end in self._pattern.spans(text):
            parts += [text[done:begin], _MARK.format(text[begin:end])]
            done = end
        return "".join((*parts, text[done:]))
