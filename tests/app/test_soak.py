"""The running program under everything at once, for as long as is wanted.

Some seconds in every run; with ``SOAK=600`` and
``-o faulthandler_timeout=0`` ten minutes of it.
"""

import itertools
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import psutil
import pytest

from brummer.app.application import Application
from brummer.config.settings import WORKERS
from brummer.core.threads import Role, census
from brummer.model.health import HealthLevel
from tests.app.conftest import Bench
from tests.support.wait import LIMIT, wait_until

#: Seconds of the first half, in which everything gets as large as it will be.
HALF: Final = float(os.environ.get("SOAK", "4")) / 2

#: What memory may grow by in the second half, in bytes: caches, and chance.
GROWTH: Final = 30 * 1024 * 1024


class Soak:
    """People at work on one instance, until somebody says that it is enough.

    Threads: each of the people has one; *rounds* counts by atomic steps.
    """

    def __init__(self, application: Application) -> None:
        self._run = application.instance.run
        self._instance = application.instance
        self._rounds = itertools.count()
        self.enough = threading.Event()

    @property
    def rounds(self) -> int:
        """How many rounds were made."""
        return next(self._rounds)

    def start_and_stop(self) -> None:
        """Have a process of each kind of end."""
        started: Any = self._run("command.start", command="seq 1 2000; sleep 3680")
        process = started.result(LIMIT)["process"]
        again: Any = self._run("process.restart", process=process).result(LIMIT)
        self._run("process.kill", process=again["process"]).result(LIMIT)

    def run_shortly(self) -> None:
        """Have a process that ends by itself."""
        self._run("command.start", command="echo one; echo two >&2").result(LIMIT)

    def look(self) -> None:
        """Read everything that a front end reads."""
        instance = self._instance
        instance.versions()
        instance.usage()
        instance.findings()
        for process in list(instance.processes())[-3:]:
            end = instance.log_extent(process).end
            instance.log_window(max(0, end - 50), 50, process)
        self._run("metrics.read").result(LIMIT)

    def go_round(self, work: Callable[[], None]) -> None:
        """Do *work* again and again."""
        while not self.enough.is_set():
            work()
            next(self._rounds)


def threads() -> dict[Role, int]:
    """Return who runs, without the pool, which grows up to its size."""
    return {role: n for role, n in census().items() if role is not Role.BUS}


@pytest.mark.slow
@pytest.mark.timeout(2 * HALF + 90)
def test_nothing_locks_up_and_nothing_grows(bench: Bench) -> None:
    application = bench.application("process_manager.history=50")
    soak, own = Soak(application), psutil.Process()
    before = threads()

    with ThreadPoolExecutor(20) as people:
        kinds = [soak.start_and_stop, soak.run_shortly, soak.look, soak.look]
        work = [people.submit(soak.go_round, kinds[n % 4]) for n in range(20)]
        soak.enough.wait(HALF)
        middle, rounds = own.memory_info().rss, soak.rounds
        soak.enough.wait(HALF)
        grown, more = own.memory_info().rss - middle, soak.rounds - rounds
        soak.enough.set()
        for each in work:
            # What a command did not answer in time is raised here.
            each.result(LIMIT)

    processes = application.instance.processes
    wait_until(lambda: all(s.is_finished for s in processes().values()))
    assert rounds > 0
    assert more > 0
    assert grown < GROWTH
    # Those of plugins end when they have told of the last process.
    wait_until(lambda: threads() == before)
    assert census()[Role.BUS] <= WORKERS
    ill = [
        r for r in application.instance.health() if r.level is not HealthLevel.HEALTHY
    ]
    # Twenty people leave a plugin little of a machine that has other work as well.
    assert [row for row in ill if "has been running for" not in row.error] == []
    assert len(processes()) <= 50
