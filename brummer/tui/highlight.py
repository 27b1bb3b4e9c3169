"""Matches of a pattern in a text that is ready to be shown."""

from collections.abc import Iterator, Sequence

from brummer.core.pattern import Pattern
from brummer.tui.row import Attribute, Span


def highlighted(
    spans: Sequence[Span], pattern: Pattern, attribute: Attribute
) -> list[Span]:
    """Return *spans* with *attribute* where their text matches *pattern*.

    A match may go over several spans.
    """
    found = pattern.spans("".join(text for _, text in spans))
    return list(_parted(spans, found, attribute)) if found else list(spans)


def _parted(
    spans: Sequence[Span], found: Sequence[tuple[int, int]], attribute: Attribute
) -> Iterator[Span]:
    """Yield *spans*, parted where a match begins or ends."""
    edges = [edge for match in found for edge in match]
    passed = at = 0
    for own, text in spans:
        begin, stop = passed, passed + len(text)
        while begin < stop:
            while at < len(edges) and edges[at] <= begin:
                at += 1
            end = min(edges[at], stop) if at < len(edges) else stop
            # Behind an odd number of edges is a match.
            yield attribute if at % 2 else own, text[begin - passed : end - passed]
            begin = end
        passed = stop
