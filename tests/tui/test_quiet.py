"""Nothing but the screen on the terminal."""

import contextlib
import os
import pty
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from brummer.tui.quiet import KEPT, stderr_aside


@contextlib.contextmanager
def standard_error(descriptor: int) -> Iterator[None]:
    """Put *descriptor* in the place of standard error for the time of the block.

    Not a fixture: between those and a test, pytest has it its own way.
    """
    sys.stderr.flush()
    kept = os.dup(2)
    os.dup2(descriptor, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


@contextlib.contextmanager
def terminal() -> Iterator[int]:
    """Have a terminal as standard error; give the side where it is seen."""
    shown, child = pty.openpty()
    os.set_blocking(shown, False)
    try:
        with standard_error(child):
            yield shown
    finally:
        os.close(shown)
        os.close(child)


def read(descriptor: int) -> bytes:
    """Return what there is to read."""
    try:
        return os.read(descriptor, 1 << 20)
    except BlockingIOError:
        return b""


def complain(text: bytes) -> None:
    """Write to standard error and crash."""
    with stderr_aside():
        os.write(2, text)
        raise ZeroDivisionError


def test_what_is_written_meanwhile_comes_afterwards() -> None:
    with terminal() as shown:
        with stderr_aside():
            os.write(2, b"a complaint\n")
            meanwhile = read(shown)
        afterwards = read(shown)

    assert meanwhile == b""
    assert afterwards == b"a complaint\r\n"


def test_it_comes_after_a_crash_too() -> None:
    with terminal() as shown:
        with pytest.raises(ZeroDivisionError):
            complain(b"why\n")
        afterwards = read(shown)

    assert afterwards == b"why\r\n"


def test_it_is_bounded() -> None:
    with terminal() as shown, stderr_aside() as aside:
        for _ in range(10):
            os.write(2, b"x" * KEPT)
            aside.trim()
        os.write(2, b"the end")
        kept = aside.text()
        aside.trim()
        os.ftruncate(2, 0)
        meanwhile = read(shown)

    assert len(kept) <= KEPT
    assert kept.endswith(b"the end")
    assert meanwhile == b""


def test_a_file_in_the_place_of_standard_error_is_left_alone() -> None:
    read_end, write_end = os.pipe()
    with standard_error(write_end), stderr_aside():
        os.write(2, b"straight")
        written = os.read(read_end, 100)
    os.close(read_end)
    os.close(write_end)

    assert written == b"straight"


def test_where_nothing_can_be_kept_the_screen_stays_clean_all_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))

    with terminal() as shown:
        with stderr_aside() as aside:
            os.write(2, b"a complaint\n")
            aside.trim()
        afterwards = read(shown)

    assert afterwards == b""
