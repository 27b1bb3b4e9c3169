"""Copies in HTML: one file, without scripts, that loads nothing."""

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from html import escape
from types import MappingProxyType
from typing import Final

from brummer.logs import ansi
from brummer.logs.ansi import Line
from brummer.logs.export.copy import Labels, clock, date, last_state
from brummer.logs.export.text import Colours
from brummer.logs.level import level_of
from brummer.logs.style import PLAIN, Attribute, Colour, Style
from brummer.model.level import Level
from brummer.model.log import LogEntry, Stream

#: The sixteen colours that have names, each as it can be read on light and on dark.
_LIGHT: Final = (
    *("#24292f", "#cf222e", "#116329", "#7d4e00", "#0550ae", "#8250df", "#1b7c83"),
    *("#57606a", "#6e7781", "#a40e26", "#1a7f37", "#633c01", "#218bff", "#a475f9"),
    *("#3192aa", "#8c959f"),
)
_DARK: Final = (
    *("#6e7681", "#ff7b72", "#3fb950", "#d29922", "#58a6ff", "#bc8cff", "#39c5cf"),
    *("#b1bac4", "#8b949e", "#ffa198", "#56d364", "#e3b341", "#79c0ff", "#d2a8ff"),
    *("#56d4dd", "#f0f6fc"),
)

#: Where the colours are that have a place in a cube, and where the greys are.
_CUBE: Final = 16
_GREYS: Final = 232
_STEPS: Final = (0, 95, 135, 175, 215, 255)

_CLASSES: Final = (
    (Attribute.BOLD, "bold"),
    (Attribute.FAINT, "faint"),
    (Attribute.ITALIC, "italic"),
    (Attribute.UNDERLINE, "under"),
    (Attribute.STRIKE, "strike"),
)

_LEVELS: Final[Mapping[Level | None, str]] = MappingProxyType(
    {
        Level.TRACE: "faint",
        Level.DEBUG: "faint",
        Level.WARN: "warn",
        Level.ERROR: "error",
        Level.FATAL: "error",
    }
)

#: How many colours there are to tell processes apart.
_NAMES: Final = 5

#: What is made a link: nothing but a page, and no blanks, quotes or brackets in it.
_LINK: Final = re.compile(
    r"\bhttps?://[^\s<>\"'`\\^{|}]{0,2000}[^\s<>\"'`\\^{|}.,:;!?)\]]"
)

_STYLE: Final = """
:root { color-scheme: light dark; --ground: #ffffff; --ink: #1f2328; --soft: #59636e;
  --line: #d1d9e0; LIGHT }
@media (prefers-color-scheme: dark) {
  :root { --ground: #0d1117; --ink: #d8dee4; --soft: #8b949e; --line: #30363d; DARK } }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 13px/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono",
  monospace; }
h1, footer { margin: 0; padding: .6em 1em; font-size: 1em; color: var(--soft);
  font-weight: normal; }
h1 { position: sticky; top: 0; background: var(--ground);
  border-bottom: 1px solid var(--line); }
main { padding: .5em 1em; }
main div { white-space: pre-wrap; overflow-wrap: anywhere; min-height: 1.45em; }
main div:hover, main div:target { background: color-mix(in srgb, var(--c4) 14%,
  transparent); }
time { color: var(--soft); } .stderr time { color: var(--c1); }
main b { font-weight: 600; } a { color: inherit; }
.note, .faint { color: var(--soft); } .warn { color: var(--c3); }
.error { color: var(--c1); } .bold { font-weight: bold; }
.italic { font-style: italic; } .under { text-decoration: underline; }
.strike { text-decoration: line-through; }
"""


