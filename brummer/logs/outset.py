"""Where errors begin, so that one can go from one to the next."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final, NamedTuple

from brummer.logs.block import Block
from brummer.logs.claim import HasLevel, nothing_kept
from brummer.logs.ranges import Ranges
from brummer.model.finding import Finding, FindingKind
from brummer.model.level import Level
from brummer.model.process import ProcessId

_SAID: Final = HasLevel(frozenset({Level.ERROR, Level.FATAL}))


class _Known(NamedTuple):
    """The errors of a process: where they begin, in order, and what lines they have."""

    firsts: Sequence[int]
    lines: Ranges


@dataclass(frozen=True, slots=True)
class BeginsError:
    """The line is the first of an error, however many lines that has.

    It is the first one of a finding that is an error, or says that it is one and
    belongs to none that began before.  *findings* are those that there are when it is
    asked; *kept* returns which lines of a process belonged to others, as files say:
    what these were is not known, so they are errors if their first line says so.
    """

    findings: Callable[[], Iterable[Finding]]
    kept: Callable[[ProcessId], Ranges] = nothing_kept

    def select(self, block: Block, among: Sequence[int]) -> Sequence[int]:
        """Return the lines that are."""
        said = frozenset(_SAID.select(block, block.every))
        firsts, rest = self._found(block, said)
        wanted = firsts | (said - rest)
        return [line for line in among if line in wanted]

    def _found(self, block: Block, said: AbstractSet[int]) -> tuple[set[int], set[int]]:
        """Return where errors begin that were found, and all lines that they have."""
        known = self._known()
        kept = {process: self.kept(process) for process, _ in block.sources}
        firsts: set[int] = set()
        lines: set[int] = set()
        #: Whether what was found last of a process is an error.  Of what began in
        #: another block that is not known, and most are.
        is_error: dict[ProcessId, bool] = {}
        for process, numbers, shift in _runs(block):
            if process in known:
                firsts.update(n + shift for n in _within(known[process], numbers))
                for each in known[process].lines.within(numbers.start, numbers.stop):
                    lines.update(range(each.start + shift, each.stop + shift))
            for each in kept[process].within(numbers.start, numbers.stop):
                begin = each.start + shift
                if kept[process].begins(each.start):
                    is_error[process] = begin in said
                    firsts |= {begin} & said
                if is_error.get(process, True):
                    lines.update(range(begin, each.stop + shift))
        return firsts, lines

    def _known(self) -> Mapping[ProcessId, _Known]:
        ranges: dict[ProcessId, list[tuple[int, int]]] = {}
        for finding in self.findings():
            if finding.kind is FindingKind.ERROR:
                ranges.setdefault(finding.process, []).append(finding.range)
        return {
            process: _Known(sorted({first for first, _ in own}), Ranges(own))
            for process, own in ranges.items()
        }


def _runs(block: Block) -> Iterator[tuple[ProcessId, range, int]]:
    """Yield of each run whose it is, its numbers, and how far lines are from these."""
    stops = (*block.starts[1:], block.lines)
    for run, (start, stop) in enumerate(zip(block.starts, stops, strict=True)):
        number = block.number(run)
        process, _ = block.sources[block.source[run]]
        yield process, range(number, number + stop - start), start - number


def _within(known: _Known, numbers: range) -> Sequence[int]:
    """Return the errors that begin with one of *numbers*."""
    begin = bisect_left(known.firsts, numbers.start)
    return known.firsts[begin : bisect_left(known.firsts, numbers.stop, begin)]
