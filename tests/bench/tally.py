"""Counts the lines of the emitter in what somebody made of them."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

#: What the emitter prints, with the name and the numbers in groups.
_LINE: Final = re.compile(
    rb"(\w+) line (\d{9}) GET /api/v1/items/(\d{6,})\?page=3 200 9ms"
    rb" user=alice trace=([0-9a-f]{8})"
)

#: Occurs in any larger piece of such a line, and in nothing that a tool says.
_PIECE: Final = re.compile(rb" line \d|/api/v1|user=alice|trace=[0-9a-f]")

#: Colours, and what else terminals are told.
_ESCAPE: Final = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]|\x1b[78=>]")

#: The end of a line that has come through the emitter's whole printing.
MARK: Final = b"trace="


@dataclass(slots=True)
class Tally:
    """What came of the lines of some processes.

    A line is *intact* if it is there from its first character to its last,
    behind nothing but a prefix; *twice* counts those that came again.  What holds
    a piece of a line and is no whole one is *split*.  *disordered* counts the
    lines with a smaller number than the line of the same process before.
    """

    prefix: re.Pattern[bytes]
    intact: int = 0
    twice: int = 0
    split: int = 0
    disordered: int = 0
    _seen: Counter[bytes] = field(default_factory=Counter)
    _last: dict[bytes, int] = field(default_factory=dict)

    def read(self, data: bytes) -> None:
        """Count the lines of *data*, in which every line has an end."""
        for raw in _ESCAPE.sub(b"", data).split(b"\n"):
            self._count(raw.rstrip(b"\r"))

    def _count(self, line: bytes) -> None:
        prefix = self.prefix.match(line)
        found = _LINE.fullmatch(line, prefix.end()) if prefix else None
        if found is None or not _is_whole(found):
            self.split += bool(_PIECE.search(line))
            return
        name, number = found[1], int(found[2])
        if self._seen[found[1] + found[2]]:
            self.twice += 1
            return
        self._seen[found[1] + found[2]] += 1
        self.intact += 1
        self.disordered += number < self._last.get(name, -1)
        self._last[name] = number


def _is_whole(found: re.Match[bytes]) -> bool:
    """Whether all parts of a line speak of the same number."""
    number = int(found[2])
    return int(found[3]) == number and int(found[4], 16) == number * 2654435761 % 2**32


def tally(parts: Iterable[bytes], prefix: bytes) -> Tally:
    """Return the count of *parts*, the whole output of one target each.

    *prefix* is a regular expression of what stands before a line.
    """
    counted = Tally(re.compile(prefix))
    for part in parts:
        counted.read(part)
    return counted
