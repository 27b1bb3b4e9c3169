import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from brummer.process.ending import end
from brummer.process.row import MARKER
from brummer.process.table import row
from brummer.process.tree import Tree
from tests.process.chain import Chain
from tests.support.wait import wait_until

Start = Callable[[str], tuple[Tree, "subprocess.Popen[bytes]"]]


@pytest.fixture
def start() -> Iterator[Start]:
    started: list[tuple[Tree, subprocess.Popen[bytes]]] = []

    def start(line: str) -> tuple[Tree, "subprocess.Popen[bytes]"]:
        mark = f"end{os.getpid()}/{len(started)}"
        popen = subprocess.Popen(
            ["sh", "-c", line],
            start_new_session=True,
            env={**os.environ, MARKER: mark},
        )
        found = row(popen.pid)
        assert found is not None
        tree = Tree(mark, found.identity)
        started.append((tree, popen))
        return started[-1]

    yield start
    for tree, popen in started:
        tree.kill(10)
        popen.wait()


def test_whoever_ends_when_asked_is_not_waited_for(start: Start) -> None:
    trees = [start(line) for line in ("sleep 1000 & wait", "exec sleep 1000")]

    survivors = end([tree for tree, _ in trees], 1000)

    assert survivors == ()
    assert [popen.wait() for _, popen in trees] == [-signal.SIGTERM] * 2


def test_whoever_does_not_end_is_killed_after_the_grace(start: Start) -> None:
    tree, popen = start("trap '' TERM; exec sleep 1000")
    wait_until(lambda: tree.members()[0].name == "sleep")
    begun = time.monotonic()

    survivors = end([tree], 0.2)

    assert time.monotonic() - begun >= 0.2
    assert survivors == ()
    assert popen.wait() == -signal.SIGKILL


def test_without_grace_everything_is_killed(start: Start) -> None:
    tree, popen = start("trap '' TERM; exec sleep 1000")
    wait_until(lambda: tree.members()[0].name == "sleep")

    assert end([tree], 0) == ()

    assert popen.wait() == -signal.SIGKILL


@pytest.mark.skipif(sys.platform != "linux", reason="numbers are not told")
def test_a_chain_of_sessions_is_not_taken_for_the_end(
    start: Start, tmp_path: Path
) -> None:
    with Chain(tmp_path) as chain:
        tree, popen = start(chain.line)
        chain.wait_for_start()
        popen.wait()

        survivors = end([tree], 0.2)

        assert survivors == ()
        assert chain.was_ended()


def test_nothing_to_end_takes_no_time() -> None:
    assert end([], 1000) == ()