class HtmlCopy:
    """A copy that a browser shows, light or dark as its user likes it.

    Threads: belongs to whoever made it.
    """

    def __init__(self, labels: Labels) -> None:
        self._labels = labels
        self._colours = Colours()
        self._count = 0

    def head(self) -> str:
        """Return all that stands before the lines."""
        title = escape(ansi.strip(self._labels.title)) or "log"
        return (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            '<meta http-equiv="Content-Security-Policy"'
            " content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
            '<meta name="referrer" content="no-referrer">\n'
            '<meta name="viewport" content="width=device-width">\n'
            f"<title>{title}</title>\n<style>{_sheet()}</style>\n</head>\n<body>\n"
            f"<h1>{title}</h1>\n<main>\n"
        )

    def lines(self, entries: Iterable[LogEntry]) -> Iterator[str]:
        """Yield an element for each entry."""
        for entry in entries:
            self._count += 1
            kind = "" if entry.stream is Stream.OUT else f' class="{entry.stream}"'
            yield (
                f'<div id="n{entry.number + 1}"{kind}>{self._before(entry)}'
                f"{self._text(entry)}</div>\n"
            )

    def tail(self) -> str:
        """Return what ends the page."""
        noun = "line" if self._count == 1 else "lines"
        return f"</main>\n<footer>{self._count:,} {noun}</footer>\n</body>\n</html>\n"

    def _before(self, entry: LogEntry) -> str:
        """Return the labels of a line."""
        parts = ""
        if self._labels.times:
            told = f'title="{date(entry.time)}"'
            parts = f"<time {told}>{clock(entry.time)}</time> "
        if self._labels.is_merged:
            name = self._labels.name(entry.process)
            number = zlib.crc32(name.encode("utf-8", "replace")) % _NAMES
            parts += f'<b class="p{number}">{escape(name)}</b> '
        return parts

    def _text(self, entry: LogEntry) -> str:
        begin, _ = self._colours.over(entry)
        line = _shown(entry.data, begin)
        is_bare = all(style == PLAIN for style, _ in line.runs)
        if is_bare and (kind := _LEVELS.get(level_of(line.text, entry.stream))):
            return f'<span class="{kind}">{_linked(line.text)}</span>'
        parts = []
        position = 0
        for style, length in line.runs:
            text = _linked(line.text[position : position + length])
            position += length
            parts.append(
                f"<span{_worn(style)}>{text}</span>" if style != PLAIN else text
            )
        return "".join(parts)


def _shown(data: bytes, begin: Style) -> Line:
    """Return a line with its colours, and if it is very long the whole without."""
    if len(data) <= ansi.LONGEST:
        return ansi.parse(data, begin, limit=ansi.LONGEST)
    text = ansi.strip(last_state(data)).decode("utf-8", "replace")
    return Line(text, ((PLAIN, len(text)),), PLAIN)


def _linked(text: str) -> str:
    """Return *text* for a page, with its URLs as links."""
    if "://" not in text:
        return escape(text)
    parts = []
    done = 0
    for found in _LINK.finditer(text):
        url = escape(found[0])
        parts += [
            escape(text[done : found.start()]),
            f'<a href="{url}" rel="noopener noreferrer nofollow">{url}</a>',
        ]
        done = found.end()
    return "".join((*parts, escape(text[done:])))


@lru_cache(4096)
def _worn(style: Style) -> str:
    """Return the attributes of an element that looks like *style*."""
    names = [name for flag, name in _CLASSES if flag in style.attributes]
    front, ground = _css(style.foreground), _css(style.background)
    if Attribute.REVERSE in style.attributes:
        front, ground = ground or "var(--ground)", front or "var(--ink)"
    rules = [f"color:{front}"] if front else []
    rules += [f"background:{ground}"] if ground else []
    worn = f' class="{" ".join(names)}"' if names else ""
    return worn + (f' style="{";".join(rules)}"' if rules else "")


def _css(colour: Colour) -> str:
    """Return a colour as CSS has it, nothing for that of the page."""
    if colour is None:
        return ""
    if isinstance(colour, int):
        if colour < _CUBE:
            return f"var(--c{colour})"
        colour = _rgb(colour)
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _rgb(index: int) -> tuple[int, int, int]:
    """Return what one of the colours 16 to 255 looks like in xterm."""
    if index >= _GREYS:
        grey = 8 + 10 * (index - _GREYS)
        return grey, grey, grey
    cube = index - _CUBE
    return _STEPS[cube // 36], _STEPS[cube // 6 % 6], _STEPS[cube % 6]


def _sheet() -> str:
    """Return the style sheet."""
    light = " ".join(f"--c{n}: {value};" for n, value in enumerate(_LIGHT))
    dark = " ".join(f"--c{n}: {value};" for n, value in enumerate(_DARK))
    names = " ".join(
        f".p{n} {{ color: var(--c{colour}); }}"
        for n, colour in enumerate((6, 5, 2, 3, 4))
    )
    return _STYLE.replace("LIGHT", light).replace("DARK", dark) + names + "\n"
