"""What lines can be asked for that depends on what they say of themselves.

See :mod:`brummer.logs.condition` for what every condition keeps to.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Final

from brummer.logs.block import Block
from brummer.logs.condition import HasText, IsFrom
from brummer.logs.level import level_of, likely
from brummer.logs.ranges import NONE, Ranges
from brummer.logs.tag import words_of
from brummer.model.finding import Finding
from brummer.model.level import Level
from brummer.model.process import ProcessId

#: What a level is worth, and what being about a build or a test is.  Where a line
#: came from is worth nothing: many programs print everything on standard error.
_WORTH: Final[Mapping[Level, int]] = MappingProxyType(
    {
        Level.NOTICE: 10,
        Level.WARN: 30,
        Level.ERROR: 60,
        Level.FATAL: 80,
    }
)
_BUILD: Final = 10
_TEST: Final = 15


@dataclass(frozen=True, slots=True)
class HasLevel:
    """The line says that it has one of *levels*, or says none and *unsaid* is set.

    In bulk: one pass finds the lines that may say one of them, and only at those
    somebody looks.
    """

    levels: frozenset[Level]
    unsaid: bool = False

    def select(self, block: Block, among: Sequence[int]) -> Sequence[int]:
        """Return the lines that do."""
        if not self.unsaid:
            return _saying(self.levels, block, among)
        # Those that say another one are fewer than all, and found like the others.
        others = frozenset(_saying(frozenset(Level) - self.levels, block, among))
        return [line for line in among if line not in others]


@dataclass(frozen=True, slots=True)
class HasTag:
    """The line is about *tag*, one of :data:`brummer.logs.tag.TAGS`."""

    tag: str

    def select(self, block: Block, among: Sequence[int]) -> Sequence[int]:
        """Return the lines that are."""
        return HasText(words_of(self.tag)).select(block, among)


@dataclass(frozen=True, slots=True)
class HasPriority:
    """The line is worth at least *least* points.

    10 for a notice, 30 for a warning, 60 for an error, 80 for a fatal one; 10 more
    if it is about a build, and 15 if about a test.
    """

    least: int

    def select(self, block: Block, among: Sequence[int]) -> Sequence[int]:
        """Return the lines that do."""
        if self.least <= 0:
            return among
        built = frozenset(HasTag("build").select(block, among))
        tested = frozenset(HasTag("test").select(block, among))
        points = dict.fromkeys(built, _BUILD)
        for line in tested:
            points[line] = points.get(line, 0) + _TEST
        for level, worth in _WORTH.items():
            for line in _saying(frozenset({level}), block, among):
                points[line] = points.get(line, 0) + worth
        return sorted(line for line, sum_ in points.items() if sum_ >= self.least)


@dataclass(frozen=True, slots=True)
class IsOf:
    """The line is from a process that one of *names* means.

    That is its id or the name of its script; ``*``, ``?`` and ``[abc]`` stand for
    what they do in a shell.  Processes that start later count as well.
    """

    names: tuple[str, ...]

    def select(self, block: Block, among: Sequence[int]) -> Sequence[int]:
        """Return the lines that are."""
        meant = {process for process, _ in block.sources if self._means(process)}
        return IsFrom(tuple(meant)).select(block, among) if meant else ()

    def _means(self, process: ProcessId) -> bool:
        script = process.rpartition("-")[0]
        # A name may have brackets in it and mean just these.
        return any(
            name == meant or fnmatchcase(meant, name)
            for name in self.names
            for meant in (process, script)
        )


def nothing_kept(_: ProcessId) -> Ranges:
    """Return what is known of a process of which there are no files."""
    return NONE


@dataclass(frozen=True, slots=True)
class IsFound:
    """The line belongs to one of the *findings* that there are when it is asked.

    *kept* returns which lines of a process belonged to others, as files say.
    """

    findings: Callable[[], Iterable[Finding]]
    kept: Callable[[ProcessId], Ranges] = nothing_kept

    def select(self, block: Block, among: Sequence[int]) -> Sequence[int]:
        """Return the lines that do."""
        known: dict[ProcessId, list[tuple[int, int]]] = {}
        for finding in self.findings():
            known.setdefault(finding.process, []).append(finding.range)
        ranges = {
            process: (Ranges(known.get(process, ())), self.kept(process))
            for process, _ in block.sources
        }
        lines: set[int] = set()
        stops = (*block.starts[1:], block.lines)
        for run, (start, stop) in enumerate(zip(block.starts, stops, strict=True)):
            process, _ = block.sources[block.source[run]]
            number = block.number(run)
            for found in ranges[process]:
                for each in found.within(number, number + stop - start):
                    shift = start - number
                    lines.update(range(each.start + shift, each.stop + shift))
        return [line for line in among if line in lines]


def _saying(
    levels: frozenset[Level], block: Block, among: Sequence[int]
) -> Sequence[int]:
    """Return those of *among* that say that they have one of *levels*."""
    if not levels:
        return ()
    maybe = HasText(likely(levels)).select(block, among)
    return [
        line
        for line, text in zip(maybe, block.texts(maybe), strict=True)
        if (level := level_of(text, block.origin(line).stream)) and level in levels
    ]
