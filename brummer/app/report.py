"""An error as plain text, with all that one needs to understand it elsewhere."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from brummer.core.excerpt import Excerpt
from brummer.logs.ansi import strip
from brummer.logs.export.copy import last_state
from brummer.model.finding import Finding, Frame
from brummer.model.log import LogEntry, LogWindow
from brummer.model.process import ProcessId, ProcessState

#: Lines of the log before and after those of the error, and how many of its own.
_BESIDE: Final = 5
_OWN: Final = 60

#: Bytes of one line of the log, and frames in a row that are not the project's, of
#: which only the number is told.
_LINE: Final = 1_000
_FEW: Final = 2


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around an error: its process, its source, the log.

    *window* reads up to so many lines of a log from one on.
    """

    process: ProcessState | None
    source: Excerpt
    window: Callable[[int, int, ProcessId], LogWindow]


def report(finding: Finding, around: Around) -> str:
    """Return *finding* with what stands *around* it."""
    parts = [
        _head(finding, around.process),
        _frames(finding),
        _source(finding, around.source),
        _log(finding, around),
    ]
    return "\n\n".join("\n".join(part) for part in map(list, parts) if part) + "\n"


def _head(finding: Finding, process: ProcessState | None) -> Iterator[str]:
    yield _plain(finding.title).partition("\n")[0]
    rest = _plain(finding.message).partition("\n")[2]
    if rest:
        yield from ("  " + line for line in rest.splitlines()[:_OWN])
    for cause in finding.causes:
        yield f"caused by  {_plain(cause)}"
    if place := place_of(finding):
        yield f"place      {place}"
    if process is not None:
        yield f"process    {process.id}: {_plain(process.command)}"
    else:
        yield f"process    {finding.process}"
    seen = f"first {_moment(finding.first_seen)}, last {_moment(finding.last_seen)}"
    if finding.count == 1:
        seen = _moment(finding.last_seen)
    times = f"{finding.count:,} times, " if finding.count > 1 else ""
    yield f"seen       {times}{seen}"


def place_of(finding: Finding) -> str:
    """Return the place in the form in which editors take it."""
    numbers = [str(n) for n in (finding.line_in_file, finding.column) if n]
    return ":".join([_plain(finding.file), *numbers]) if finding.file else ""


def _frames(finding: Finding) -> Iterator[str]:
    """Yield the frames, those of libraries as a number."""
    if not finding.frames:
        return
    yield "frames:"
    place = (finding.file, finding.line_in_file)
    foreign: list[Frame] = []
    for frame in finding.frames:
        if not frame.own:
            foreign.append(frame)
            continue
        yield from _folded(foreign)
        foreign = []
        yield _frame(frame, ">" if (frame.file, frame.line) == place else " ")
    yield from _folded(foreign)


def _folded(frames: list[Frame]) -> Iterator[str]:
    if len(frames) > _FEW:
        yield f"    ... {len(frames)} frames of libraries"
    else:
        yield from (_frame(frame, " ") for frame in frames)


def _frame(frame: Frame, mark: str) -> str:
    numbers = [str(n) for n in (frame.line, frame.column) if n]
    place = ":".join([_plain(frame.file), *numbers])
    return f"  {mark} {place}  {_plain(frame.function)}".rstrip()


def _source(finding: Finding, source: Excerpt) -> Iterator[str]:
    if not source.lines:
        return
    changed = ", changed since" if source.modified > finding.last_seen else ""
    yield f"{source.path}{changed}:"
    for number, text in enumerate(source.lines, source.first):
        mark = ">" if number == finding.line_in_file else " "
        yield f"  {mark} {number:>5} | {_plain(text)}".rstrip()


def _log(finding: Finding, around: Around) -> Iterator[str]:
    first, end = finding.range
    start = max(0, first - _BESIDE)
    wanted = min(end, first + _OWN) + _BESIDE - start
    lines = around.window(start, wanted, finding.process).entries
    if not lines:
        return
    yield "log:"
    yield from (_line(entry, range(first, end)) for entry in lines)


def _line(entry: LogEntry, own: range) -> str:
    clock = time.strftime("%H:%M:%S", time.localtime(entry.time))
    text = strip(last_state(entry.data)[:_LINE]).decode("utf-8", "replace")
    return f"  {'>' if entry.number in own else ' '} {clock} {text}".rstrip()


def _moment(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))


def _plain(text: str) -> str:
    return strip(text.encode("utf-8", "replace")).decode("utf-8", "replace")
