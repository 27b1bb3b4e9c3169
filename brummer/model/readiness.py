"""What a script needs before it starts, and how it is seen to be ready."""

from dataclasses import dataclass
from enum import StrEnum


class Until(StrEnum):
    """How far another script must have come.

    STARTED means that it runs; READY that it does what it is there for, which
    for a script without a probe is the same; COMPLETED that it has ended with
    success; LINE that it has printed a line that matches a pattern.
    """

    STARTED = "started"
    READY = "ready"
    COMPLETED = "completed"
    LINE = "log"


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Another script that has to come first.

    *script* is its name or id; *pattern* is the regular expression for LINE.
    """

    script: str
    until: Until = Until.READY
    pattern: str = ""


class ReadyBy(StrEnum):
    """What shows that a process is ready.

    A port that takes connections, a request that is answered, a command that
    ends with 0, a line that matches, or the first address that it announces.
    """

    TCP = "tcp"
    HTTP = "http"
    EXEC = "exec"
    LOG = "log"
    URL = "url"


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """How a process is seen to be ready.

    *target* is the port or ``host:port``, the URL, the shell command line or the
    regular expression.  *status* is the HTTP status that counts, 0 for any from
    200 to 399.  All times are in seconds: *interval* lies between two looks,
    *timeout* is how long one may take, *delay* passes before the first.  After
    *failures* looks in vain in a row a process is no longer ready.  One that is
    not ready *within* so long lets those down who wait for it; 0 for no limit.
    """

    by: ReadyBy
    target: str = ""
    status: int = 0
    interval: float = 1.0
    timeout: float = 2.0
    delay: float = 0.0
    failures: int = 3
    within: float = 0.0
