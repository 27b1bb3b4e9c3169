"""The other end of the control socket: what ``brumctl`` speaks through."""

import contextlib
import itertools
import socket
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Final, Self

from brummer.control.protocol import (
    MAX_REQUEST,
    PROTOCOL,
    TOO_LONG,
    decode,
    encode,
    from_error,
)
from brummer.control.record import InstanceRecord
from brummer.errors import BrummerError, UsageError
from brummer.model.script import NOTHING

#: How long a connection may take; the socket is on this machine.
_CONNECT: Final = 5.0

#: The largest message an instance sends: a full window, with JSON's escapes.
_MAX_ANSWER: Final = 64 * 1024 * 1024


class ControlClient:
    """A connection to one instance.

    Blocking and without threads; one request at a time.

    Threads: belongs to the thread that made it.
    """

    def __init__(self, record: InstanceRecord) -> None:
        """Connect to the instance of *record*.

        :raises BrummerError: if it does not listen, or speaks another protocol.
        """
        if record.protocol != PROTOCOL:
            raise BrummerError(
                f"instance {record.id} speaks protocol {record.protocol}, this"
                f" brumctl {PROTOCOL}: run both from one version of Brummer"
            )
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.settimeout(_CONNECT)
            self._socket.connect(record.control_socket)
        except OSError as error:
            self._socket.close()
            raise BrummerError(
                f"instance {record.id} (pid {record.pid}) does not answer on"
                f" {record.control_socket}: {error.strerror or error}"
            ) from error
        self._reader = self._socket.makefile("rb")
        self._numbers = itertools.count(1)

    def __enter__(self) -> Self:
        """Return the client."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Hang up."""
        self.close()

    def close(self) -> None:
        """Hang up."""
        with contextlib.suppress(OSError):
            self._reader.close()
        self._socket.close()

    def ask(
        self,
        method: str,
        params: Mapping[str, object] = NOTHING,
        *,
        timeout: float | None = 60.0,
    ) -> object:
        """Return the answer to one request.

        :raises BrummerError: if the instance says no, vanishes, or takes longer
            than *timeout* seconds (``None``: as long as it likes).
        :raises UsageError: if the request is too long to be sent.
        """
        number = self._send(method, params)
        return self._receive(number, timeout)[1]

    def run(
        self,
        command: str,
        arguments: Mapping[str, object] = NOTHING,
        *,
        timeout: float | None = 60.0,
    ) -> object:
        """Run a named command in the instance and return its answer."""
        params = {"command": command, "arguments": arguments}
        return self.ask("run", params, timeout=timeout)

    def stream(
        self, method: str, params: Mapping[str, object] = NOTHING
    ) -> Iterator[object]:
        """Yield the parts of a stream until the instance ends it.

        :raises BrummerError: as :meth:`ask`.
        """
        number = self._send(method, params)
        more = True
        while more:
            more, part = self._receive(number, None)
            if more:
                yield part

    def _send(self, method: str, params: Mapping[str, object]) -> int:
        number = next(self._numbers)
        message = encode({"id": number, "method": method, "params": params})
        if len(message) > MAX_REQUEST:
            raise UsageError(TOO_LONG)
        with self._said_plainly():
            self._socket.sendall(message)
        return number

    def _receive(self, number: int, timeout: float | None) -> tuple[bool, object]:
        """Return whether more will come, and the next piece for *number*."""
        self._socket.settimeout(timeout)
        while True:
            with self._said_plainly():
                line = self._reader.readline(_MAX_ANSWER)
            if not line:
                raise BrummerError("the instance hung up")
            message = decode(line)
            if message.get("error") is not None:
                raise from_error(message["error"])
            if message.get("id") == number:
                return "part" in message, message.get("part", message.get("result"))

    @contextlib.contextmanager
    def _said_plainly(self) -> Iterator[None]:
        """Turn what sockets raise into a sentence."""
        try:
            yield
        except TimeoutError as error:
            raise BrummerError("the instance did not answer in time") from error
        except OSError as error:
            raise BrummerError(f"the instance hung up: {error}") from error
