"""The project's scripts, folded by package, with their last runs."""

import shlex
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from brummer.core.amount import ago, duration
from brummer.model.process import ProcessId, ProcessState
from brummer.model.script import Script, ScriptId
from brummer.tui.desk import Desk, Question
from brummer.tui.keymap import Place
from brummer.tui.lineage import Lineage
from brummer.tui.row import Row, Size, Span, printable, ready, stacked
from brummer.tui.theme import STATUS_ATTRIBUTE
from brummer.tui.views.view import WHEEL, clipped, rule
from brummer.tui.widgets.listing import Listing, Wording
from brummer.tui.widgets.table import Column, Line
from brummer.tui.words import counted, status

_COLUMNS: Final = (
    Column(title="SCRIPT", width=0),
    Column(title="SOURCE", width=10, least=60),
    Column(title="STATE", width=12, least=30),
    Column(title="LAST", width=11, least=60),
    Column(title="TIME", width=7, right=True, least=50),
    Column(title="COMMAND", width=0, least=100),
)

_WORDING: Final = Wording(
    noun="script", advice="no script was found here: $ runs a shell command"
)

#: Rows about the selected script, below the table, and from which height on.
_DETAILS: Final = 4
_WITH_DETAILS: Final = 14


class Item(NamedTuple):
    """A line of the list: a package, or one of its scripts."""

    package: str
    script: ScriptId | None


