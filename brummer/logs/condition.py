"""What lines can be asked for."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from brummer.core.pattern import Pattern
from brummer.logs.block import Block
from brummer.model.log import Stream
from brummer.model.process import ProcessId

#: A text is looked for in single lines when they are so much fewer than all.
_FEW: Final = 32


class Condition(Protocol):
    """Something that is true of some lines.

    Threads: frozen, so safe in any; several may ask at the same time.
    """

    def select(self, block: Block, among: Sequence[int]) -> Sequence[int]:
        """Return those lines of *block* among *among* for which it is true.

        Both are in ascending order; ``block.every`` are all of them.

        :raises PatternTooSlowError: if a pattern takes too long.
        """


@dataclass(frozen=True, slots=True)
class HasText:
    """The text of the line, without escape sequences, has a match of *pattern*."""

    pattern: Pattern

    def select(self, block: Block, among: Sequence[int]) -> Sequence[int]:
        """Return the lines that have one."""
        if len(among) * _FEW < block.lines:
            texts = zip(among, block.texts(among), strict=True)
            return [line for line, text in texts if self.pattern.matches(text)]
        plain = block.plain
        if block.is_plain and not self.pattern.is_frequent(plain):
            found = block.lines_at(self.pattern.positions(plain))
        else:
            found = self.pattern.lines(plain)
        if len(among) == block.lines:
            return found
        wanted = among if isinstance(among, range) else frozenset(among)
        return [line for line in found if line in wanted]


@dataclass(frozen=True, slots=True)
class IsFrom:
    """The line is from one of *processes*, if there are any, and of *streams*."""

    processes: Collection[ProcessId] = ()
    streams: Collection[Stream] = tuple(Stream)

    def select(self, block: Block, among: Sequence[int]) -> Sequence[int]:
        """Return the lines that are."""
        wanted = [
            (not self.processes or process in self.processes) and stream in self.streams
            for process, stream in block.sources
        ]
        if all(wanted):
            return among
        return _within(block, among, lambda run: wanted[block.source[run]])


@dataclass(frozen=True, slots=True)
class IsBetween:
    """The line was read from *since* to before *until*, in seconds since the epoch."""

    since: float = float("-inf")
    until: float = float("inf")

    def select(self, block: Block, among: Sequence[int]) -> Sequence[int]:
        """Return the lines that were."""
        times = block.times
        if self.since <= min(times) and max(times) < self.until:
            return among
        return _within(block, among, lambda run: self.since <= times[run] < self.until)


@dataclass(frozen=True, slots=True)
class All:
    """Every one of *conditions* is true."""

    conditions: tuple[Condition, ...]

    def select(self, block: Block, among: Sequence[int]) -> Sequence[int]:
        """Return the lines of which every one is."""
        for condition in self.conditions:
            if not among:
                break
            among = condition.select(block, among)
        return among


@dataclass(frozen=True, slots=True)
class Any:
    """At least one of *conditions* is true."""

    conditions: tuple[Condition, ...]

    def select(self, block: Block, among: Sequence[int]) -> Sequence[int]:
        """Return the lines of which one is."""
        found: set[int] = set()
        for condition in self.conditions:
            found.update(condition.select(block, among))
        return sorted(found)


@dataclass(frozen=True, slots=True)
class Not:
    """*condition* is not true."""

    condition: Condition

    def select(self, block: Block, among: Sequence[int]) -> Sequence[int]:
        """Return the lines of which it is not."""
        found = frozenset(self.condition.select(block, among))
        return [line for line in among if line not in found]


def _within(
    block: Block, among: Sequence[int], is_wanted: Callable[[int], bool]
) -> Sequence[int]:
    """Return those of *among* that are in runs whose number *is_wanted*."""
    lines = [line for run in block.of_runs(is_wanted) for line in run]
    if isinstance(among, range):
        return [line for line in lines if line in among]
    wanted = frozenset(among)
    return [line for line in lines if line in wanted]
