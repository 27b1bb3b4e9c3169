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

#: Names of the views in the first row, from which width on.
_LONG: Final = (
    60,
    {Place.SCRIPTS: "Scripts", Place.PROCESSES: "Processes", Place.LOGS: "Logs"},
)
_SHORT: Final = (34, {Place.SCRIPTS: "Scr", Place.PROCESSES: "Proc", Place.LOGS: "Log"})
_TINY: Final = (0, {Place.SCRIPTS: "S", Place.PROCESSES: "P", Place.LOGS: "L"})

#: From this width on the first row begins with the name of the project.
_WITH_NAME: Final = 70
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
) -> Bar:
    """Return the first row: the views, and a summary at the right."""
    spans: list[Span] = []
    if columns >= _WITH_NAME:
        spans.append(("bar on", f" {cut(printable(instance.name), _NAME)} "))
    spans.append(("bar", " "))
    names = next(names for least, names in (_LONG, _SHORT, _TINY) if columns >= least)
    targets = []
    for number, (view, name) in enumerate(names.items(), 1):
        start = _width(spans)
        lit = view is place
        text = f"[{number}{name}]" if lit else f" {number}{name} "
        spans.append(("bar on" if lit else "bar", text))
        targets.append((f"view.{view}", start, start + width(text)))
    summary = _summary(instance, shown)
    room = columns - _width(spans) - _width(summary) - 1
    if room >= 1:
        spans += [("bar", " " * room), *summary]
    return Bar(ready(spans, columns, fill="bar"), tuple(targets))


def _summary(instance: Instance, shown: Iterable[ProcessState]) -> list[Span]:
    """Return how many processes run and failed, and what of Brummer is broken."""
    states = [process.status for process in shown]
    running = sum(s in {ProcessStatus.RUNNING, ProcessStatus.STOPPING} for s in states)
    failed = states.count(ProcessStatus.FAILED)
    broken = sum(row.level is not HealthLevel.HEALTHY for row in instance.health())
    spans: list[Span] = [("bar", f"{running} up")]
    if failed:
        spans += [("bar", "  "), ("alarm", f" {failed} failed ")]
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