class ScriptsView:
    """What can be run.

    *opened* is called with a process that was started, to be shown.

    Threads: the main thread only.
    """

    place = Place.SCRIPTS

    def __init__(
        self, desk: Desk, lineage: Lineage, opened: Callable[[ProcessId], None]
    ) -> None:
        self._desk = desk
        self._lineage = lineage
        self._opened = opened
        self._list: Listing[Item] = Listing(desk, _COLUMNS, _WORDING, self._show)
        self._scripts: Mapping[ScriptId, Script] = {}
        self._folded: set[str] = set()
        self._version = -1
        self._above = 0

    @property
    def script(self) -> Script | None:
        """The selected script."""
        item = self._list.key
        return (
            None if item is None or item.script is None else self._scripts[item.script]
        )

    @property
    def process(self) -> ProcessId | None:
        """The latest run of the selected script."""
        run = self.script and self._lineage.newest(self.script.id)
        return run.id if run else None

    def refresh(self) -> bool:
        """Read the scripts again if they were detected anew."""
        version = self._desk.instance.versions().scripts
        if version == self._version:
            return False
        self._version = version
        self._scripts = {script.id: script for script in self._desk.instance.scripts()}
        self._show()
        return True

    def _show(self) -> None:
        """Take the scripts that match, under their packages."""
        packages: dict[str, list[Item]] = {}
        for script in self._scripts.values():
            if self._wanted(script):
                item = Item(script.package, script.id)
                packages.setdefault(script.package, []).append(item)
        items: list[Item] = []
        for package, scripts in packages.items():
            if package or len(packages) > 1:
                items.append(Item(package, None))
            # A filter looks into folded packages too.
            if self._list.is_narrowed or package not in self._folded:
                items += scripts
        self._list.show(items, self._stand_in(items))

    def _stand_in(self, items: list[Item]) -> Item | None:
        """Return what to select when the selected item is folded or filtered away."""
        item = self._list.key
        if item is None or self._list.is_narrowed:
            return next((i for i in items if i.script is not None), None)
        return Item(item.package, None)

    def _wanted(self, script: Script) -> bool:
        return self._list.matches(
            script.name, script.package, script.source, script.command
        )

    # What is drawn.

    def draw(self, size: Size) -> list[Row]:
        """Return a line about the project, the list, and the selected script."""
        details = _DETAILS if size.rows >= _WITH_DETAILS else 0
        self._above = 1 if size.rows >= _WITH_DETAILS else 0
        listed = Size(size.columns, size.rows - details - self._above)
        rows = [self._summary(size.columns)] if self._above else []
        rows += self._list.draw(listed, self._line)
        if details:
            rows += self._details(size.columns)
        return stacked(rows, size)

    def _summary(self, columns: int) -> Row:
        names = {script.package for script in self._scripts.values()}
        parts = [counted(len(self._scripts), "script")]
        if len(names) > 1:
            parts.append(counted(len(names), "package"))
        parts.append(str(self._desk.instance.folder))
        return ready([("dim", "   " + "  ".join(parts))], columns)

    def _line(self, item: Item) -> Line:
        if item.script is None:
            return self._package_line(item.package)
        script = self._scripts[item.script]
        run = self._lineage.newest(script.id)
        indent = "  " if script.package else ""
        cells = [indent + script.name, script.source, "", "", "", script.command]
        if run is None:
            return Line(" ", None, [printable(cell) for cell in cells])
        cells[2:5] = self._run_cells(run)
        glyph = self._desk.theme.glyphs.of(run.status)
        return Line(glyph, STATUS_ATTRIBUTE[run.status], [printable(c) for c in cells])

    def _run_cells(self, run: ProcessState) -> tuple[str, str, str]:
        now = self._desk.clock.now()
        last = "" if run.ended is None else ago(now - run.ended)
        span = duration(run.duration(now)) if run.started else ""
        return status(run, now), last, span

    def _package_line(self, package: str) -> Line:
        glyphs = self._desk.theme.glyphs
        folded = package in self._folded and not self._list.is_narrowed
        of_it = [s for s in self._scripts.values() if s.package == package]
        count = f" ({len(of_it)})" if folded else ""
        name = printable(package or self._desk.instance.name)
        glyph = glyphs.closed if folded else glyphs.open
        return Line(glyph, "head", [name + count, *[""] * (len(_COLUMNS) - 1)])

    def _details(self, columns: int) -> list[Row]:
        glyphs = self._desk.theme.glyphs
        script = self.script
        if script is None:
            return [rule(glyphs, [], columns)]
        texts = [clipped(script.command, columns - 2, glyphs), f"in {script.folder}"]
        if script.description:
            texts.append(script.description)
        head: list[Span] = [("head", script.name), ("rule", script.source)]
        return [
            rule(glyphs, head, columns),
            *(ready([("dim", f" {text}")], columns) for text in texts),
        ]

    # What the keys do.

    def commands(self) -> Mapping[str, Callable[[], None]]:
        """Return what the keys of the view do."""
        return {
            **self._list.moves(),
            **self._list.pages(),
            **self._list.commands(),
            "script.run": self._run,
            "script.arguments": self._ask_arguments,
            "script.fold": self._fold,
        }

    def _run(self) -> None:
        """Start the selected script, or show it if it runs; fold a package."""
        script = self.script
        if script is None:
            self._fold()
            return
        run = self._lineage.newest(script.id)
        if run is not None and not run.is_finished:
            self._opened(run.id)
        else:
            self.start(script, ())

    def start(self, script: Script, words: tuple[str, ...]) -> None:
        """Start a script and show it."""
        self._desk.say(f"starting {script.name}")
        self._desk.run(
            "script.start", self._started, script=script.id, arguments=list(words)
        )

    def _started(self, answer: object) -> None:
        if isinstance(answer, Mapping) and "process" in answer:
            self._opened(ProcessId(str(answer["process"])))

    def _ask_arguments(self) -> None:
        script = self.script
        if script is not None:
            self._desk.ask(
                Question(f"{script.name} ", lambda line: self._start_with(script, line))
            )

    def _start_with(self, script: Script, line: str) -> None:
        try:
            words = tuple(shlex.split(line))
        except ValueError as error:
            self._desk.fail(f"arguments: {str(error).lower()}")
        else:
            self.start(script, words)

    def _fold(self) -> None:
        item = self._list.key
        if item is not None:
            self._folded ^= {item.package}
            self._show()

    def click(self, row: int, /) -> None:
        """Select the line that was clicked on."""
        self._list.click(row - self._above)

    def wheel(self, _row: int, lines: int, /) -> None:
        """Move through the list."""
        self._list.move(lines // WHEEL or lines)
