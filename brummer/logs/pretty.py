"""JSON laid out over several lines, as it was written.

The text itself is cut and indented, not what a parser makes of it: numbers keep
their digits, a key that occurs twice is shown twice, and nothing is too odd.
"""

import json
import re
from collections.abc import Iterator
from typing import Final

from brummer.logs import ansi
from brummer.logs.ansi import Line
from brummer.logs.style import PLAIN, Style

_KEY: Final = Style(foreground=6)
_STRING: Final = Style(foreground=2)
_NUMBER: Final = Style(foreground=3)
_CONSTANT: Final = Style(foreground=5)

#: Columns of each step, and how many steps are shown at most.
_STEP: Final = 2
_DEEPEST: Final = 40

# No part can match what the part before it gave up, and a string without an end goes
# to that of the text: linear in any.
_QUOTED: Final = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?+'
_TOKEN: Final = re.compile(
    rf"""\s*+(?:(?P<empty>\{{\s*+\}}|\[\s*+\])|(?P<open>[{{\[])|(?P<close>[}}\]])
    |(?P<comma>,)|(?P<key>{_QUOTED})\s*+:|(?P<string>{_QUOTED})
    |(?P<number>-?\d[\w.+-]*+)|(?P<constant>[^\s"{{}}\[\],:]++)|(?P<rest>.))""",
    re.VERBOSE | re.DOTALL,
)
_STYLES: Final = {
    "key": _KEY,
    "string": _STRING,
    "number": _NUMBER,
    "constant": _CONSTANT,
}
#: What is escaped in a string, backslashes included.
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)


class _Sheet:
    """Collects spans to lines."""

    def __init__(self) -> None:
        self._spans: list[tuple[Style, str]] = []
        self.depth = 0

    def add(self, style: Style, text: str) -> None:
        """Add *text* to the line."""
        self._spans.append((style, text))

    def line(self) -> Iterator[Line]:
        """Yield the line, unless there is nothing in it, and begin the next one."""
        spans, self._spans = self._spans, []
        if spans:
            indent = " " * (_STEP * min(self.depth, _DEEPEST))
            parts = [(PLAIN, indent), *((s, ansi.strip(t)) for s, t in spans)]
            runs = tuple((style, len(text)) for style, text in parts if text)
            yield Line("".join(text for _, text in parts), runs, PLAIN)


def pretty(text: str) -> Iterator[Line]:
    """Yield the lines of JSON *text*, indented and in colours.

    Line feeds in strings, as traces have them, begin lines as well.
    """
    sheet = _Sheet()
    for token in _TOKEN.finditer(text.strip()):
        kind = token.lastgroup or "rest"
        word = token[kind]
        match kind:
            case "open":
                sheet.add(PLAIN, word)
                yield from sheet.line()
                sheet.depth += 1
            case "close":
                yield from sheet.line()
                sheet.depth = max(0, sheet.depth - 1)
                sheet.add(PLAIN, word)
            case "comma":
                sheet.add(PLAIN, word)
                yield from sheet.line()
            case "key":
                sheet.add(_KEY, _readable(word))
                sheet.add(PLAIN, ": ")
            case "string":
                yield from _string(sheet, word)
            case _:
                sheet.add(_STYLES.get(kind, PLAIN), word)
    yield from sheet.line()


def _string(sheet: _Sheet, word: str) -> Iterator[Line]:
    """Add a string; yield its lines but for the last."""
    first, *others = _readable(word).split("\n")
    sheet.add(_STRING, first)
    for part in others:
        yield from sheet.line()
        sheet.add(_STRING, f"{' ' * _STEP}{part}")


def _readable(word: str) -> str:
    r"""Return a string with its letters for ``\u00e9``, and lines for ``\n``."""
    try:
        value = json.loads(word)
    except ValueError:
        # A control character in it, or a broken escape.
        return word.replace("\n", " ")
    plain = json.dumps(value, ensure_ascii=False)
    return _ESCAPE.sub(lambda found: "\\n\n" if found[1] == "n" else found[0], plain)
