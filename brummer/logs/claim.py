"""What lines can be asked for that depends on what they say of themselves.

See :mod:`brummer.logs.condition` for what every condition keeps to.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from brummer.logs.block import Block
from brummer.logs.condition import HasText
from brummer.logs.level import level_of, likely
from brummer.model.level import Level


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
