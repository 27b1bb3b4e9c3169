"""The first row and the last: where one is, how things are, what can be done."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from brummer.core.instance import Instance
from brummer.model.health import HealthLevel
from brummer.model.process import ProcessState, ProcessStatus
from brummer.tui.desk import Message
from brummer.tui.keymap import Place, hinted, key_names
from brummer.tui.prompt import Prompt
from brummer.tui.row import Row, Span, cut, fit, printable, ready, width

#: Names of the views in the first row: the longest that leave room for the summary.
_NAMES: Final = (
    ("Scripts", "Processes", "Logs", "Errors", "URLs", "MCP"),
    ("Scripts", "Procs", "Logs", "Errors", "URLs", "MCP"),
    ("Scr", "Proc", "Log", "Err", "URL", "MCP"),
    ("S", "P", "L", "E", "U", "M"),
)
_VIEWS: Final = (
    Place.SCRIPTS,
    Place.PROCESSES,
    Place.LOGS,
    Place.ERRORS,
    Place.URLS,
    Place.MCP,
)

#: The row begins with the name of the project where there is room for it as well.
_NAME: Final = 24

#: Where less than this would be left for what is typed, the row does not say what
#: the keys do; and where even less, not what it is for.
_BESIDE_HINTS: Final = 20
_LEAST_TYPED: Final = 8

#: Fewer columns are not worth telling a failure in.
_LEAST_TOLD: Final = 10


class Bar(NamedTuple):
    """A row, and which command a click on a part of it runs.

    *targets* are a command and the columns from where and before where it is.
    """

    row: Row
    targets: tuple[tuple[str, int, int], ...] = ()

    def command_at(self, column: int) -> str | None:
        """Return the command that stands at *column*."""
        found = (c for c, start, end in self.targets if start <= column < end)
        return next(found, None)


def head_bar(
    instance: Instance,
    place: Place,
    shown: Iterable[ProcessState],
    columns: int,
    new: int = 0,
) -> Bar:
    """Return the first row: the views, and a summary at the right.

    *new* is how many errors nobody has looked at.
    """
    summary = _summary(instance, shown, new)
    room = columns - _width(summary) - 1
    title = f" {cut(printable(instance.name), _NAME)} "
    forms = [(title, _NAMES[0]), *(("", names) for names in _NAMES)]
    rows = [_named(title, names, place) for title, names in forms]
    bar, spans = next(
        (row for row in rows if _width(row[1]) < room),
        rows[-1],
    )
    room -= _width(spans)
    if room >= 0:
        spans += [("bar", " " * (room + 1)), *summary]
    return Bar(ready(spans, columns, fill="bar"), bar)


def _named(
    title: str, names: Iterable[str], place: Place
) -> tuple[tuple[tuple[str, int, int], ...], list[Span]]:
    """Return the views under *names*, and where a click goes to which."""
    spans: list[Span] = [("bar on", title)] if title else []
    spans.append(("bar", " "))
    targets = []
    for number, (view, name) in enumerate(zip(_VIEWS, names, strict=True), 1):
        start = _width(spans)
        lit = view is place
        text = f"[{number}{name}]" if lit else f" {number}{name} "
        spans.append(("bar on" if lit else "bar", text))
        targets.append((f"view.{view}", start, start + width(text)))
    return tuple(targets), spans


def _summary(instance: Instance, shown: Iterable[ProcessState], new: int) -> list[Span]:
    """Return how many run, failed and said new errors, and what of us is broken."""
    states = [process.status for process in shown]
    running = sum(s in {ProcessStatus.RUNNING, ProcessStatus.STOPPING} for s in states)
    failed = states.count(ProcessStatus.FAILED)
    broken = sum(row.level is not HealthLevel.HEALTHY for row in instance.health())
    spans: list[Span] = [("bar", f"{running} up")]
    if failed:
        spans += [("bar", "  "), ("alarm", f" {failed} failed ")]
    if new:
        spans += [("bar", "  "), ("alarm", f" {new} new ")]
    if broken:
        spans += [("bar", "  "), ("alarm", f" ! {broken} broken ")]
    return spans


def foot_bar(
    place: Place,
    message: Message | None,
    columns: int,
    words: Mapping[str, str] = MappingProxyType({}),
) -> Bar:
    """Return the last row: a message, or what can be done here.

    *words* are hints for commands that mean something else just now.
    """
    if message is not None:
        attribute = "alarm" if message.failure else "toast"
        text = f" {message.text} "
        return Bar(ready([(attribute, text)], columns, fill="bar"))
    spans: list[Span] = [("bar", " ")]
    targets = []
    for binding in hinted(place):
        key = key_names(binding).split()[0]
        text = f" {words.get(binding.command, binding.hint)}  "
        start = _width(spans)
        end = start + width(key) + width(text)
        if end - 1 > columns:
            continue
        spans += [("key", key), ("bar", text)]
        targets.append((binding.command, start, end - 2))
    return Bar(ready(spans, columns, fill="bar"), tuple(targets))


def prompt_bar(
    prompt: Prompt, columns: int, message: Message | None = None
) -> tuple[Row, int]:
    """Return the last row while something is typed in it, and where the cursor is.

    A failure is told beside what is typed: it may be that of the line before.
    """
    caption = printable(prompt.caption)
    if width(caption) + _LEAST_TYPED > columns:
        caption = "> "
    beside = columns - width(caption) - _BESIDE_HINTS
    told = printable(prompt.told)
    hints = _prompt_hints(prompt, told)
    if told and _width(hints) > beside:
        hints = [("bar", f" {cut(told, beside - 2)} ")]
    if message is not None and message.failure and beside >= _LEAST_TOLD:
        hints = [("alarm", f" {cut(message.text, beside - 2)} ")]
    if _width(hints) > beside:
        hints = []
    room = max(1, columns - width(caption) - _width(hints))
    text, column = prompt.shown(room)
    row = ready([("key", caption), (None, fit(text, room)), *hints], columns)
    return row, min(width(caption) + column, columns - 1)


def _prompt_hints(prompt: Prompt, told: str) -> list[Span]:
    """Return what the keys do while one types, or that there is room for no more.

    What is *told* stands before it.
    """
    if prompt.is_full:
        return [("alarm", " the line is full ")]
    possible = prompt.commands()
    spans: list[Span] = [("bar", f" {told}  " if told else " ")]
    for binding in hinted(prompt.place):
        if binding.command in possible:
            key = key_names(binding).split()[0]
            spans += [("key", key), ("bar", f" {binding.hint} ")]
    return spans


def _width(spans: Iterable[Span]) -> int:
    return sum(width(text) for _, text in spans)
