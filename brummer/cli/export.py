"""Log lines in the form and the place that were asked for: ``-o``, ``--format``."""

import contextlib
import sys
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from brummer.cli.interruption import ended_in_order
from brummer.cli.line import LinePrinter
from brummer.cli.remote import Remote, Row, say_aside
from brummer.control.record import AbsentError
from brummer.core.newfile import NewFile, TakenError
from brummer.core.pattern import Pattern
from brummer.errors import UsageError
from brummer.logs.export.copy import Copy, Labels
from brummer.logs.export.formats import copy_in
from brummer.model.format import Format, format_of
from brummer.model.log import LogEntry, Stream
from brummer.model.process import ProcessId


class Printer(Protocol):
    """What takes lines."""

    def print(self, entries: Sequence[Row]) -> None:
        """Print *entries*."""


class CopyPrinter:
    """Writes lines as a copy has them.

    :attr:`count` is how many there were.
    """

    def __init__(self, copy: Copy, write: Callable[[str], object]) -> None:
        self._copy = copy
        self._write = write
        self.count = 0

    def begin(self) -> None:
        """Write what stands before all lines."""
        self._write(self._copy.head())

    def end(self) -> None:
        """Write what stands behind them."""
        self._write(self._copy.tail())

    def print(self, entries: Sequence[Row]) -> None:
        """Write *entries*."""
        self.count += len(entries)
        if entries:
            self._write("".join(self._copy.lines(map(_entry, entries))))


def _entry(row: Row) -> LogEntry:
    return LogEntry(
        row["number"],
        ProcessId(row["process"]),
        Stream(row["stream"]),
        row["time"],
        row["data"].encode("utf-8", "surrogateescape"),
        row.get("partial", False),
    )


@contextlib.contextmanager
def printing(
    remote: Remote,
    *,
    merged: bool,
    pattern: Pattern | None = None,
    names: Mapping[str, str] | None = None,
) -> Iterator[Printer]:
    """Give what prints lines as the options say, and end what it wrote.

    *merged* lines say when and by whom they were printed; *names* are what processes
    are called by their ids, without which the instance is asked.  What matches
    *pattern* stands out where there are colours.

    :raises UsageError: if the options do not go together.
    :raises BrummerError: if a file cannot be written; then there is none.
    """
    form = _form(remote)
    if form is None:
        yield LinePrinter(remote, merged=merged, pattern=pattern, names=names)
        return
    if names is None:
        names = {row["id"]: row["name"] for row in remote.rows("processes")}
    labels = Labels(
        title=f"{remote.folder.name}: {remote.options.process or 'all processes'}",
        is_merged=merged,
        times=merged or form is Format.HTML,
        names={ProcessId(process): name for process, name in names.items()},
    )
    with ended_in_order():
        with _paper(remote, form) as write:
            printer = CopyPrinter(copy_in(form, labels), write)
            lost = yield from _whole(printer, is_endless=remote.options.follow)
        if remote.options.output:
            noun = "line" if printer.count == 1 else "lines"
            say_aside(f"{printer.count:,} {noun} in {remote.options.output}")
        if lost is not None:
            raise lost


def _whole(
    printer: CopyPrinter, *, is_endless: bool
) -> Generator[CopyPrinter, None, AbsentError | None]:
    """Give *printer*, and what a copy needs before and after it.

    Returns how the instance was lost, if it was killed while it was followed.
    """
    lost = None
    printer.begin()
    try:
        yield printer
    except AbsentError as error:
        # What was printed until then may be all that is left of it.
        if not is_endless:
            raise
        lost = error
    except KeyboardInterrupt:
        # That is how following ends; anything else would be half a copy.
        if not is_endless:
            raise
    printer.end()
    return lost


def _form(remote: Remote) -> Format | None:
    """Return the format of the copy; ``None`` if none was asked for."""
    options = remote.options
    form = None if options.format is None else Format(options.format)
    if options.json and form not in {None, Format.JSON}:
        raise UsageError(f"--json and --format {form} do not go together")
    if options.force and not options.output:
        raise UsageError("--force is for the file of --output")
    if form is None and options.output:
        form = format_of(Path(options.output)) or Format.PLAIN
        return Format.JSON if options.json else form
    return form


@contextlib.contextmanager
def _paper(remote: Remote, form: Format) -> Iterator[Callable[[str], object]]:
    """Give what writes to the file of the options, or to standard output."""
    options = remote.options
    if not options.output:
        # A page says itself in which encoding it is.
        known = "utf-8" if form is Format.HTML else sys.stdout.encoding
        yield lambda text: _print(text, known or "utf-8")
        return
    try:
        with NewFile(Path(options.output), overwrite=options.force) as file:
            yield lambda text: file.write(text.encode("utf-8", "replace"))
    except TakenError as error:
        raise TakenError(f"{error}; --force overwrites it") from None


def _print(text: str, encoding: str) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode(encoding, "replace"))
    sys.stdout.buffer.flush()
