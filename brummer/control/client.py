"""The other end of the control socket: what ``brumctl`` speaks through."""

import contextlib
import itertools
import socket
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Final, Self

from brummer.control.protocol import (
    MAX_REQUEST,
    MAX_REQUESTS,
    PROTOCOL,
    TOO_LONG,
    decode,
    encode,
    from_error,
)
from brummer.control.record import AbsentError, InstanceRecord
from brummer.errors import BrummerError, UsageError
from brummer.model.script import NOTHING

#: How long a connection may take; the socket is on this machine.
_CONNECT: Final = 5.0

#: The largest message an instance sends: a full window, with JSON's escapes.
_MAX_ANSWER: Final = 64 * 1024 * 1024

#: Requests under way at once.  Half of what is allowed, as those that were just
#: answered may still count.
_BATCH: Final = MAX_REQUESTS // 2


class ControlClient:
    """A connection to one instance.

    Blocking and without threads; one request at a time.

    Threads: belongs to the thread that made it.
    """

    def __init__(self, record: InstanceRecord) -> None:
        """Connect to the instance of *record*.

        :raises AbsentError: if it does not listen.
        :raises BrummerError: if it speaks another protocol.
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
            raise AbsentError(
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

    def run_each(
        self, command: str, arguments: Sequence[Mapping[str, object]]
    ) -> list[object]:
        """Run a command with each of *arguments*, all at the same time.

        Returns their answers in that order; the answer to one that was refused is
        its :class:`RemoteError`.

        :raises BrummerError: if the instance vanishes.
        """
        answers: list[object] = []
        for first in range(0, len(arguments), _BATCH):
            batch = arguments[first : first + _BATCH]
            numbers = [
                self._send("run", {"command": command, "arguments": one})
                for one in batch
            ]
            messages = [self._read(None) for _ in numbers]
            found = {message.get("id"): _answer(message) for message in messages}
            answers += [found[number] for number in numbers]
        return answers

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
        # One that has gone may have told why: that is still to be read.
        with self._said_plainly(), contextlib.suppress(ConnectionError):
            self._socket.sendall(message)
        return number

    def _receive(self, number: int, timeout: float | None) -> tuple[bool, object]:
        """Return whether more will come, and the next piece for *number*."""
        while True:
            message = self._read(timeout)
            answer = _answer(message)
            if isinstance(answer, BrummerError):
                raise answer
            if message.get("id") == number:
                return "part" in message, answer

    def _read(self, timeout: float | None) -> dict[str, object]:
        """Return the next message.

        :raises BrummerError: if there is none, or it is about no request at all.
        """
        self._socket.settimeout(timeout)
        with self._said_plainly():
            line = self._reader.readline(_MAX_ANSWER)
        if not line.endswith(b"\n"):
            raise AbsentError("the instance hung up")
        message = decode(line)
        if message.get("id") is None:
            raise from_error(message.get("error"))
        return message

    @contextlib.contextmanager
    def _said_plainly(self) -> Iterator[None]:
        """Turn what sockets raise into a sentence."""
        try:
            yield
        except TimeoutError as error:
            raise BrummerError("the instance did not answer in time") from error
        except OSError as error:
            raise AbsentError(f"the instance hung up: {error}") from error


def _answer(message: Mapping[str, object]) -> object:
    """Return what *message* brings; an error that it brings is not raised."""
    if message.get("error") is not None:
        return from_error(message["error"])
    return message.get("part", message.get("result"))
