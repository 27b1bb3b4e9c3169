"""One run of a script, at one instant."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Final, NewType, Self

from brummer.model.script import NOTHING, SHELL, ScriptId

#: Name and number of the run, ``web-2``; never used twice in one instance.
ProcessId = NewType("ProcessId", str)


_MINUTE: Final = 60


class ProcessStatus(StrEnum):
    """Where a process is in its life.

    ::

                   WAITING
                    |   ^
                    v   |
        BACKOFF -> PENDING -> RUNNING -> STOPPING -> STOPPED
           |          |          |---> SUCCESS
           |          |          `---> FAILED
           |          |--> FAILED        (could not be started; also from WAITING)
           `----------`--> STOPPED       (stopped before it ran; also from WAITING)

    A process ends once and never runs again: a restart is a new process.  One
    that waits for its turn after a failure begins in BACKOFF.  One that is WAITING
    waits for other processes that it needs.
    """

    PENDING = "pending"
    WAITING = "waiting"
    RUNNING = "running"
    STOPPING = "stopping"
    STOPPED = "stopped"
    SUCCESS = "success"
    FAILED = "failed"
    BACKOFF = "backoff"

    @property
    def is_final(self) -> bool:
        """Whether the process can never change status again."""
        return not _NEXT[self]

    def may_become(self, status: "ProcessStatus") -> bool:
        """Whether *status* may follow this one."""
        return status in _NEXT[self]


_NEXT: Final[Mapping[ProcessStatus, frozenset[ProcessStatus]]] = MappingProxyType(
    {
        ProcessStatus.BACKOFF: frozenset(
            {ProcessStatus.PENDING, ProcessStatus.STOPPED}
        ),
        ProcessStatus.PENDING: frozenset(
            {
                ProcessStatus.WAITING,
                ProcessStatus.RUNNING,
                ProcessStatus.FAILED,
                ProcessStatus.STOPPED,
            }
        ),
        ProcessStatus.WAITING: frozenset(
            {ProcessStatus.PENDING, ProcessStatus.FAILED, ProcessStatus.STOPPED}
        ),
        ProcessStatus.RUNNING: frozenset(
            {ProcessStatus.STOPPING, ProcessStatus.SUCCESS, ProcessStatus.FAILED}
        ),
        ProcessStatus.STOPPING: frozenset({ProcessStatus.STOPPED}),
        ProcessStatus.STOPPED: frozenset(),
        ProcessStatus.SUCCESS: frozenset(),
        ProcessStatus.FAILED: frozenset(),
    }
)


def explained(reason: str, since: float | None, now: float) -> str:
    """Return *reason*, with how long the wait takes that began at *since*."""
    if not reason or since is None:
        return reason
    seconds = max(0, int(now - since))
    if seconds < _MINUTE:
        return f"{reason}, {seconds} s"
    return f"{reason}, {seconds // _MINUTE} min {seconds % _MINUTE} s"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessState:
    """One process at one instant.

    Times are seconds since the epoch.  *exit_code* is what a shell would
    report: 128 plus the number of the signal for a process that a signal
    ended.  *reason* says in plain words what the status alone does not:
    ``waiting: 10 others are starting``, ``ignores SIGTERM: node (pid 41)``.
    *deadline* is when a stopping process will be killed.  *run* counts the
    runs of this script from 1; *replaces* is the process that this one is the
    restart of.  *ready* says of a running process whether it is seen to be ready,
    ``None`` if nobody looks; *since* is when the wait began that *reason* is about.
    """

    id: ProcessId
    name: str
    script: ScriptId
    command: str
    folder: Path
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    status: ProcessStatus = ProcessStatus.PENDING
    run: int = 1
    replaces: ProcessId | None = None
    pid: int | None = None
    created: float = 0.0
    started: float | None = None
    ended: float | None = None
    exit_code: int | None = None
    reason: str = ""
    deadline: float | None = None
    ready: bool | None = None
    since: float | None = None

    @property
    def is_running(self) -> bool:
        """Whether an operating system's process stands behind this one."""
        return self.status in {ProcessStatus.RUNNING, ProcessStatus.STOPPING}

    @property
    def is_finished(self) -> bool:
        """Whether the process has ended for good."""
        return self.status.is_final

    @property
    def is_typed(self) -> bool:
        """Whether it is a command for the shell, called after its program."""
        return self.script.startswith(f"{SHELL}:")

    @property
    def work(self) -> tuple[ScriptId, str, str]:
        """What the process does: a later one of the same work takes its place.

        Two typed commands of one name may have nothing in common.
        """
        return self.script, self.name, self.command if self.is_typed else ""

    def duration(self, now: float) -> float:
        """Return for how many seconds the process has run by *now*."""
        if self.started is None:
            return 0.0
        return max(0.0, (self.ended or now) - self.started)

    def explained(self, now: float) -> str:
        """Return the reason, with how long the wait takes that it is about."""
        return explained(self.reason, self.since, now)

    def with_status(self, status: ProcessStatus, *, reason: str = "") -> Self:
        """Return the state that follows this one, in *status*.

        :raises ValueError: if *status* may not follow the present one.
        """
        if not self.status.may_become(status):
            raise ValueError(f"{self.id}: {self.status} cannot become {status}")
        return replace(
            self, status=status, reason=reason, deadline=None, ready=None, since=None
        )

    def with_exit(
        self, status: ProcessStatus, *, code: int, time: float, reason: str = ""
    ) -> Self:
        """Return the last state: ended at *time* with *code*.

        :raises ValueError: if *status* may not follow the present one.
        """
        return replace(
            self.with_status(status, reason=reason), exit_code=code, ended=time
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a process's whole tree used when it was last measured.

    *cpu* is in percent of one core, *memory* in bytes of resident set,
    *ports* are the TCP ports on which the tree listens.
    """

    cpu: float = 0.0
    memory: int = 0
    processes: int = 0
    ports: tuple[int, ...] = ()
