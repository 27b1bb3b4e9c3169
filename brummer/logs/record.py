"""What one line says of itself, worked out when somebody looks."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Final

from brummer.logs import ansi
from brummer.logs.ansi import Line
from brummer.logs.level import KEYS, level_of
from brummer.logs.pretty import pretty
from brummer.logs.stamp import Stamp, moment_of, stamp_of
from brummer.logs.structure import NO_FIELDS, Fields, Value, flat, json_of, logfmt_of
from brummer.logs.style import PLAIN, Attribute, Style
from brummer.logs.tag import tags_of
from brummer.model.level import Level
from brummer.model.log import Stream

#: Fields that hold the message, the name of the logger, and the time.
_MESSAGES: Final = (
    *("message", "msg", "event", "@message", "@m", "@mt", "short_message", "MESSAGE"),
    *("Body", "body", "text", "fields.message"),
)
_LOGGERS: Final = (
    *("logger", "logger_name", "log.logger", "name", "target", "@module", "module"),
    *("component", "c"),
)
_TIMES: Final = (
    *("time", "timestamp", "@timestamp", "ts", "@t", "asctime", "t.$date", "datetime"),
    *("Timestamp", "date"),
)

#: Characters of a value in a summary, and of half a summary; lines of a pretty
#: record.
_VALUE: Final = 200
_SUMMARY: Final = 1_000
_LINES: Final = 2_000

_MORE: Final = Style(attributes=Attribute.FAINT)

#: A value that needs no quotes.
_BARE: Final = re.compile(r"[^\s\"=]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What a line says of itself.

    *message* is the text of a line that has no *fields*; *stamp* is the time that it
    says, which is not where it stands for a line with fields.  *source* is the JSON
    that has them, if it is JSON, and *before* the text before that.  What it does not
    say is empty, or ``None``.

    Threads: frozen.
    """

    message: str
    level: Level | None = None
    tags: tuple[str, ...] = ()
    logger: str = ""
    stamp: Stamp | None = None
    fields: Fields = field(default_factory=lambda: NO_FIELDS)
    source: str = ""
    before: str = ""

    @property
    def summary(self) -> str:
        """The record in one line: time, level, logger, message and other fields.

        For a line without fields that is the line.
        """
        return " ".join(part for part in (self.headline, self.rest) if part)

    @property
    def headline(self) -> str:
        """The first half of the summary: time, level, logger and message."""
        if not self.fields:
            return self.message
        parts = [self._clock, self.level.name if self.level else ""]
        parts += [f"{self.logger}:" if self.logger else "", self.message]
        return _short(" ".join(part for part in parts if part))

    @property
    def rest(self) -> str:
        """The other half of it: the other fields, as logfmt has them."""
        return _short(" ".join(_others(self.fields)))

    @property
    def _clock(self) -> str:
        if self.stamp is None:
            return ""
        local = datetime.fromtimestamp(self.stamp.time).astimezone()
        return local.strftime("%H:%M:%S.%f")[:-3]

    def pretty(self) -> Iterator[Line]:
        """Yield the fields as JSON over several lines, in colours.

        At most some thousand lines; of more it says how many.  Without fields there
        are none.
        """
        if not self.fields:
            return
        lines = pretty(self.source or json.dumps(self.fields, ensure_ascii=False))
        yield from islice(lines, _LINES)
        rest = sum(1 for _ in lines)
        if rest:
            more = f"... {rest:,} more lines"
            yield Line(more, ((_MORE, len(more)),), PLAIN)


def record_of(line: bytes, read: float, stream: Stream = Stream.OUT) -> Record:
    """Return what a line without escape sequences says, which was read at *read*."""
    text = line.decode("utf-8", "replace")
    fields, begin = json_of(text)
    fields = fields or logfmt_of(text)
    level, tags = level_of(line, stream), tags_of(line)
    if not fields:
        stamp = stamp_of(text, read)
        return Record(message=text, level=level, tags=tags, stamp=stamp)
    inner = flat(fields)
    before = text[:begin].strip() if begin < len(text) else ""
    return Record(
        message=_text(inner, _MESSAGES) or before,
        level=level,
        tags=tags,
        logger=_text(inner, _LOGGERS),
        stamp=_stamp(inner, read) or stamp_of(before, read),
        fields=fields,
        source=text[begin:],
        before=before,
    )


def _text(fields: Fields, names: Collection[str]) -> str:
    """Return the first of the fields with *names* that is a text and not empty."""
    values = (fields.get(name) for name in names)
    return next((value for value in values if isinstance(value, str) and value), "")


def _stamp(fields: Fields, read: float) -> Stamp | None:
    for name in _TIMES:
        value = fields.get(name)
        if isinstance(value, str) and (stamp := stamp_of(value, read)):
            return Stamp(stamp.time, 0, 0)
        if isinstance(value, int | float) and (time := moment_of(value)):
            return Stamp(time, 0, 0)
    return None


def _others(fields: Fields) -> Iterator[str]:
    """Yield the fields that are not said otherwise, as logfmt has them."""
    inner = flat(fields)
    said = {*_TIMES, *KEYS, *(_said(inner, _MESSAGES), _said(inner, _LOGGERS))}
    for name, value in inner.items():
        if name not in said:
            text = value if isinstance(value, str) else json.dumps(value)
            yield f"{name}={_quoted(text)}"


def _short(text: str) -> str:
    """Return *text* safe to show, in one line and not too long."""
    short = text if len(text) <= _SUMMARY else f"{text[:_SUMMARY]}..."
    return ansi.strip(short.replace("\n", "\\n"))


def _said(fields: Mapping[str, Value], names: Collection[str]) -> str:
    """Return the name of the field that :func:`_text` takes."""
    found = (name for name in names if isinstance(fields.get(name), str))
    return next((name for name in found if fields[name]), "")


def _quoted(text: str) -> str:
    """Return a value, cut, and in quotes if it needs them."""
    short = text if len(text) <= _VALUE else f"{text[:_VALUE]}..."
    return short if _BARE.fullmatch(short) else json.dumps(short, ensure_ascii=False)
