"""A file of who called what, and who was refused."""

import contextlib
import json
import os
import sys
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Final, TypeAlias

from brummer.core.guard import cause
from brummer.mcp.activity import Record
from brummer.model.agent import AgentCall

if sys.platform != "win32":
    import fcntl

#: Bytes from which on a file is put aside; one older one is kept.
LARGEST: Final = 2 * 1024 * 1024
_OLDER: Final = ".1"

#: Records that may wait to be written; of more the newest are dropped, and counted.
MOST: Final = 5_000

#: Lines that are written in one step.
_BATCH: Final = 500

#: Runs a function on a worker.
Aside: TypeAlias = Callable[[Callable[[], None]], Future[None]]


class Audit:
    """Writes a line of JSON for each call and each refusal, off the server's loop.

    *failed* is told, once until it works again, why nothing can be written; then
    lines are dropped, and how many stands in the file when it can be.

    Instances of one project write to one file, each in whole lines: a lock on the
    file keeps its rotation from another's lines.

    Threads: all methods may be called on any.  Records wait in a deque; one worker at
    a time writes.  The lock guards who that is, and is held for a few steps.
    """

    def __init__(
        self, path: Path, aside: Aside, failed: Callable[[str], object]
    ) -> None:
        self._path = path
        self._aside = aside
        self._failed = failed
        self._lock: Final = Lock()
        #: Both written under the lock.
        self._waiting: deque[Record] = deque()
        self._is_written = False
        #: Lines that are missing, under the lock as well.
        self._dropped = 0
        #: The writer's: whether the last step went wrong.
        self._is_failing = False

    def put(self, record: Record) -> None:
        """Keep *record* for the next :meth:`flush`."""
        with self._lock:
            if len(self._waiting) >= MOST:
                self._dropped += 1
            else:
                self._waiting.append(record)

    def flush(self) -> None:
        """Have lines written about what was put, unless somebody is at it."""
        with self._lock:
            needs_writer = not self._is_written
            self._is_written = True
        if needs_writer:
            self._aside(self._write_all).add_done_callback(self._told)

    def _told(self, done: "Future[None]") -> None:
        """Take note if no worker could be had: the next flush asks for one again."""
        if done.cancelled() or done.exception() is not None:
            with self._lock:
                self._is_written = False

    def close(self) -> None:
        """Write what waits, unless somebody is at it."""
        with self._lock:
            is_free = not self._is_written
            self._is_written = True
        if is_free:
            self._write_all()

    def _write_all(self) -> None:
        while (batch := self._batch()) is not None:
            lines, dropped = batch
            if dropped:
                lines.insert(0, _json(time=_moment(None), dropped=dropped))
            try:
                self._append("".join(lines).encode())
            except OSError as error:
                self._lose(len(lines) - bool(dropped) + dropped, error)
            else:
                self._is_failing = False

    def _batch(self) -> tuple[list[str], int] | None:
        """Return the next lines, and how many are missing before them.

        Without any the caller writes no more.
        """
        with self._lock:
            count = min(len(self._waiting), _BATCH)
            records = [self._waiting.popleft() for _ in range(count)]
            self._is_written = bool(records)
            if not records:
                return None
            dropped, self._dropped = self._dropped, 0
        return list(map(_line, records)), dropped

    def _lose(self, count: int, error: OSError) -> None:
        with self._lock:
            self._dropped += count
        was_failing, self._is_failing = self._is_failing, True
        if not was_failing:
            self._failed(
                f"calls of agents are not noted in {self._path}: {_why(error)}"
            )

    def _append(self, data: bytes) -> None:
        """Write *data* behind what there is, all of it or nothing."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._opened() as file:
            size = os.fstat(file).st_size
            try:
                written = os.write(file, data)
                if written < len(data):
                    written += os.write(file, data[written:])
            except OSError:
                os.ftruncate(file, size)
                raise

    @contextlib.contextmanager
    def _opened(self) -> Iterator[int]:
        """Open the file for one step, locked; a new one if it is too large."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
        while True:
            file = os.open(self._path, flags, 0o600)
            try:
                if sys.platform != "win32":
                    fcntl.flock(file, fcntl.LOCK_EX)
                if self._is_current(file):
                    yield file
                    return
            finally:
                os.close(file)

    def _is_current(self, file: int) -> bool:
        """Whether it is still the file of that name; puts aside what is too large.

        Another instance may have put it aside before we had the lock.
        """
        opened = os.fstat(file)
        try:
            if not os.path.samestat(opened, self._path.stat()):
                return False
        except FileNotFoundError:
            return False
        if opened.st_size < LARGEST:
            return True
        self._path.replace(self._path.with_name(self._path.name + _OLDER))
        return False


def _why(error: OSError) -> str:
    return error.strerror or cause(error)


def _line(record: Record) -> str:
    """Return all about a call or a refusal; the names of the fields are for good."""
    if not isinstance(record, AgentCall):
        return _json(
            time=_moment(record.time),
            peer=record.peer,
            outcome="refused",
            status=record.status,
            reason=record.reason,
        )
    return _json(
        time=_moment(record.time),
        client=record.client,
        tool=record.tool,
        arguments=record.arguments,
        outcome=record.outcome.value,
        ms=round(record.milliseconds, 1),
        tokens_in=record.tokens_in,
        tokens_out=record.tokens_out,
        **({"reason": record.reason} if record.reason else {}),
    )


def _json(**fields: object) -> str:
    return json.dumps(fields) + "\n"


def _moment(seconds: float | None) -> str:
    moment = (
        datetime.now(UTC) if seconds is None else datetime.fromtimestamp(seconds, UTC)
    )
    return moment.isoformat(timespec="milliseconds")
