import os
from collections.abc import Iterator

import pytest

from brummer.errors import BrummerError
from brummer.model.process import ProcessId
from brummer.process.input import LIMIT, Input


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    read, write = os.pipe()
    os.set_blocking(write, False)
    yield read, write
    os.close(write)


def test_what_was_put_is_written_in_order(pipe: tuple[int, int]) -> None:
    words = Input(ProcessId("web-1"), pipe[1])

    for part in (b"one ", b"two ", b"three"):
        words.accept(len(part))
        words.put(part)
    words.flush()

    assert os.read(pipe[0], 100) == b"one two three"
    assert not words.is_waiting
    os.close(pipe[0])


def test_what_the_child_does_not_take_waits(pipe: tuple[int, int]) -> None:
    words = Input(ProcessId("web-1"), pipe[1])
    sent = bytes(range(256)) * 2000
    words.put(sent)
    received = b""

    words.flush()
    while words.is_waiting:
        received += os.read(pipe[0], 65536)
        words.flush()

    os.set_blocking(pipe[0], False)
    assert 0 < len(received) < len(sent)
    assert received + os.read(pipe[0], 65536) == sent
    os.close(pipe[0])


def test_no_more_is_accepted_than_may_wait(pipe: tuple[int, int]) -> None:
    words = Input(ProcessId("web-1"), pipe[1])
    words.accept(LIMIT)

    with pytest.raises(BrummerError, match="web-1 does not read its input"):
        words.accept(1)

    os.close(pipe[0])


def test_there_is_room_again_for_what_was_written(pipe: tuple[int, int]) -> None:
    words = Input(ProcessId("web-1"), pipe[1])
    words.accept(LIMIT)
    words.put(b"x" * LIMIT)
    words.flush()

    written = len(os.read(pipe[0], LIMIT))
    words.flush()

    words.accept(written)
    os.close(pipe[0])


def test_a_closed_end_is_noticed_once_something_is_written(
    pipe: tuple[int, int],
) -> None:
    words = Input(ProcessId("web-1"), pipe[1])
    os.close(pipe[0])
    words.accept(1)
    words.put(b"x")

    words.flush()

    assert not words.is_waiting
    with pytest.raises(BrummerError, match="web-1 reads no more input"):
        words.accept(1)
    words.put(b"dropped")
    assert not words.is_waiting
