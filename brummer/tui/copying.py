"""Lines of a log for elsewhere: selected, copied, written to a file."""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final, NamedTuple

from brummer.core.instance import Log
from brummer.model.log import LogEntry, LogWindow
from brummer.model.process import ProcessId
from brummer.tui.desk import Desk, Question
from brummer.tui.handing import hand_over
from brummer.tui.inset import Inset, current_line
from brummer.tui.widgets.log import LogPane
from brummer.tui.words import counted

#: What ends the name of a file that may be overwritten.
_FORCE: Final = "!"

#: Lines of an earlier run that can be copied.
_EARLIER: Final = 5_000

_SUFFIXES: Final = ".txt .ans .jsonl .html"


class _Anchor(NamedTuple):
    """Where somebody began to select: a line of a log."""

    source: Log
    process: ProcessId | None
    number: int


class Copies:
    """Selects lines of *log*, copies them, and writes them to files.

    The lines are those that are shown; without a selection the current one is copied,
    and the whole log is written.

    Threads: the main thread only; files are read and written aside.
    """

    def __init__(self, desk: Desk, log: LogPane, inset: Inset) -> None:
        self._desk = desk
        self._log = log
        self._inset = inset
        self._anchor: _Anchor | None = None

    @property
    def selected(self) -> range:
        """The numbers of the lines that are selected, whether they are shown or not.

        While the end of the log is followed, they go on to it.
        """
        shown = self._log.source, self._log.process
        if self._anchor is None or self._anchor[:2] != shown:
            return range(0)
        here = current_line(self._log)
        if here is None:
            return range(0)
        first, last = sorted((self._anchor.number, here))
        return range(first, last + 1)

    def commands(self) -> Mapping[str, Callable[[], None]]:
        """Return what the keys do."""
        return {
            "log.select": self.select,
            "item.copy": lambda: self.copy(labels=False),
            "log.copy_times": lambda: self.copy(labels=True),
            "log.write": self.ask_for_a_file,
            "agent.hand_over": self.hand_over,
        }

    def select(self) -> None:
        """Begin to select at the current line, or select nothing any more."""
        if self.selected:
            self._anchor = None
            return
        self._log.stand.pause()
        here = current_line(self._log)
        if here is None:
            self._desk.say("there are no lines")
            return
        self._anchor = _Anchor(self._log.source, self._log.process, here)
        self._desk.say(
            "move to select; y copies, W writes a file, > hands over, v ends it"
        )

    def copy(self, *, labels: bool) -> None:
        """Copy what is selected; with *labels* lines say when and by whom."""
        if self._inset.is_focused and not labels:
            self._desk.copy(self._inset.text, "the line as it is shown")
            return
        selected = self.selected
        if selected and self._log.is_earlier:
            self._copy_earlier(selected, labels=labels)
        elif selected:
            self._desk.run(
                "logs.copy",
                self._copied,
                labels=labels,
                **self._stretch(selected),
            )
            self._anchor = None
        else:
            self._copy_one(labels=labels)

    def _copy_earlier(self, selected: range, *, labels: bool) -> None:
        """Copy lines of a run that is over, which commands know nothing of."""
        count = len(selected)
        if count > _EARLIER:
            self._desk.fail(
                f"{count:,} lines of an earlier run are too many to copy;"
                " brumctl logs --run RUN -o FILE writes them"
            )
            return
        found = self._log.source.log_history(selected.start, count, self._log.process)
        self._desk.wait(found, partial(self._copy_lines, labels=labels))
        self._anchor = None

    def _copy_lines(self, window: LogWindow, *, labels: bool) -> None:
        shown = [e for e in window.entries if e.number in self._log.course]
        self._desk.copy(self._text(shown, labels=labels), counted(len(shown), "line"))

    def _copied(self, answer: object) -> None:
        match answer:
            case {"text": str(text), "lines": int(lines)}:
                self._desk.copy(text, counted(lines, "line"))

    def _copy_one(self, *, labels: bool) -> None:
        """Copy the current line, which is at hand, be it without an end yet."""
        number = current_line(self._log)
        entry = None if number is None else self._log.entry(number)
        if entry is None:
            self._desk.say("the line is not there, or not yet")
            return
        self._desk.copy(self._text([entry], labels=labels), "1 line")

    def _text(self, entries: Sequence[LogEntry], *, labels: bool) -> str:
        # Imported when somebody copies: the first frame would wait for it.
        from brummer.logs.export.copy import Labels
        from brummer.logs.export.text import plain_copy

        processes = self._desk.instance.processes().values()
        copy = plain_copy(
            Labels(
                is_merged=labels and self._log.process is None,
                times=labels,
                names={p.id: p.name for p in processes},
            )
        )
        return "".join(copy.lines(entries)).rstrip("\n")

    def _stretch(self, lines: range) -> Mapping[str, Any]:
        """Return what the commands take for those of *lines* that are shown."""
        wanted = self._log.lens.filters.wanted
        return {
            "process": self._log.process or "",
            "first": lines.start,
            "stop": lines.stop,
            "every": wanted.every,
            "some": wanted.some,
            "never": wanted.never,
        }

    def hand_over(self) -> None:
        """Hand what is selected, or the current line, to an agent."""
        if self._log.is_earlier:
            self._desk.fail("an earlier run cannot be handed over; y copies its lines")
            return
        lines = self.selected
        if not lines:
            here = current_line(self._log)
            if here is None:
                self._desk.say("there are no lines")
                return
            lines = range(here, here + 1)
        what = counted(len(lines), "line")
        hand_over(self._desk, what, kind="log", **self._stretch(lines))
        self._anchor = None

    def ask_for_a_file(self) -> None:
        """Ask where to write what is selected, or the whole log."""
        if self._log.is_earlier:
            self._desk.fail("brumctl logs --run RUN -o FILE writes an earlier run")
            return
        selected = self.selected
        what = counted(len(selected), "line") if selected else "the log"
        stretch = self._stretch(selected or range(0))
        self._desk.ask(
            Question(
                f"write {what} to ({_SUFFIXES}): ",
                lambda name: self._write(name, stretch),
                text=self._proposed(),
            )
        )

    def _proposed(self) -> str:
        """Return a name that no file has yet."""
        process = self._desk.instance.processes().get(
            self._log.process or ProcessId("")
        )
        name = process.name if process else self._log.process or "all"
        safe = "".join(c if c.isalnum() or c in "-_." else "-" for c in name)
        now = time.strftime("%Y%m%d-%H%M%S", time.localtime(self._desk.clock.now()))
        return f"{safe}-{now}.txt"

    def _write(self, name: str, stretch: Mapping[str, Any]) -> None:
        path = name.strip().removesuffix(_FORCE).strip()
        if not path:
            return
        self._desk.say(f"writing {path}")
        self._desk.run(
            "logs.export",
            self._written,
            otherwise=self._not_written,
            path=path,
            overwrite=name.strip().endswith(_FORCE),
            **stretch,
        )
        self._anchor = None

    def _written(self, answer: object) -> None:
        match answer:
            case {"path": str(path), "lines": int(lines)}:
                self._desk.say(f"{counted(lines, 'line')} in {path}")

    def _not_written(self, reason: str) -> None:
        advice = f"; W and the name with {_FORCE} behind it overwrites it"
        self._desk.fail(reason + advice * reason.endswith("exists already"))
