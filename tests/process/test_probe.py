"""Tests of single looks at whether a process is ready."""

import socket

import pytest

from brummer.model.log import LogEntry, LogExtent, LogWindow, Stream
from brummer.model.process import ProcessId
from brummer.model.readiness import Readiness, ReadyBy
from brummer.process.probe import Sight, look_at_port, look_for

DB = ProcessId("db-1")


def log(*lines: tuple[Stream, bytes]) -> Sight:
    """Return the sight of a process that printed *lines*."""
    entries = [
        LogEntry(number, DB, stream, 1.0, data)
        for number, (stream, data) in enumerate(lines)
    ]

    def window(first: int, count: int, _: ProcessId) -> LogWindow:
        extent = LogExtent(0, 0, len(entries))
        return LogWindow(extent, tuple(entries[first : first + count]))

    return Sight(window=window)


def test_a_port_that_takes_connections_lacks_nothing() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]

        here = look_at_port(str(port), 5.0)
        by_name = look_at_port(f"localhost:{port}", 5.0)

    assert here == by_name == ""
    assert look_at_port(str(port), 5.0) == f"tcp {port} refused"


def test_a_line_that_was_printed_is_seen_and_our_own_is_not() -> None:
    readiness = Readiness(by=ReadyBy.LOG, target="ready to accept")

    noted = look_for(readiness, DB, log((Stream.NOTE, b"ready to accept")))()
    printed = look_for(readiness, DB, log((Stream.ERR, b"db: ready to accept")))()

    assert noted == "no line 'ready to accept'"
    assert printed == ""


@pytest.mark.parametrize(
    ("address", "problem"),
    [("", "no address announced"), ("http://localhost:5173", "")],
)
def test_an_announced_address_is_seen(address: str, problem: str) -> None:
    look = look_for(Readiness(by=ReadyBy.URL), DB, Sight(address=lambda _: address))

    assert look() == problem


def test_a_command_is_no_look() -> None:
    with pytest.raises(ValueError, match="child"):
        look_for(Readiness(by=ReadyBy.EXEC, target="true"), DB, Sight())
