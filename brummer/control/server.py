"""The control socket of an instance."""

import asyncio
import contextlib
import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from brummer.control.answer import Answers
from brummer.control.connection import Connection
from brummer.control.protocol import MAX_REQUEST
from brummer.control.record import (
    LOOK_INTERVAL,
    PING_INTERVAL,
    Directory,
    InstanceRecord,
)
from brummer.core.guard import attempt, cause
from brummer.core.instance import Instance
from brummer.core.pulse import Pulse
from brummer.core.threads import Role, on, spawn
from brummer.errors import BrummerError

#: More clients than any person or script needs; one more is refused.
MAX_CLIENTS: Final = 64

#: How long the clients of a server that ends may take to leave (seconds).
_LEAVING: Final = 1.0


#: Descriptors that an event loop takes for itself, and one for a first client.
_LOOP_FILES: Final = 4


def _check_room(listener: socket.socket) -> None:
    """Find that there are descriptors for an event loop.

    Without, asyncio fails in the middle of making one, and its remains complain on
    standard error when they are collected.

    :raises OSError: if there are not.
    """
    spare: list[int] = []
    try:
        while len(spare) < _LOOP_FILES:
            spare.append(os.dup(listener.fileno()))
    finally:
        for number in spare:
            os.close(number)


class ControlServer:
    """Serves one instance on a Unix socket, and keeps its instance file fresh.

    Threads: built, started and closed by the main thread.  Everything in
    between runs on the control thread, in one asyncio loop; the loop reaches
    the program only through :class:`Instance`, which waits for nobody.
    *report* is called on the control thread, with an error to show.
    """

    def __init__(
        self,
        instance: Instance,
        record: InstanceRecord,
        directory: Directory,
        report: Callable[[str], object],
    ) -> None:
        self._instance = instance
        self._record = record
        self._directory = directory
        self._report = report
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._ended = asyncio.Event()
        #: Whether it was reported that the instance file cannot be written.
        self._is_told = False
        self._attending: dict[asyncio.Task[None], Connection] = {}

    def start(self) -> None:
        """Bind the socket and serve it from a thread of its own.

        :raises OSError: if the socket cannot be made.
        """
        path = Path(self._record.control_socket)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            listener.bind(str(path))
            # Between these two lines nobody can connect: nothing listens yet.
            path.chmod(0o600)
        except OSError:
            listener.close()
            raise
        ready = threading.Event()
        self._thread = spawn(Role.CONTROL, lambda: self._run(listener, ready))
        ready.wait(5.0)

    def close(self, timeout: float = 2.0) -> None:
        """Tell every client good-bye, remove socket and file, end the thread."""
        loop, thread = self._loop, self._thread
        if loop is None or thread is None:
            return
        # The loop may have ended by itself after a failure.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(self._ended.set)
        thread.join(timeout)
        self._directory.remove(self._record)
        with contextlib.suppress(OSError):
            Path(self._record.control_socket).unlink()

    def _run(self, listener: socket.socket, ready: threading.Event) -> None:
        assert on(Role.CONTROL)
        _, error = attempt(self._run_loop, listener, ready)
        if error is not None:
            self._report(f"the control socket failed: {cause(error)}")
            with contextlib.suppress(OSError):
                Path(self._record.control_socket).unlink()
        listener.close()
        ready.set()

    def _run_loop(self, listener: socket.socket, ready: threading.Event) -> None:
        _check_room(listener)
        with asyncio.Runner() as runner:
            # Where descriptors are short there is no loop, and then there must be
            # no coroutine either that nobody would await.
            runner.get_loop()
            runner.run(self._serve(listener, ready))

    async def _serve(self, listener: socket.socket, ready: threading.Event) -> None:
        loop = asyncio.get_running_loop()
        pulse = Pulse(loop)
        answers = Answers(self._instance, pulse)
        unwatch = self._instance.watch(pulse.beat)
        self._loop = loop
        server = await asyncio.start_unix_server(
            lambda *streams: self._greet(Connection(answers, *streams)),
            sock=listener,
            limit=MAX_REQUEST,
        )
        # The file before anybody hears that we are ready: it is how we are found.
        self._renew()
        ping = loop.create_task(self._ping())
        ready.set()
        try:
            await self._ended.wait()
        finally:
            unwatch()
            ping.cancel()
            server.close()
            pulse.end()
            # Asked to leave rather than cancelled: one that is just closing
            # must not be torn out of it.
            attended = tuple(self._attending.values())
            await asyncio.gather(*(connection.see_off() for connection in attended))
            await asyncio.wait({ping, *self._attending}, timeout=_LEAVING)

    async def _ping(self) -> None:
        """Renew the instance file; one that somebody deleted or damaged comes back.

        It is read rather than watched: that is a moment's work, needs no thread, and
        works on every file system.
        """
        loop = asyncio.get_running_loop()
        due = loop.time() + PING_INTERVAL
        while True:
            await asyncio.sleep(LOOK_INTERVAL)
            if loop.time() >= due or not self._directory.holds(self._record):
                self._renew()
                due = loop.time() + PING_INTERVAL

    def _renew(self) -> None:
        try:
            self._record = self._directory.write(self._record)
        except OSError as error:
            if not self._is_told:
                self._report(f"cannot write the instance file: {error}")
            self._is_told = True
        else:
            self._is_told = False

    def _greet(self, connection: Connection) -> None:
        """Begin to serve a client.

        Noted here and not in the task: one that has not begun yet when the
        server ends would otherwise be forgotten with its socket open.
        """
        task = asyncio.get_running_loop().create_task(self._attend(connection))
        self._attending[task] = connection
        task.add_done_callback(self._attending.pop)

    async def _attend(self, connection: Connection) -> None:
        """Serve one client until it leaves."""
        # A client that vanishes is as good as one that leaves.
        with contextlib.suppress(ConnectionError):
            if len(self._attending) > MAX_CLIENTS:
                busy = BrummerError(f"{MAX_CLIENTS} clients are connected already")
                await connection.fail(None, busy)
            else:
                await connection.converse()
        await connection.close()
