"""An error while its lines are read."""

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import brummer
from brummer_errors.pattern import Pattern, Role
from brummer_errors.place import cleaned, innermost, is_own, language_of

#: Frames and causes that are kept, and characters of a message.
_MOST_FRAMES: Final = 50
_MOST_CAUSES: Final = 20
_LONGEST: Final = 2_000
#: Names of types that are remembered in short.
_MOST_NAMES: Final = 200

#: A name with the modules that it is in; a code like ``fields.E300`` has none.
_QUALIFIED: Final = re.compile(
    r"^(?:(?:[\w$]+\.)+(?P<dotted>[\w$]*[a-z][\w$]*)"
    r"|(?:[\w$]+(?:::|\\))+(?P<rest>[\w$]+))$"
)
#: What makes two of the same error look different.
_VARIABLE: Final = re.compile(r"0x[0-9a-fA-F]+|\d+|[0-9a-f]{8,}")

#: What the words of tools mean.
_SEVERITIES: Final = {
    "warning": brummer.Severity.WARNING,
    "warn": brummer.Severity.WARNING,
    "notice": brummer.Severity.WARNING,
    "deprecated": brummer.Severity.WARNING,
    "fatal": brummer.Severity.FATAL,
}


_Place = tuple[str, int, int]


class Draft:
    """What is known of an error so far.

    Threads: the log thread's.
    """

    def __init__(self, pattern: Pattern, entry: brummer.LogEntry) -> None:
        self._pattern = pattern
        self._entry = entry
        self._known: dict[str, str] = {}
        self._frames: list[brummer.Frame] = []
        self._causes: list[str] = []
        #: The place of the cause, for an error that has none in the project.
        self._deeper: _Place = ("", 0, 0)
        #: Numbers of the first and the last line.
        self.first = self.last = entry.number

    def field(self, name: str) -> str:
        """Return what is known under *name*."""
        return self._known.get(name, "")

    def add(self, role: Role, fields: Mapping[str, str]) -> None:
        """Learn from a line."""
        if role is Role.HEAD or role is Role.ASIDE:
            self._known.update(fields)
        elif role is Role.FRAME:
            self._add_frame(fields)
        elif role is Role.CAUSE:
            self._causes.append(_words(fields))
            del self._causes[_MOST_CAUSES:]
        elif role is Role.CHAIN:
            self._chain()
            self._known.update(fields)
        elif role is Role.RESET:
            self._frames.clear()
        else:
            self._known = {**fields, **self._known}

    def finding(self) -> brummer.Finding | None:
        """Return what it is; ``None`` if something is missing."""
        pattern, known = self._pattern, self._known
        for need in pattern.needs:
            if not (self._frames if need == "frames" else known.get(need)):
                return None
        file, line, column = self._place()
        name = short(known.get("type", "")) or pattern.type
        name = _named(name, known.get("severity", ""))
        message = known.get("message", "").strip()[:_LONGEST]
        severity = self._severity()
        return brummer.Finding(
            kind=_kind(severity),
            title=f"{name}: {message}" if message and name else message or name,
            process=self._entry.process,
            time=self._entry.time,
            line=self.first,
            end=self.last + 1,
            details=self._details(),
            type=name,
            message=message,
            file=file,
            line_in_file=line,
            column=column,
            frames=tuple(self._frames),
            causes=tuple(self._causes),
            language=language_of(file, pattern.language),
            severity=severity,
            fingerprint=_fingerprint(pattern.name, name, message, f"{file}:{line}"),
        )

    def _details(self) -> dict[str, str]:
        details = {"pattern": self._pattern.name}
        if test := self.field("test"):
            details["test"] = test
        return details

    def _severity(self) -> brummer.Severity:
        word = self.field("severity").lower() or self._pattern.severity
        return _SEVERITIES.get(word, brummer.Severity.ERROR)

    def _add_frame(self, fields: Mapping[str, str]) -> None:
        if fields.get("type"):
            self._known.setdefault("type", fields["type"])
        file, function = cleaned(fields.get("file", "")), fields.get("function", "")
        foreign = self._pattern.foreign
        own = is_own(file) and (
            foreign is None or foreign.fields(function.encode()) is None
        )
        line, column = _number(fields.get("line")), _number(fields.get("column"))
        frame = brummer.Frame(
            file=file, line=line, column=column, function=function, own=own
        )
        self._frames.append(frame)
        if len(self._frames) > _MOST_FRAMES:
            # What is furthest from the place of the error goes.
            self._frames.pop(0 if self._pattern.innermost == "last" else -1)

    def _chain(self) -> None:
        """Take all until here for the cause of what follows."""
        self._causes.insert(0, _words(self._known))
        self._deeper = self._place()
        del self._causes[_MOST_CAUSES:]
        self._frames.clear()
        for name in ("type", "message", "file", "line", "column"):
            self._known.pop(name, None)

    def _place(self) -> _Place:
        """Return the file, line and column that one would open."""
        if not self._frames and not self._known.get("file"):
            return self._deeper
        file = cleaned(self.field("file"))
        line, column = _number(self.field("line")), _number(self.field("column"))
        frames = (
            self._frames if self._pattern.innermost == "first" else (self._frames[::-1])
        )
        if is_own(file) and line:
            exact = (f for f in frames if f.file == file and f.line == line)
            return file, line, column or next((f.column for f in exact), 0)
        frame = innermost(frames)
        if frame is not None:
            return frame.file, frame.line, frame.column
        if is_own(file):
            return file, line, column
        return self._deeper


def _kind(severity: brummer.Severity) -> brummer.FindingKind:
    if severity is brummer.Severity.WARNING:
        return brummer.FindingKind.WARNING
    return brummer.FindingKind.ERROR


@lru_cache(_MOST_NAMES)
def short(name: str) -> str:
    """Return the name of a type without its modules."""
    found = _QUALIFIED.match(name)
    return (found["dotted"] or found["rest"]) if found else name


def _named(name: str, severity: str) -> str:
    """Return the name for a severity, of a *name* like ``warning|compile error``."""
    first, bar, second = name.partition("|")
    if not bar:
        return name
    return first if severity.lower().startswith("warn") else second


def _words(fields: Mapping[str, str]) -> str:
    name, message = short(fields.get("type", "")), fields.get("message", "").strip()
    return f"{name}: {message}" if name and message else name or message


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() else 0


def _fingerprint(*parts: str) -> str:
    """Return what is the same for the same error in the same place."""
    *variable, place = parts
    constant = _VARIABLE.sub("#", "\0".join(variable))
    digest = hashlib.blake2b(f"{constant}\0{place}".encode(), digest_size=6)
    return digest.hexdigest()
