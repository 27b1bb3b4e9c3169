"""Where output is printed to."""

import contextlib
import errno
import fcntl
import os
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from typing_extensions import override

from brummer.logs import ansi
from brummer.logs.sink import Sink
from tests.support.wait import LIMIT

COLOURFUL = {"TERM": "xterm-256color"}
TEXT = memoryview(b"text")
#: More than any pipe, socket or terminal takes.
MUCH = memoryview(b"x" * 4_000_000)


class Ends(contextlib.AbstractContextManager["Ends"]):
    """Two ends of something; what is written to one is read from the other."""

    def __init__(self, reading: int, writing: int) -> None:
        self.reading = reading
        self.writing = writing

    @override
    def __exit__(self, *_: object) -> None:
        os.close(self.reading)
        os.close(self.writing)

    def drain(self, size: int) -> threading.Thread:
        """Read *size* bytes on a thread of their own."""

        def read() -> None:
            left = size
            while left > 0:
                left -= len(os.read(self.reading, 65_536))

        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        return thread


def of_pipe() -> Ends:
    return Ends(*os.pipe())


def of_terminal() -> Ends:
    return Ends(*os.openpty())


def of_socket() -> Ends:
    one, other = socket.socketpair()
    return Ends(one.detach(), other.detach())


@pytest.fixture(params=[of_pipe, of_terminal, of_socket])
def ends(request: pytest.FixtureRequest) -> Iterator[Ends]:
    with request.param() as both:
        yield both


def written(sink: Sink, data: bytes) -> bytes:
    """Write *data* however long it takes; return what was not written."""
    rest = memoryview(data)
    while rest:
        rest = rest[sink.write(rest, LIMIT) :]
    return bytes(rest)


def test_everything_is_written_however_slow_the_reader(ends: Ends) -> None:
    sink = Sink(ends.writing, {})
    reader = ends.drain(len(MUCH))

    assert written(sink, bytes(MUCH)) == b""

    reader.join(LIMIT)
    assert not reader.is_alive()
    sink.close()


def test_a_write_that_nobody_reads_comes_back(ends: Ends) -> None:
    sink = Sink(ends.writing, {})
    first = 0
    while count := sink.write(MUCH[first:], 0.01):
        first += count

    reader = ends.drain(len(MUCH))
    rest = written(sink, bytes(MUCH[first:]))

    assert 0 < first < len(MUCH)
    assert rest == b""
    reader.join(LIMIT)
    assert not reader.is_alive()
    sink.close()


def test_the_descriptor_stays_as_others_know_it(ends: Ends) -> None:
    sink = Sink(ends.writing, {})
    sink.write(TEXT, LIMIT)
    sink.close()
    sink.close()

    assert not fcntl.fcntl(ends.writing, fcntl.F_GETFL) & os.O_NONBLOCK
    assert os.write(ends.writing, b"more") == 4


def test_a_file_goes_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with path.open("wb", buffering=0) as file:
        file.write(b"before\n")
        sink = Sink(file.fileno(), {})
        assert sink.write(memoryview(b"output\n"), 0) == 7
        file.write(b"after\n")
        sink.close()

    assert path.read_bytes() == b"before\noutput\nafter\n"


def test_a_reader_that_left_is_an_error() -> None:
    reading, writing = os.pipe()
    sink = Sink(writing, {})
    os.close(reading)

    with pytest.raises(BrokenPipeError):
        sink.write(TEXT, LIMIT)

    sink.close()
    os.close(writing)


def test_a_descriptor_that_was_never_open_is_an_error() -> None:
    with of_pipe() as ends:
        closed = os.dup(ends.writing)
    os.close(closed)

    sink = Sink(closed, COLOURFUL)

    with pytest.raises(OSError, match="descriptor"):
        sink.write(TEXT, LIMIT)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /dev/full")
def test_a_full_disk_is_an_error() -> None:
    with Path("/dev/full").open("wb", buffering=0) as full:
        sink = Sink(full.fileno(), {})

        with pytest.raises(OSError, match="space") as raised:
            sink.write(TEXT, LIMIT)

        assert raised.value.errno == errno.ENOSPC
        sink.close()


@pytest.mark.parametrize(
    ("environment", "is_colourful"),
    [
        (COLOURFUL, True),
        ({**COLOURFUL, "NO_COLOR": ""}, True),
        ({**COLOURFUL, "NO_COLOR": "1"}, False),
        ({"TERM": "dumb"}, False),
        ({}, False),
    ],
)
def test_a_terminal_gets_colours_unless_it_wants_none(
    environment: dict[str, str], *, is_colourful: bool
) -> None:
    with of_terminal() as ends:
        sink = Sink(ends.writing, environment)

        assert sink.clean is (ansi.keep_colour if is_colourful else ansi.strip)
        sink.close()


def test_a_pipe_gets_no_colours() -> None:
    with of_pipe() as ends:
        sink = Sink(ends.writing, COLOURFUL)

        assert sink.clean is ansi.strip
        sink.close()


def test_the_null_device_is_known() -> None:
    with Path(os.devnull).open("wb") as null:
        assert Sink(null.fileno(), {}).is_void


def test_whatever_can_be_read_again_is_no_void(ends: Ends, tmp_path: Path) -> None:
    with contextlib.closing(Sink(ends.writing, {})) as sink:
        assert not sink.is_void
    with (tmp_path / "file").open("wb") as file:
        assert not Sink(file.fileno(), {}).is_void
    assert not Sink(10_000, {}).is_void
