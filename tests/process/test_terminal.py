import os
import struct
import termios
from collections.abc import Iterator
from fcntl import ioctl

import pytest

from brummer.process.terminal import Size, Terminal, open_terminal, resize


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    opened = open_terminal(Size(100, 30))
    yield opened
    os.close(opened.master)
    os.close(opened.slave)


def size(descriptor: int) -> tuple[int, ...]:
    return struct.unpack("HHHH", ioctl(descriptor, termios.TIOCGWINSZ, bytes(8)))


def test_output_arrives_as_it_was_written(terminal: Terminal) -> None:
    os.write(terminal.slave, b"a\tb\nc\r\nd\xff\0")

    assert os.read(terminal.master, 100) == b"a\tb\nc\r\nd\xff\0"


def test_input_is_not_echoed_and_comes_by_the_line(terminal: Terminal) -> None:
    os.write(terminal.master, b"one\rtwo\n")

    assert os.read(terminal.slave, 100) == b"one\n"
    assert os.read(terminal.slave, 100) == b"two\n"
    with pytest.raises(BlockingIOError):
        os.read(terminal.master, 100)


def test_a_pause_key_does_not_stop_the_output(terminal: Terminal) -> None:
    os.write(terminal.master, b"\x13")

    os.write(terminal.slave, b"goes on")

    assert os.read(terminal.master, 100) == b"goes on"


def test_the_size_is_what_was_asked_for(terminal: Terminal) -> None:
    assert size(terminal.slave)[:2] == (30, 100)


def test_the_size_can_be_changed_from_our_end(terminal: Terminal) -> None:
    resize(terminal.master, Size(132, 50))

    assert size(terminal.slave)[:2] == (50, 132)


def test_the_path_leads_to_the_terminal(terminal: Terminal) -> None:
    again = os.open(terminal.path, os.O_RDWR | os.O_NOCTTY)

    assert os.fstat(again).st_rdev == os.fstat(terminal.slave).st_rdev
    os.close(again)


def test_no_end_is_inherited(terminal: Terminal) -> None:
    assert not os.get_inheritable(terminal.master)
    assert not os.get_inheritable(terminal.slave)
