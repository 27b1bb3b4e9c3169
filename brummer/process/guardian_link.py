"""Our end of the pipe to the guardian."""

import itertools
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from brummer.model.process import ProcessId
from brummer.process.row import Identity
from brummer.process.table import row

#: Run with ``-I -S``, which leaves no way to our packages but this.
_PROGRAM: Final = (
    "import sys; sys.path += sys.argv[1].splitlines();"
    "from brummer.process.guardian import main; main(sys.argv[2:])"
)

#: Signals that a closing terminal or an impatient user sends to everybody.
_UNHEARD: Final = (
    (signal.SIGINT, signal.SIGTERM)
    if sys.platform == "win32"
    else (
        signal.SIGHUP,
        signal.SIGINT,
        signal.SIGTERM,
        signal.SIGQUIT,
        signal.SIGTSTP,
    )
)

#: How many guardians may be started within how many seconds before we take it
#: that none can live here, and stop wasting the machine on it.
_TRIES: Final = 5
_PERIOD: Final = 60.0

#: Milliseconds that a guardian gets to make room in the pipe; it does nothing
#: but read, so one that needs longer is stopped.
_LISTEN: Final = 500

#: Seconds that a guardian gets to leave after the good-bye.
_LEAVE: Final = 2.0


#: What the health table calls it.
COMPONENT: Final = "guardian"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One tree that the guardian is to know of."""

    key: int
    mark: str
    identity: Identity | None = None

    @property
    def messages(self) -> bytes:
        """What tells a guardian all of this."""
        told = b"+ %d %s\0" % (self.key, os.fsencode(self.mark))
        if self.identity is None:
            return told
        return told + b"= %d %d %d\0" % (self.key, *self.identity)


class Guardian:
    """One guardian process, from our side.

    Threads: as its :class:`GuardianLink` allows.
    """

    def __init__(self, ward: Identity, grace: float) -> None:
        theirs, self._pipe = os.pipe()
        #: Reaches its end when the guardian does; for others to read and close.
        self.life, life = os.pipe()
        # Blocked signals stay so in what is started, from its first instant on.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _UNHEARD)
        try:
            self._popen = subprocess.Popen(
                _command(ward, grace),
                stdin=theirs,
                stdout=life,
                stderr=subprocess.DEVNULL,
                cwd="/",
                start_new_session=True,
            )
        except OSError:
            os.close(self._pipe)
            os.close(self.life)
            raise
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            os.close(theirs)
            os.close(life)
        os.set_blocking(self._pipe, False)
        self._poll = select.poll()
        self._poll.register(self._pipe, select.POLLOUT)

    @property
    def pid(self) -> int:
        """The number of its process."""
        return self._popen.pid

    def tell(self, message: bytes) -> bool:
        """Send a message; false if the guardian is gone or does not listen.

        After that it must be ended: it may have read a part of the message.
        """
        rest = memoryview(message)
        try:
            while rest:
                if not self._poll.poll(_LISTEN):
                    return False
                rest = rest[os.write(self._pipe, rest) :]
        except OSError:
            return False
        return True

    def dismiss(self) -> None:
        """Say good-bye, and see it out."""
        if self.tell(b"bye\0"):
            with suppress(subprocess.TimeoutExpired):
                self._popen.wait(_LEAVE)
        self.end()

    def bequeath(self) -> None:
        """Leave it what it is told of, as if we were killed; see it out if it is quick.

        Otherwise it outlives us: it has patience that nobody at a prompt has.
        """
        os.close(self._pipe)
        with suppress(subprocess.TimeoutExpired):
            self._popen.wait(_LEAVE)

    def end(self) -> None:
        """End it at once, if it has not ended by itself.

        It is killed before its pipe is closed: one that was only stopped would
        later take that for our death, and end what it is to protect.
        """
        self._popen.kill()
        self._popen.wait()
        os.close(self._pipe)


class GuardianLink:
    """Tells a guardian what it has to end if we are killed; keeps one alive.

    The first child starts it.  When it ends, another one is started and told
    everything again.  *watch* is :meth:`brummer.process.pump.Pump.watch`;
    *report* is told in a sentence when something is wrong, with the name of the
    component.

    Threads: :meth:`expect`, :meth:`record` and :meth:`forget` belong to the
    supervisor thread, :meth:`close` to whoever ends the program after it; the
    end of a guardian is noticed on the pump thread.  Hence the lock: both may
    want to start the next one.  It is held for as long as starting a program
    takes, about a millisecond; nobody reads under it.
    """

    def __init__(
        self,
        watch: Callable[[int, Callable[[], object]], object],
        report: Callable[[str, str], object],
        *,
        grace: float,
    ) -> None:
        self._watch = watch
        self._report = report
        self._grace = grace
        self._keys = itertools.count(1)
        self._lock = threading.Lock()
        #: These are written under the lock.
        self._entries: dict[ProcessId, Entry] = {}
        self._guardian: Guardian | None = None
        self._starts: deque[float] = deque(maxlen=_TRIES)
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The number of the present guardian's process."""
        guardian = self._guardian
        return guardian.pid if guardian else None

    def expect(self, process: ProcessId, mark: str) -> None:
        """Announce a child before it is started, so that none is ever unknown."""
        self._tell(process, Entry(key=next(self._keys), mark=mark))

    def record(self, process: ProcessId, identity: Identity) -> None:
        """Say who the announced child is."""
        self._tell(process, replace(self._entries[process], identity=identity))

    def forget(self, process: ProcessId) -> None:
        """Say that nothing of a child is left."""
        with self._lock:
            entry = self._entries.pop(process, None)
            if entry:
                self._send(b"- %d\0" % entry.key)

    def close(self) -> None:
        """Dismiss the guardian, unless there is something left that it is to end."""
        with self._lock:
            self._closed = True
            guardian, self._guardian = self._guardian, None
            if guardian and self._entries:
                guardian.bequeath()
            elif guardian:
                guardian.dismiss()

    def _tell(self, process: ProcessId, entry: Entry) -> None:
        """Note what is to be guarded, and pass it on."""
        with self._lock:
            self._entries[process] = entry
            self._send(entry.messages)

    def _send(self, message: bytes) -> None:
        """Pass a message on, to a new guardian if need be; under the lock."""
        if self._guardian and self._guardian.tell(message):
            return
        if self._guardian:
            self._guardian.end()
        if not self._closed:
            self._start()

    def _start(self) -> None:
        """Start a guardian and tell it everything; under the lock."""
        self._guardian = None
        now = time.monotonic()
        if len(self._starts) == _TRIES and now - self._starts[0] < _PERIOD:
            return
        self._starts.append(now)
        ward = row(os.getpid())
        try:
            assert ward is not None, "we are in the process table"
            guardian = Guardian(ward.identity, self._grace)
        except OSError as error:
            self._report(COMPONENT, f"cannot be started: {error.strerror}")
            return
        self._watch(guardian.life, partial(self._on_end, guardian))
        self._guardian = guardian
        # If it does not even take that, its end is noticed in due course.
        guardian.tell(b"".join(entry.messages for entry in self._entries.values()))

    def _on_end(self, guardian: Guardian) -> None:
        """Start another one, unless *guardian* was ended by us."""
        with self._lock:
            if guardian is not self._guardian:
                return
            guardian.end()
            self._start()
        left = "none is left" if self.pid is None else "another one was started"
        self._report(COMPONENT, f"ended unexpectedly; {left}")


def _command(ward: Identity, grace: float) -> tuple[str, ...]:
    """Return the command line of a guardian."""
    ours = str(Path(__file__).parents[2])
    places = "\n".join([ours, *filter(None, sys.path)])
    numbers = (str(ward.pid), str(ward.start), str(grace))
    return (sys.executable, "-I", "-S", "-c", _PROGRAM, places, *numbers)
