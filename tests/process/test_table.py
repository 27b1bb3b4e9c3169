import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from brummer.process import table_psutil
from brummer.process.row import MARKER
from tests.support.wait import wait_until

IMPLEMENTATIONS = [table_psutil]
if sys.platform == "linux":
    from brummer.process import table_linux

    IMPLEMENTATIONS.append(table_linux)

Popen = subprocess.Popen[bytes]


@pytest.fixture(params=IMPLEMENTATIONS, ids=lambda module: module.__name__)
def tables(request: pytest.FixtureRequest) -> ModuleType:
    module: ModuleType = request.param
    return module


@pytest.fixture
def start() -> Iterator[Callable[..., Popen]]:
    started: list[Popen] = []

    def start(*argv: str, **environment: str) -> Popen:
        popen = subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            start_new_session=True,
            env={**os.environ, **environment},
        )
        started.append(popen)
        return popen

    yield start
    for popen in started:
        popen.kill()
        popen.communicate()


def test_the_table_has_a_line_for_ourselves(tables: ModuleType) -> None:
    line = tables.table()[os.getpid()]

    assert line == tables.row(os.getpid())
    assert line.pid == os.getpid()
    assert line.parent == os.getppid()
    assert line.group == os.getpgid(0)
    assert line.session == os.getsid(0)
    assert not line.zombie
    assert not line.stopped


def test_a_process_that_does_not_exist_has_no_line(
    tables: ModuleType, start: Callable[..., Popen]
) -> None:
    ended = start("true")
    ended.communicate()

    assert tables.row(ended.pid) is None
    assert ended.pid not in tables.table()
    assert tables.marker(ended.pid) is None
    assert tables.command(ended.pid) == ""


def test_an_identity_stays_and_differs_from_that_of_another_process(
    tables: ModuleType, start: Callable[..., Popen]
) -> None:
    first, second = start("cat"), start("cat")

    assert tables.row(first.pid).identity == tables.row(first.pid).identity
    assert tables.row(first.pid).identity != tables.row(second.pid).identity


def test_a_process_that_ended_and_was_not_reaped_is_a_zombie(
    tables: ModuleType, start: Callable[..., Popen]
) -> None:
    ended = start("true")

    wait_until(lambda: tables.row(ended.pid).zombie)

    assert tables.marker(ended.pid) is None
    assert tables.row(ended.pid).session == ended.pid


def test_a_stopped_process_is_told_from_a_running_one(
    tables: ModuleType, start: Callable[..., Popen]
) -> None:
    popen = start("cat")

    popen.send_signal(signal.SIGSTOP)

    wait_until(lambda: tables.row(popen.pid).stopped)


@pytest.mark.parametrize("name", ["a b", "a) R 1 (b", "(", "x)"])
def test_a_name_may_look_like_the_rest_of_its_line(
    tables: ModuleType, start: Callable[..., Popen], name: str, tmp_path: Path
) -> None:
    program = tmp_path / name
    program.symlink_to("/bin/cat")

    popen = start(str(program))

    wait_until(lambda: tables.row(popen.pid).name == name)
    assert tables.row(popen.pid).parent == os.getpid()
    assert tables.row(popen.pid).session == popen.pid


def test_the_marker_is_read_from_the_environment(
    tables: ModuleType, start: Callable[..., Popen]
) -> None:
    popen = start(
        "cat", **{MARKER: "me/web-1", "FIRST": "x" * 70_000, "SECOND": "x" * 70_000}
    )

    wait_until(lambda: tables.command(popen.pid) == "cat")
    assert tables.marker(popen.pid) == "me/web-1"


def test_a_variable_that_only_contains_the_marker_is_none(
    tables: ModuleType, start: Callable[..., Popen]
) -> None:
    popen = start("cat", **{f"X{MARKER}": "no", "Y": f"{MARKER}=no"})

    wait_until(lambda: tables.command(popen.pid) == "cat")
    assert tables.marker(popen.pid) is None


def test_the_epoch_is_the_same_at_each_look(tables: ModuleType) -> None:
    assert tables.epoch()
    assert tables.epoch() == tables.epoch()


def test_the_number_handed_out_last_is_one_there_may_be(tables: ModuleType) -> None:
    if tables is table_psutil:
        assert tables.newest() == tables.highest() == 0
    else:
        assert 0 < tables.newest() <= tables.highest()
