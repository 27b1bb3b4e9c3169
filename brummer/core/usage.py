"""What trees of processes use: processor, memory, ports."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import psutil

from brummer.core.clock import Clock
from brummer.model.process import ProcessId, Usage

#: Tells the pids of each process's whole tree.
Members = Callable[[], Mapping[ProcessId, Sequence[int]]]

#: Ports are looked for at every so many samples: that costs more than all else
#: together, and servers seldom change theirs.
_PORT_SAMPLES: Final = 5


class Sampler:
    """Measures trees; each sample tells what was used since the one before.

    The first sample of a process knows no processor time yet.

    Threads: one thread at a time.
    """

    def __init__(self, members: Members, clock: Clock) -> None:
        self._members = members
        self._clock = clock
        self._count = 0
        self._at = 0.0
        #: Processes measured before.  psutil compares start times, so a pid that
        #: was used again is another process to it.
        self._known: dict[int, psutil.Process] = {}
        self._seconds: dict[int, float] = {}
        self._ports: Mapping[ProcessId, tuple[int, ...]] = {}

    def sample(self) -> Mapping[ProcessId, Usage]:
        """Return what each tree uses now."""
        now, trees = self._clock.monotonic(), self._members()
        elapsed, self._at = now - self._at, now
        if self._count % _PORT_SAMPLES == 0 or trees.keys() - self._ports.keys():
            self._ports = {name: _ports(pids) for name, pids in trees.items()}
        self._count += 1
        used: dict[int, tuple[float, int]] = {}
        for pids in trees.values():
            used.update((pid, found) for pid in pids if (found := self._measure(pid)))
        usage = {
            name: self._usage(name, [pid for pid in pids if pid in used], used, elapsed)
            for name, pids in trees.items()
        }
        self._seconds = {pid: seconds for pid, (seconds, _) in used.items()}
        self._known = {pid: self._known[pid] for pid in used}
        return MappingProxyType(usage)

    def _measure(self, pid: int) -> tuple[float, int] | None:
        """Return processor seconds and resident bytes of one process."""
        try:
            process = self._known.get(pid)
            if process is None or not process.is_running():
                self._seconds.pop(pid, None)
                process = self._known[pid] = psutil.Process(pid)
            with process.oneshot():
                times = process.cpu_times()
                return times.user + times.system, process.memory_info().rss
        except psutil.Error:
            return None

    def _usage(
        self,
        name: ProcessId,
        pids: Sequence[int],
        used: Mapping[int, tuple[float, int]],
        elapsed: float,
    ) -> Usage:
        spent = sum(
            used[pid][0] - self._seconds[pid] for pid in pids if pid in self._seconds
        )
        return Usage(
            cpu=max(0.0, 100 * spent / elapsed) if elapsed > 0 else 0.0,
            memory=sum(used[pid][1] for pid in pids),
            processes=len(pids),
            ports=self._ports.get(name, ()),
        )


def _ports(pids: Sequence[int]) -> tuple[int, ...]:
    """Return the TCP ports that the processes of one tree listen on."""
    found: set[int] = set()
    for pid in pids:
        try:
            connections = psutil.Process(pid).net_connections("tcp")
        except psutil.Error:
            # It has ended, or belongs to another user.
            continue
        found.update(
            connection.laddr.port
            for connection in connections
            if connection.status == psutil.CONN_LISTEN
        )
    return tuple(sorted(found))
