"""Logs that can be indexed, and conditions that tell what is asked of them."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

from typing_extensions import override

from brummer.core.aside import settle
from brummer.core.clock import SystemClock
from brummer.core.pattern import Pattern, PatternTooSlowError
from brummer.logs.block import Block
from brummer.logs.condition import Condition, HasText
from brummer.logs.history.archive import Archive
from brummer.logs.index import Ground, LogIndex
from brummer.logs.store import LogStore
from brummer.logs.view import LogSnapshot
from brummer.model.process import ProcessId
from tests.logs.history.shelf import OUT, WEB, Shelf
from tests.support.clock import FakeClock

_T = TypeVar("_T")

FOO = HasText(Pattern("foo"))


def nothing(_: LogSnapshot, process: ProcessId | None) -> Iterator[Block]:
    """Have no files."""
    return iter(())


def at_once(function: Callable[[], _T], /) -> Future[_T]:
    """Run *function* in the caller."""
    future: Future[_T] = Future()
    settle(future, function)
    return future


class Later:
    """Keeps what is to be run aside until a test runs it."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Callable[[], None], Future[None]]] = []

    def __call__(self, function: Callable[[], None], /) -> Future[None]:
        self.waiting.append((function, Future()))
        return self.waiting[-1][1]

    def run(self) -> None:
        """Run one slice."""
        function, future = self.waiting.pop(0)
        settle(future, function)


class Ticking(FakeClock):
    """A clock on which each slice is over after one block."""

    @override
    def monotonic(self) -> float:
        self.advance(0.02)
        return super().monotonic()


class Log:
    """A store, and indexes of it."""

    def __init__(self, store: LogStore | None = None) -> None:
        self.store = store or LogStore()
        self.told = 0

    def print(self, text: str, process: ProcessId = WEB) -> None:
        self.store.append(process, OUT, text.encode(), 1.0)
        self.store.publish()

    def index(
        self,
        condition: Condition = FOO,
        process: ProcessId | None = None,
        *,
        folded: bool = False,
        ground: Ground | None = None,
        kept: int = 10**6,
    ) -> LogIndex:
        return LogIndex(
            ground or self.ground(),
            process,
            lambda: condition,
            folded=folded,
            kept=kept,
        )

    def ground(self, later: Later | None = None) -> Ground:
        return Ground(
            snapshot=self.store.snapshot,
            before=nothing,
            filed=False,
            aside=later or at_once,
            changed=self.changed,
            clock=Ticking() if later else SystemClock(),
        )

    def changed(self) -> None:
        self.told += 1

    def numbers(self, word: bytes, process: ProcessId | None = None) -> list[int]:
        """Return which lines have *word*, by looking at each."""
        entries = self.store.window(0, 10**6, process).entries
        return [e.number for e in entries if word in e.data and not e.partial]


class Filed(Log):
    """A log of which memory keeps little, and files the rest."""

    def __init__(self, folder: Path) -> None:
        self.shelf = Shelf(folder, part_bytes=2000, store=LogStore(max_entries=40))
        super().__init__(self.shelf.store)
        self.archive = Archive(self.store, self.shelf.run, lambda _: self.shelf.write())

    @override
    def print(self, text: str, process: ProcessId = WEB) -> None:
        self.shelf.print(text.encode(), process)

    @override
    def ground(self, later: Later | None = None) -> Ground:
        return Ground(
            snapshot=self.store.snapshot,
            before=self.archive.before,
            filed=True,
            aside=later or at_once,
            changed=self.changed,
            clock=Ticking() if later else SystemClock(),
        )

    @override
    def numbers(self, word: bytes, process: ProcessId | None = None) -> list[int]:
        entries = self.archive.window(0, 10**6, process).entries
        return [e.number for e in entries if word in e.data]


class Counting:
    """A condition of which no line is true, and that counts those it saw."""

    def __init__(self) -> None:
        self.lines = 0

    def select(self, block: Block, among: Sequence[int]) -> Sequence[int]:
        self.lines += len(among)
        return range(block.lines)[:0]


class Slow:
    """A condition that takes too long for all blocks but the first ones."""

    def __init__(self, after: int) -> None:
        self._left = after

    def select(self, block: Block, among: Sequence[int]) -> Sequence[int]:
        if not self._left:
            raise PatternTooSlowError(f"too slow for {block.lines} lines")
        self._left -= 1
        return among
