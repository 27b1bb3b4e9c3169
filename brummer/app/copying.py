"""Writing lines of a log into a copy, a little at a time."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from brummer.app.commands import find_process
from brummer.app.export import ExportCommands
from brummer.core.clock import Clock
from brummer.core.guard import attempt
from brummer.core.index import Wanted
from brummer.core.newfile import NewFile
from brummer.errors import BrummerError, UsageError
from brummer.logs.export.copy import Copy, Labels
from brummer.logs.export.formats import copy_in
from brummer.logs.search import SLICE, Aside
from brummer.logs.sieve import Sieve
from brummer.model.format import Format, format_of

#: Lines that are written in one go.
_PAGE: Final = 2_000

#: Bytes of a copy that is kept in memory; clipboards take less.
MAX_TEXT: Final = 1024 * 1024


class Paper(Protocol):
    """What a copy is written on."""

    def write(self, data: bytes, /) -> None:
        """Write *data* behind what was written."""

    def finish(self) -> None:
        """Keep what was written."""

    def discard(self) -> None:
        """Keep nothing."""


class Note:
    """A short copy, in memory."""

    def __init__(self) -> None:
        self._data = bytearray()

    def write(self, data: bytes) -> None:
        """Write *data* behind what was written.

        :raises BrummerError: if that is too much.
        """
        if len(self._data) + len(data) > MAX_TEXT:
            raise BrummerError(
                f"more than {MAX_TEXT // 1024:,} KiB are too much to copy; write them"
                " to a file"
            )
        self._data += data

    def finish(self) -> None:
        """Keep what was written."""

    def discard(self) -> None:
        """Keep nothing."""
        self._data.clear()

    @property
    def text(self) -> str:
        """What was written."""
        return self._data.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """The lines of a log that are wanted, from *first* to before *stop*.

    A *stop* of 0 is the end of the log.  The rest is as in
    :class:`~brummer.core.index.Wanted`.
    """

    process: str = ""
    first: int = 0
    stop: int = 0
    every: Sequence[str] = ()
    some: Sequence[str] = ()
    never: Sequence[str] = ()

    @property
    def wanted(self) -> Wanted:
        """What lines have to be."""
        return Wanted(
            every=tuple(self.every), some=tuple(self.some), never=tuple(self.never)
        )


class Target(NamedTuple):
    """What becomes of lines: a *copy* of them on *paper*.

    *told* returns what is answered of a number of lines that were written.
    """

    copy: Copy
    paper: Paper
    told: Callable[[int], object]


class Copying:
    """Writes the lines with such *numbers* that *sieve* lets through.

    It works in slices of :data:`~brummer.logs.search.SLICE` seconds, each a task of
    its own on a worker, so that no thread is held however much there is.

    Threads: the slices follow each other, so there is one at any time.  Cancelling
    :attr:`ended` is safe from any.
    """

    def __init__(
        self, sieve: Sieve, numbers: range, target: Target, clock: Clock
    ) -> None:
        self._sieve = sieve
        self._next = numbers.start
        self._stop = numbers.stop
        self._copy, self._paper, self._told = target
        self._clock = clock
        self._has_begun = False
        #: How many lines were written.
        self._lines = 0
        #: Resolved once, by the last slice.
        self.ended: Future[object] = Future()

    def start(self, aside: Aside) -> None:
        """Begin; *aside* runs a function on a worker."""

        def go_on(done: Future[None]) -> None:
            if self._goes_on(done):
                self.start(aside)

        while True:
            slice_ = aside(self._write)
            # Where nothing runs aside it has run already, and a call from a call
            # from a call would end at some depth.
            if not slice_.done():
                slice_.add_done_callback(go_on)
                return
            if not self._goes_on(slice_):
                return

    def _goes_on(self, done: Future[None]) -> bool:
        """Say that a slice is done; return whether there is another."""
        error = done.exception()
        is_wanted = not self.ended.cancelled()
        if error is None and is_wanted and self._next < self._stop:
            return True
        is_wanted = self.ended.set_running_or_notify_cancel()
        if error is None and is_wanted:
            _, error = attempt(self._paper.finish)
        if error is None and is_wanted:
            self.ended.set_result(self._told(self._lines))
            return False
        self._paper.discard()
        if is_wanted:
            self.ended.set_exception(error)
        return False

    def _write(self) -> None:
        """Write some lines, for about :data:`SLICE` seconds."""
        end = self._clock.monotonic() + SLICE

        def goes_on() -> bool:
            return self._clock.monotonic() < end and not self.ended.cancelled()

        if not self._has_begun:
            self._has_begun = True
            self._put(self._copy.head())
        while self._next < self._stop:
            entries, self._next = self._sieve.oldest(
                self._next, self._stop, _PAGE, goes_on
            )
            self._lines += len(entries)
            self._put("".join(self._copy.lines(entries)))
            if not goes_on():
                break
        if self._next >= self._stop:
            self._put(self._copy.tail())

    def _put(self, text: str) -> None:
        self._paper.write(text.encode("utf-8", "replace"))


class Exports:
    """Begins what the commands of *means* do.

    Threads: belongs to whoever made it; what it begins goes on aside.
    """

    def __init__(self, means: ExportCommands) -> None:
        self._means = means

    def export(
        self, path: str, form: str, *, overwrite: bool, **lines: object
    ) -> object:
        """Begin to write a file; the future says what is in it.

        :raises UsageError: if something of it makes no sense.
        :raises BrummerError: if the file cannot be written.
        """
        where = self._place(path)
        kind = _form(form) or format_of(where) or Format.PLAIN
        make: Callable[..., Stretch] = Stretch
        stretch = make(**lines)
        sieve = self._sieve(stretch)
        numbers = self._numbers(stretch, sieve)
        copy = self._copy_of(kind, stretch, labels=sieve.process is None)
        # What else is wrong with the place is said when it is opened.
        with suppress(OSError):
            if where.exists() and not where.is_file():
                # A pipe would hold the worker until somebody reads.
                raise BrummerError(f"{where} is no file")
        file = NewFile(where, overwrite=overwrite)
        told = {"path": str(where)}
        target = Target(copy, file, lambda lines: {**told, "lines": lines})
        return self._begun(sieve, numbers, target)

    def copy(self, *, labels: bool, **lines: object) -> object:
        """Begin to copy lines; the future has them as text.

        :raises UsageError: if something of it makes no sense.
        """
        make: Callable[..., Stretch] = Stretch
        stretch = make(**lines)
        sieve = self._sieve(stretch)
        copy = self._copy_of(Format.PLAIN, stretch, labels=labels)
        numbers = self._numbers(stretch, sieve)
        note = Note()
        target = Target(copy, note, lambda lines: {"text": note.text, "lines": lines})
        return self._begun(sieve, numbers, target)

    def _place(self, path: str) -> Path:
        """Return where the file is to be that is called *path*."""
        if not path.strip():
            raise UsageError("a file needs a name")
        try:
            return self._means.folder / Path(path.strip()).expanduser()
        except RuntimeError as error:
            # Nobody knows that user, or where home is.
            raise UsageError(f"{path}: {error}") from None

    def _begun(self, sieve: Sieve, numbers: range, target: Target) -> object:
        copying = Copying(sieve, numbers, target, self._means.clock)
        copying.start(self._means.aside)
        return copying.ended

    def _sieve(self, stretch: Stretch) -> Sieve:
        of = None
        if stretch.process:
            of = find_process(self._means.registry.snapshot(), stretch.process).id
        return Sieve(self._means.archive, self._means.condition(stretch.wanted), of)

    def _numbers(self, stretch: Stretch, sieve: Sieve) -> range:
        """Return the numbers of the lines that there are."""
        if min(stretch.first, stretch.stop) < 0:
            raise UsageError("'first' and 'stop' are whole numbers from 0")
        oldest, end = self._means.archive.extent(sieve.process)
        return range(max(stretch.first, oldest), min(stretch.stop or end, end))

    def _copy_of(self, form: Format, stretch: Stretch, *, labels: bool) -> Copy:
        names = {p.id: p.name for p in self._means.registry.snapshot().values()}
        known = Labels(
            title=f"{self._means.folder.name}: {stretch.process or 'all processes'}",
            is_merged=labels and not stretch.process,
            times=labels or form is Format.HTML,
            names=names,
        )
        return copy_in(form, known)


def _form(name: str) -> Format | None:
    """Return the format of that name, ``None`` without a name.

    :raises UsageError: if there is none.
    """
    if not name:
        return None
    try:
        return Format(name)
    except ValueError:
        raise UsageError(
            f"'form' is one of {', '.join(Format)}, not {name!r}"
        ) from None
