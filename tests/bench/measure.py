"""Measures programs from outside: what a tree of processes costs."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

import psutil

#: Seconds between two looks.  What a process does after the last look at it and
#: before its end is not seen.
_PERIOD: Final = 0.1

MB: Final = 1e6


def cpu(pid: int) -> float:
    """Return the seconds of CPU time that a process has used."""
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


@dataclass(slots=True)
class Meter:
    """What a process and its descendants use, those of *is_work* left out.

    Threads: :meth:`look` is for one thread at a time.
    """

    pid: int
    is_work: Callable[[list[str]], bool]
    _used: dict[tuple[int, float], float] = field(default_factory=dict)
    #: Whether a process is work.  A no is asked again: what is a shell now may
    #: be the emitter after its exec.
    _work: dict[tuple[int, float], bool] = field(default_factory=dict)
    peak: int = 0

    @property
    def cpu(self) -> float:
        """Seconds of CPU time, those of processes that have ended included."""
        return sum(self._used.values())

    def look(self) -> int:
        """Add what has been used since the last look; return the resident bytes."""
        memory = 0
        for process in self._tree():
            with suppress(psutil.Error):
                key = (process.pid, process.create_time())
                if self._is_work(process, key):
                    # It may have begun as a shell, or as a copy of its parent.
                    self._used.pop(key, None)
                    continue
                times = process.cpu_times()
                self._used[key] = times.user + times.system
                memory += process.memory_info().rss
        self.peak = max(self.peak, memory)
        return memory

    def _tree(self) -> list[psutil.Process]:
        with suppress(psutil.Error):
            root = psutil.Process(self.pid)
            return [root, *root.children(recursive=True)]
        return []

    def _is_work(self, process: psutil.Process, key: tuple[int, float]) -> bool:
        if not self._work.get(key):
            self._work[key] = self.is_work(process.cmdline())
        return self._work[key]


@contextmanager
def metered(pid: int, is_work: Callable[[list[str]], bool]) -> Iterator[Meter]:
    """Look at the tree below *pid* again and again while a block lasts."""
    meter, over = Meter(pid, is_work), threading.Event()

    def watch() -> None:
        while not over.wait(_PERIOD):
            meter.look()

    thread = threading.Thread(target=watch, name="meter")
    thread.start()
    try:
        yield meter
    finally:
        over.set()
        thread.join()


def descendants(pid: int) -> Mapping[int, list[str]]:
    """Return the command lines of a process's descendants, by pid."""
    found = {}
    for process in psutil.Process(pid).children(recursive=True):
        with suppress(psutil.Error):
            found[process.pid] = process.cmdline()
    return found


def stopwatch() -> Callable[[], float]:
    """Return what tells how many seconds have passed since now."""
    began = time.perf_counter()
    return lambda: time.perf_counter() - began
