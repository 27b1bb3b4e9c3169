"""Takes what a program makes of its children's output, as it comes."""

import os
import select
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from tests.bench.tally import MARK

_READ: Final = 1 << 20
_PAUSE: Final = 0.01


class Source(Protocol):
    """Where output lands."""

    def parts(self) -> list[bytes]:
        """Return all that came, apart by target."""

    def more(self) -> list[bytes] | None:
        """Return what came since the last call, apart by target, or wait a moment.

        ``None`` says that nothing more can come.
        """


class PipeSource:
    """What a program prints."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._data = bytearray()

    def parts(self) -> list[bytes]:
        """Return it all."""
        return [bytes(self._data)]

    def more(self) -> list[bytes] | None:
        """Return one read."""
        if not select.select([self._descriptor], [], [], _PAUSE)[0]:
            return []
        data = os.read(self._descriptor, _READ)
        self._data += data
        return [data] if data else None


class FileSource:
    """Files that a program writes; *pause* is called between two looks."""

    def __init__(
        self, folder: Path, pattern: str, pause: Callable[[float], object] | None
    ) -> None:
        self._folder = folder
        self._pattern = pattern
        self._pause = pause or threading.Event().wait
        self._data: dict[Path, bytearray] = {}

    def parts(self) -> list[bytes]:
        """Return what was read of each file."""
        return [bytes(data) for data in self._data.values()]

    def more(self) -> list[bytes] | None:
        """Return what each file has grown by."""
        self._pause(_PAUSE)
        return [self._grown(path) for path in sorted(self._folder.glob(self._pattern))]

    def _grown(self, path: Path) -> bytes:
        data = self._data.setdefault(path, bytearray())
        with path.open("rb") as file:
            file.seek(len(data))
            new = file.read()
        data += new
        return new


class Arrival:
    """Follows a source until a number of lines of the emitter is there.

    *first* and *last* are when the first and the last of them came, as
    :func:`time.monotonic` tells it; *silence* is how long none may come.
    """

    def __init__(self, source: Source, expected: int, *, silence: float) -> None:
        self.first = self.last = time.monotonic()
        self._source = source
        self._expected = expected
        self._silence = silence
        self._count = 0
        #: The end of what came last for each target: marks come in pieces too.
        self._ends: dict[int, bytes] = {}

    def follow(self) -> None:
        """Return when all have come, or none come any more."""
        quiet_since = time.monotonic()
        while self._count < self._expected:
            new = self._source.more()
            now = time.monotonic()
            if new is None or now - quiet_since > self._silence:
                return
            if came := sum(self._marks(n, data) for n, data in enumerate(new)):
                self.first = now if not self._count else self.first
                self.last = quiet_since = now
                self._count += came
        # The mark is not the end of its line.
        self._source.more()

    def _marks(self, target: int, data: bytes) -> int:
        if not data:
            return 0
        data = self._ends.get(target, b"") + data
        self._ends[target] = data[1 - len(MARK) :]
        return data.count(MARK)
