"""What a line of output says, without what other programs put in front of it."""

import re
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

#: Times in front of a line: with a date or without, in brackets or not.
_TIME: Final = (
    rb"\[?(?:\d{4}[-/]\d\d[-/]\d\d[T ])?\d\d:\d\d:\d\d(?:[.,]\d+)?"
    rb"(?: ?[AaPp][Mm])?(?:Z|[+-]\d\d:?\d\d)?\]?[ \t]"
)
#: What programs that run others put in front of their lines: ``[0] ``,
#: ``web_1  | ``, ``0|web  | ``, ``web > ``, ``packages/web build: ``,
#: ``web:build: ``, and syslog's ``Nov 21 07:00:00 host web[12]: ``.
_LABEL: Final = (
    rb"\[[\w.:@/ -]{1,40}\]:? ?|(?:\d+\|)?[A-Za-z@][\w.@/-]{0,60} *\| ?"
    rb"|[\w.-]{1,40} *> |(?:\.|[\w@.-]+(?:/[\w@.-]+)+) [\w:-]{1,40}: "
    rb"|[a-z@][\w@/.-]{0,60}:[a-z][\w:-]{0,40}: "
    rb"|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d [\w.-]+ [\w./-]+(?:\[\d+\])?: "
)
_PREFIX: Final = re.compile(rb"(?:" + _TIME + rb"|" + _LABEL + rb")+")
_TIMES: Final = re.compile(_TIME)


class Prefix(NamedTuple):
    """What stands in front of the lines of one error: the same but for times."""

    label: bytes

    def cut(self, line: bytes) -> bytes | None:
        """Return *line* without it; ``None`` if it has another one."""
        found = _PREFIX.match(line)
        if found is None:
            # Blanks at the end of a line are often lost.
            return b"" if line and self.label.startswith(line) else None
        label = _TIMES.sub(b"", found[0])
        if label.rstrip() == self.label.rstrip():
            return line[found.end() :]
        if self.label and found[0].startswith(self.label):
            return line[len(self.label) :]
        return None


def split(line: bytes) -> tuple[Prefix, bytes] | None:
    """Return what stands in front of *line*, and the rest; ``None`` for nothing."""
    found = _PREFIX.match(line)
    if found is None:
        return None
    return Prefix(_TIMES.sub(b"", found[0])), line[found.end() :]


def plain(data: bytes) -> bytes:
    """Return one line as UTF-8, without escape sequences.

    Of a line that was written over there is what was written last.
    """
    if b"\x1b" in data:
        data = _ESCAPE.sub(b"", data)
    if b"\r" in data:
        data = data.rstrip(b"\r").rpartition(b"\r")[2]
    data = data[:LONGEST]
    if not data.isascii():
        data = data.decode("utf-8", "replace").encode()
    return data.rstrip()
