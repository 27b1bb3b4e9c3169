import os
import select
import signal
import subprocess
from collections.abc import Callable, Iterator

import pytest

from brummer.process.root import UNKNOWN, Root
from brummer.process.table import row
from tests.support.wait import wait_until

Start = Callable[..., Root]


@pytest.fixture
def start() -> Iterator[Start]:
    started: list[subprocess.Popen[bytes]] = []

    def start(line: str) -> Root:
        popen = subprocess.Popen(["sh", "-c", line], start_new_session=True)
        started.append(popen)
        return Root(popen)

    yield start
    for popen in started:
        popen.kill()
        popen.wait()


@pytest.mark.parametrize(
    ("line", "code"),
    [("exit 0", 0), ("exit 3", 3), ("kill -TERM $$", 143), ("kill -KILL $$", 137)],
)
def test_the_exit_code_is_what_a_shell_would_report(
    start: Start, line: str, code: int
) -> None:
    root = start(line)

    wait_until(lambda: root.exit_code is not None)

    assert root.exit_code == code
    assert root.reap()
    assert root.exit_code == code


def test_a_child_that_runs_has_no_exit_code(start: Start) -> None:
    root = start("exec sleep 1000")

    assert root.exit_code is None
    assert not root.reap()


def test_looking_at_the_exit_code_keeps_the_number(start: Start) -> None:
    root = start("exit 0")

    wait_until(lambda: root.exit_code is not None)

    line = row(root.pid)
    assert line is not None
    assert line.zombie
    root.reap()
    assert row(root.pid) is None


def test_the_descriptor_tells_the_end(start: Start) -> None:
    root = start("exec sleep 1000")
    descriptor = root.open_descriptor()
    assert descriptor is not None
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    assert poll.poll(0) == []

    os.kill(root.pid, signal.SIGKILL)

    assert poll.poll(10_000)
    os.close(descriptor)


def test_a_status_that_somebody_else_took_is_unknown(start: Start) -> None:
    root = start("exit 0")

    os.waitpid(root.pid, 0)

    assert root.exit_code == UNKNOWN
    assert root.reap()
    assert root.exit_code == UNKNOWN
