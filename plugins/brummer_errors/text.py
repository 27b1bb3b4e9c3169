"""What a line of output says, without what other programs put in front of it."""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

#: Bytes of a line that are looked at.
LONGEST: Final = 4_000

#: Escape sequences: strings (also when they do not end), CSI, and the short ones.
#: ECMA-48, sections 5.4 to 5.6.
_ESCAPE: Final = re.compile(
    rb"\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?"
    rb"|\x1b\[[0-?]*[ -/]*[@-~]"
    rb"|\x1b[ -/]*[0-~]"
)

#: Times in front of a line: with a date or without, in brackets or not, syslog's.
_TIME: Final = (
    rb"(?:\[?(?:\d{4}[-/]\d\d[-/]\d\d[T ])?\d\d:\d\d:\d\d(?:[.,]\d+)?"
    rb"(?: ?[AaPp][Mm])?(?:Z|[+-]\d\d:?\d\d)?\]?"
    rb"|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d)(?:[ \t]|$)"
)
#: What only programs that run others put in front of their lines: ``web_1  | ``,
#: ``0|web  | ``, and syslog's ``box web[12]: ``.
_SURE: Final = (
    rb"(?:\d+\|)?[A-Za-z@][\w.@/-]{0,60}+ *+\| ?"
    rb"|[\w.-]{1,60}+ [\w./-]{1,60}+\[\d++\]:(?: |$)"
)
#: All that may stand in front.  The last four may also be a line's own: ``[web] ``
#: (but for levels), ``web > ``, ``packages/web build: `` and ``web:build: ``.
_PART: Final = re.compile(
    rb"(?P<time>" + _TIME + rb")|(?P<sure>" + _SURE + rb")"
    rb"|(?P<bracket>\[(?!(?:ERROR|FATAL|WARN|WARNING|INFO|DEBUG|TRACE)\])"
    rb"[\w.:@/ -]{1,40}+\]:? ?)"
    rb"|(?P<arrow>[\w.-]{1,40}+ *+>(?: |$))"
    rb"|(?P<script>(?:\.|[\w@.-]{1,40}+(?:/[\w@.-]{1,40}+){1,9}+)"
    rb" [\w-]{1,40}+(?::[\w-]{1,40}+){0,9}+:(?: |$))"
    rb"|(?P<task>[a-z@][\w@/.-]{0,60}+:[a-z][\w-]{0,40}+(?::[\w-]{1,40}+){0,9}+"
    rb":(?: |$))"
)

#: Parts of a prefix that are looked at.
_MOST: Final = 4


class Part(NamedTuple):
    """Something in front of a line: its *kind*, and what it is for all of them.

    A time has no text: it changes.
    """

    kind: str
    text: bytes

    def is_in(self, found: bytes) -> bool:
        """Whether *found*, of the same kind, is it; blanks at its end may be lost."""
        return not self.text or found.rstrip() == self.text.rstrip()


class Prefix(NamedTuple):
    """What stands in front of the lines of one error."""

    parts: tuple[Part, ...] = ()

    def cut(self, line: bytes) -> bytes | None:
        """Return *line* without it; ``None`` if it has another one.

        What is not surely a prefix, and times, may be missing.
        """
        position = 0
        for part in self.parts:
            found = _PART.match(line, position)
            if found and found.lastgroup == part.kind and part.is_in(found[0]):
                position = found.end()
            elif part.text and line.startswith(part.text, position):
                position += len(part.text)
            elif part.kind == "sure" or (found and found.lastgroup == part.kind):
                return None
        return line[position:]


#: Nothing in front.
_NOTHING: Final = Prefix()


def splits(line: bytes) -> Sequence[tuple[Prefix, bytes]]:
    """Return what may stand in front of *line*, and the rest, the longest first.

    The last is always nothing, and the line.
    """
    first = _PART.match(line)
    if first is None:
        return ((_NOTHING, line),)
    found = [(_NOTHING, line)]
    parts: tuple[Part, ...] = ()
    for part in _parts(line, first):
        kind = part.lastgroup or ""
        parts = (*parts, Part(kind, b"" if kind == "time" else part[0]))
        found.append((Prefix(parts), line[part.end() :]))
    found.reverse()
    return found


def _parts(line: bytes, first: re.Match[bytes] | None) -> Iterator[re.Match[bytes]]:
    """Yield what may be parts of a prefix of *line*, which is matched by *first*."""
    found = first
    for _ in range(_MOST):
        if found is None:
            break
        yield found
        found = _PART.match(line, found.end())


def plain(data: bytes) -> bytes:
    """Return one line as UTF-8, without escape sequences.

    Of a line that was written over there is what was written last, behind what
    another program put in front of what was written first.
    """
    if b"\x1b" in data:
        data = _ESCAPE.sub(b"", data)
    data = data.rstrip(b"\r")
    if b"\r" in data:
        first, _, data = data.rpartition(b"\r")
        if _PART.match(data) is None:
            data = (
                first[
                    : max(
                        (part.end() for part in _parts(first, _PART.match(first))),
                        default=0,
                    )
                ]
                + data
            )
    data = data[:LONGEST]
    if not data.isascii():
        data = data.decode("utf-8", "replace").encode()
    return data.rstrip()
