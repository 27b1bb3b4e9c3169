"""Text that children wrote, made safe for a terminal.

Nothing that leaves this module can steer a terminal or mislead a reader:

- SGR is read into a :class:`~brummer.logs.style.Style`; every other escape
  sequence (CSI, OSC, DCS, APC, PM, SOS, also unterminated, also in their 8-bit
  forms) is removed;
- a carriage return, a backspace and the cursor movements within a row do what
  they do on a terminal; tab stops are 8 columns apart;
- BEL, NUL, SO, SI and DEL are dropped, other control characters are shown as
  ``^A``;
- characters that hide or reorder text (bidirectional controls, zero width
  spaces, tags, line separators) become U+FFFD, as bytes that are not UTF-8 do.
  Unicode TR 36 and "Trojan Source" (CVE-2021-42574) say why.

Every pattern here is linear: no part can match what the part before it left.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import AnyStr, Final, NamedTuple, overload

from brummer.logs.row import TAB, Row
from brummer.logs.style import PLAIN, Style, restyled, revealed, sequence

#: Characters of one line that are shown; the store keeps all of them.
LIMIT: Final = 10_000
#: Lines of more bytes or characters are cut before anything is decoded, so that
#: drawing a line of 10 MB costs what drawing any long line costs, and no line can
#: be made to cost more than some 50 ms.
LONGEST: Final = 32 * 1024

_CONTROL: Final = "\x00-\x1f\x7f-\x9f"
_MISLEADING: Final = (
    "\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f"
)
_UNSAFE: Final = re.compile(f"[{_CONTROL}{_MISLEADING}]")

#: A sequence may end with its text (or be broken off by the next one): then
#: what there is of it goes.  Strings end at a line feed at the latest, so that
#: a forgotten terminator costs one line.
_SGR: Final = r"(?:\x1b\[|\x9b)[0-9;:]*m"
_CSI: Final = r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
_STRING: Final = (
    r"(?:\x1b[\]PX^_]|[\x90\x98\x9d\x9e\x9f])[^\x07\n\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"
)
_ESCAPE: Final = r"\x1b[ -/]*[0-~]?"
_TOKEN: Final = re.compile(
    f"(?P<text>[^{_CONTROL}{_MISLEADING}]+)|(?P<sgr>{_SGR})|(?P<csi>{_CSI})"
    f"|(?P<gone>{_STRING}|{_ESCAPE})|(?P<odd>.)",
    re.DOTALL,
)
#: What needs a row to write over: see :class:`brummer.logs.row.Row`.
#: That ``ESC C`` is taken for one as well costs time, and nothing else.
_MOVING: Final = re.compile(r"[\r\x08]|[\x1b\x9b]\[?[0-9;]*[CDG`KPX@]")
_REMOVED: Final = f"{_CSI}|{_STRING}|{_ESCAPE}|[\x00-\x08\x0b-\x1f\x7f-\x9f]"
_REMOVED_BY_STRIP: Final = re.compile(_REMOVED)
_REMOVED_BUT_SGR: Final = re.compile(f"(?P<sgr>{_SGR})|{_REMOVED}")
#: Most sequences are SGR, and few of those have an 8 as a parameter.  Text with
#: no others needs no look at each.
_PLAIN_SGR: Final = re.compile(r"\x1b\[[0-9;:]*m")
_CONCEALING: Final = re.compile(r"\x1b\[(?:[0-9;:]*;)?0*8[;:m]")
_SGR_BODY: Final = re.compile(rb"\x1b\[([0-9;:]*)m")
#: What resets a terminal, and with it colours: RIS and DECSTR.
_ANEW: Final = frozenset({"\x1bc", "\x1b[!p"})
#: How programs end all colours.
_RESETS: Final = (b"\x1b[0m", b"\x1b[m", *(found.encode() for found in _ANEW))
_RESET: Final = "\x1b[0m"
_UNSAFE_IN_TEXT: Final = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f{_MISLEADING}]")
_MISLEADING_ONE: Final = re.compile(f"[{_MISLEADING}]")
_CONTROL_BYTES: Final = bytes({*range(0x20), 0x7F} - {0x09, 0x0A})
_NUMBER: Final = re.compile("[0-9]{1,5}")
_DROPPED: Final = frozenset("\x00\x07\x0e\x0f\x7f")
_REPLACEMENT: Final = "\ufffd"


class Line(NamedTuple):
    """One line as it is shown.

    The lengths of the *runs* add up to that of *text*.  *style* is what the
    line leaves open, for the next line of the same stream.
    """

    text: str
    runs: tuple[tuple[Style, int], ...]
    style: Style


def parse(line: bytes | str, style: Style = PLAIN, *, limit: int = LIMIT) -> Line:
    """Return how a terminal would show *line*, which begins in *style*.

    *line* has no line feed.  At most *limit* characters are shown.
    """
    text = _decoded(line)
    if not _UNSAFE.search(text):
        text = text[:limit]
        return Line(text, ((style, len(text)),) if text else (), style)
    if _MOVING.search(text):
        return _moved(text, style, limit)
    return _straight(text, style, limit)


def left_open(line: bytes, style: Style = PLAIN) -> Style:
    """Return the style in which *line*, which begins in *style*, ends.

    For lines that are not shown: the colours that one leaves open are those of
    the next line of its stream.  Of a very long line the end decides.
    """
    if len(line) > LONGEST:
        line, style = line[-LONGEST:], PLAIN
    # No sequence has an escape character within it, so whatever looks like a reset
    # is one, and nothing before the last one matters.
    for mark in _RESETS:
        _, reset, rest = line.rpartition(mark)
        if reset:
            line, style = rest, PLAIN
    # What a sequence changes it sets, whatever that was: of equal ones the last
    # counts.  A rainbow has hundreds in a line, and few that differ.
    for body in reversed(dict.fromkeys(reversed(_sgr_bodies(line)))):
        style = restyled(style, body.decode())
    return style


def _sgr_bodies(line: bytes) -> list[bytes]:
    """Return the parameters of each SGR sequence in *line*."""
    if b"\xc2\x9b" not in line:
        found: list[bytes] = _SGR_BODY.findall(line)
        return found
    # The 8-bit form may be within something else that is no SGR sequence.
    removed = _REMOVED_BUT_SGR.finditer(line.decode("utf-8", "replace"))
    return [_body(part["sgr"])[:-1].encode() for part in removed if part["sgr"]]


@overload
def strip(text: bytes) -> bytes: ...
@overload
def strip(text: str) -> str: ...
def strip(text: bytes | str) -> bytes | str:
    r"""Return *text* without escape sequences and control characters.

    It may have many lines: line feeds and tabs stay, carriage returns go.
    Bytes that are not UTF-8 come back as U+FFFD in UTF-8.
    """
    if isinstance(text, str):
        rest = _PLAIN_SGR.sub("", text)
        if not _UNSAFE_IN_TEXT.search(rest):
            return rest
        return unmasked(_REMOVED_BY_STRIP.sub("", text))
    if _is_simple(text):
        return text.translate(None, _CONTROL_BYTES)
    return strip(text.decode("utf-8", "replace")).encode()


@overload
def keep_colour(text: bytes) -> bytes: ...
@overload
def keep_colour(text: str) -> str: ...
def keep_colour(text: bytes | str) -> bytes | str:
    """Return *text* as :func:`strip` does, but with its SGR sequences.

    None of those conceals anything.
    """
    if isinstance(text, str):
        rest = _PLAIN_SGR.sub("", text)
        if not _UNSAFE_IN_TEXT.search(rest) and not _CONCEALING.search(text):
            return text
        return unmasked(_REMOVED_BUT_SGR.sub(_revealed, text))
    if _is_simple(text):
        return text.translate(None, _CONTROL_BYTES)
    return keep_colour(text.decode("utf-8", "replace")).encode()


def unmasked(text: str) -> str:
    """Return *text* with a visible mark for each character that misleads."""
    return text if text.isascii() else _MISLEADING_ONE.sub(_REPLACEMENT, text)


def moves(text: str) -> bool:
    """Whether *text* goes back over what it wrote."""
    return _MOVING.search(text) is not None


def render(line: Line) -> str:
    """Return *line* with SGR sequences around what is not plain."""
    parts = []
    position = 0
    for style, length in line.runs:
        part = line.text[position : position + length]
        parts.append(part if style == PLAIN else f"{sequence(style)}{part}\x1b[0m")
        position += length
    return "".join(parts)


def _decoded(line: bytes | str) -> str:
    """Return *line* as text, what cannot be seen of a very long one cut off."""
    if isinstance(line, str):
        return _cut(line, "\r")
    return _cut(line, b"\r").decode("utf-8", "replace")


def _cut(line: AnyStr, turn: AnyStr) -> AnyStr:
    """Return the part of *line* that people see.

    *turn* is a carriage return: a line that is long because it was written over
    many times ends with what people see, any other begins with it.
    """
    line = line.rstrip(turn)
    if len(line) <= LONGEST:
        return line
    end = line[-LONGEST:]
    position = end.find(turn)
    return line[:LONGEST] if position < 0 else end[position + 1 :]


def _straight(text: str, style: Style, limit: int) -> Line:
    """Return a line that only goes forward."""
    parts: list[str] = []
    runs: list[tuple[Style, int]] = []
    column = 0
    for token in _TOKEN.finditer(text):
        if token.lastgroup == "sgr":
            style = restyled(style, _body(token.group())[:-1])
            continue
        if token.group() in _ANEW:
            style = PLAIN
        part = _visible(token, column)[: limit - column]
        if not part:
            continue
        parts.append(part)
        column += len(part)
        if runs and runs[-1][0] == style:
            runs[-1] = (style, runs[-1][1] + len(part))
        else:
            runs.append((style, len(part)))
    return Line("".join(parts), tuple(runs), style)


def _moved(text: str, style: Style, limit: int) -> Line:
    """Return a line that goes back over what it wrote."""
    row = Row(limit)
    for token in _TOKEN.finditer(text):
        if row.is_worn_out:
            break
        found = token.group()
        if token.lastgroup == "sgr":
            style = restyled(style, _body(found)[:-1])
        elif found in _ANEW:
            style = PLAIN
        elif token.lastgroup == "csi":
            row.edit(found[-1], _first_number(_body(found)))
        elif found in _MOVES:
            _MOVES[found](row)
        else:
            row.write(_visible(token, 0), style)
    return Line(row.text, row.runs, style)


_MOVES: Final[Mapping[str, Callable[[Row], None]]] = MappingProxyType(
    {"\r": Row.home, "\b": Row.back, "\t": Row.tab}
)


def _visible(token: re.Match[str], column: int) -> str:
    """Return what is shown of a token that is no SGR sequence."""
    found = token.group()
    if token.lastgroup == "text":
        return found
    if token.lastgroup != "odd" or found in _DROPPED:
        return ""
    if found == "\t":
        return " " * (TAB - column % TAB)
    return f"^{chr(ord(found) + 64)}" if found < " " else _REPLACEMENT


def _body(found: str) -> str:
    """Return a control sequence without its introducer, ``ESC [`` or CSI."""
    return found[2 if found.startswith("\x1b") else 1 :]


def _first_number(body: str) -> int | None:
    """Return the first parameter of a control sequence, if it has a sane one."""
    digits = _NUMBER.match(body)
    return int(digits[0]) if digits else None


def _is_simple(text: bytes) -> bool:
    """Whether *text* is ASCII with no sequence in it, as most output is.

    Then nothing has to be decoded, which takes a tenth of the time.
    """
    return text.isascii() and b"\x1b" not in text


def _revealed(removed: re.Match[str]) -> str:
    """Return what stays of something that :func:`keep_colour` removes."""
    found = removed["sgr"]
    if found:
        return revealed(_body(found)[:-1])
    return _RESET if removed[0] in _ANEW else ""
