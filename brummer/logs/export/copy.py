"""What a copy of a log is, and what stands before its lines."""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Protocol

from brummer.logs import ansi
from brummer.model.log import LogEntry
from brummer.model.process import ProcessId

#: A line without any of these was not written over.
_SUSPECTS: Final = (b"\r", b"\x08", b"\x1b[", b"\xc2\x9b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What stands before the lines of a copy, and above it.

    *names* are what to call each process, where lines say whose they are; one that
    is missing is called by its script.  With *times* lines say when they were read.
    """

    title: str = ""
    is_merged: bool = False
    names: Mapping[ProcessId, str] = field(default_factory=lambda: MappingProxyType({}))
    times: bool = False

    def name(self, process: ProcessId) -> str:
        """Return what a process is called, safe to be shown."""
        name = self.names.get(process) or process.rpartition("-")[0]
        return ansi.strip(name).replace("\n", " ")


class Copy(Protocol):
    """Turns lines, in their order and bit by bit, into what is written.

    Threads: belongs to whoever made it.
    """

    def head(self) -> str:
        """Return what stands before all lines."""

    def lines(self, entries: Iterable[LogEntry]) -> Iterator[str]:
        """Yield the lines as they are written, each with its end."""

    def tail(self) -> str:
        """Return what stands behind all lines."""


def clock(moment: float) -> str:
    """Return the local time of day of *moment*."""
    return _clock(int(moment))


@lru_cache(64)
def _clock(second: int) -> str:
    return time.strftime("%H:%M:%S", time.localtime(second))


def date(moment: float) -> str:
    """Return *moment* with everything: ``2026-05-04 14:30:05.120+02:00``."""
    local = datetime.fromtimestamp(moment).astimezone()
    return local.isoformat(" ", "milliseconds")


def last_state(data: bytes) -> bytes:
    """Return a line as it was in the end, if it was written over.

    Colours stay.  Of an extremely long one that is what came after the last
    carriage return.
    """
    data = data.rstrip(b"\r")
    if not any(suspect in data for suspect in _SUSPECTS):
        return data
    text = data.decode("utf-8", "replace")
    if not ansi.moves(text):
        return data
    if len(text) > ansi.LONGEST:
        return data.rpartition(b"\r")[2]
    return ansi.render(ansi.parse(text, limit=ansi.LONGEST)).encode()
