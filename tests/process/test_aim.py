import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from brummer.process.aim import is_process, lives, send, send_if, wait_for_end
from brummer.process.row import Identity
from brummer.process.table import row
from tests.support.descriptors import few_descriptors
from tests.support.wait import wait_until


@pytest.fixture
def cat() -> Iterator["subprocess.Popen[bytes]"]:
    popen = subprocess.Popen(["cat"], stdin=subprocess.PIPE)
    yield popen
    popen.kill()
    popen.communicate()


def identity(popen: "subprocess.Popen[bytes]") -> Identity:
    line = row(popen.pid)
    assert line is not None
    return line.identity


def test_a_signal_reaches_who_is_meant(cat: "subprocess.Popen[bytes]") -> None:
    sent = send(identity(cat), signal.SIGTERM)

    assert sent
    assert cat.wait() == -signal.SIGTERM


def test_whoever_has_the_number_of_somebody_else_is_left_alone(
    cat: "subprocess.Popen[bytes]",
) -> None:
    pid, start = identity(cat)

    sent = send(Identity(pid, start - 1), signal.SIGKILL)

    assert not sent
    assert not lives(Identity(pid, start - 1))
    assert lives(Identity(pid, start))


def test_a_number_is_only_sent_to_if_its_holder_is_meant(
    cat: "subprocess.Popen[bytes]",
) -> None:
    first = send_if(cat.pid, signal.SIGKILL, lambda: False)
    second = send_if(cat.pid, signal.SIGTERM, lambda: True)

    assert not first
    assert second
    assert cat.wait() == -signal.SIGTERM


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no numbers")
def test_a_thread_is_no_process(cat: "subprocess.Popen[bytes]") -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    assert thread.native_id is not None

    answers = [is_process(pid) for pid in (thread.native_id, cat.pid, os.getpid())]
    done.set()
    thread.join()

    assert answers == [False, True, True]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has descriptors of it")
def test_without_descriptors_no_process_passes_for_none() -> None:
    own = os.getpid()

    with few_descriptors(0), pytest.raises(OSError, match="Too many open files"):
        is_process(own)


def test_nobody_is_there_under_a_number_that_is_free(
    cat: "subprocess.Popen[bytes]",
) -> None:
    gone = identity(cat)
    cat.communicate()

    assert not send(gone, signal.SIGKILL)
    assert not lives(gone)


def test_a_process_that_is_only_unreaped_does_not_live(
    cat: "subprocess.Popen[bytes]",
) -> None:
    meant = identity(cat)

    cat.kill()

    wait_until(lambda: not lives(meant))
    assert not send(meant, signal.SIGTERM)


def test_waiting_ends_with_the_process(cat: "subprocess.Popen[bytes]") -> None:
    meant = identity(cat)
    cat.kill()

    wait_for_end([meant], 10)

    assert not lives(meant)


def test_waiting_ends_at_its_limit(cat: "subprocess.Popen[bytes]") -> None:
    begun = time.monotonic()

    wait_for_end([identity(cat)] * 3, 0.05)

    assert time.monotonic() - begun >= 0.05
    assert cat.poll() is None


def test_nobody_waits_for_a_stranger(cat: "subprocess.Popen[bytes]") -> None:
    pid, start = identity(cat)

    wait_for_end([Identity(pid, start + 1)], 1000)

    assert cat.poll() is None
