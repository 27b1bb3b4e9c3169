"""Looks at whether a process is ready: its port, its answers, what it prints.

Every look is a function that returns what is missing, in a few words, or
nothing if nothing is.  It may take as long as its timeout, so it runs on a
thread of its own; see :class:`~brummer.process.prober.Prober`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from brummer.core.lines import LineSearch, Window, as_printed
from brummer.core.pattern import Pattern
from brummer.model.log import LogExtent, LogWindow
from brummer.model.process import ProcessId
from brummer.model.readiness import Readiness, ReadyBy
from brummer.process.reach import UnreachableError, reach


def _no_lines(_first: int, _count: int, _process: ProcessId) -> LogWindow:
    return LogWindow(LogExtent(0, 0, 0), ())


def _no_address(_: ProcessId) -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What can be seen of a process from outside: its log, its first address.

    *shown* returns what a reader sees of lines of the log.

    Threads: all are called on any thread and wait for nobody.
    """

    window: Window = _no_lines
    shown: Callable[[bytes], bytes] = as_printed
    address: Callable[[ProcessId], str] = _no_address


def look_for(
    readiness: Readiness, process: ProcessId, sight: Sight
) -> Callable[[], str]:
    """Return the look for *readiness* of *process*, to be taken again and again."""
    match readiness.by:
        case ReadyBy.TCP:
            return partial(look_at_port, readiness.target, readiness.timeout)
        case ReadyBy.HTTP:
            return partial(_look_at_url, readiness)
        case ReadyBy.LOG:
            return _line_look(readiness.target, process, sight)
        case ReadyBy.URL:
            return partial(_look_for_address, process, sight)
        case ReadyBy.EXEC:
            raise ValueError("a command is a child and no look")


def look_at_port(target: str, timeout: float) -> str:
    """Return what keeps *target*, a port or ``host:port``, from taking connections."""
    host, _, port = target.rpartition(":")
    try:
        reach(host.strip("[]"), int(port), timeout).close()
    except UnreachableError as error:
        return f"tcp {target} {error}"
    return ""


def _look_at_url(readiness: Readiness) -> str:
    # Here, because HTTP and TLS are large imports that most projects do not need.
    from brummer.process.web import look_at_url

    return look_at_url(readiness)


def _line_look(pattern: str, process: ProcessId, sight: Sight) -> Callable[[], str]:
    regex = Pattern(pattern, is_regex=True, case=True)
    search = LineSearch(sight.window, process, regex, sight.shown)
    return lambda: "" if search.look() else f"no line {pattern!r}"


def _look_for_address(process: ProcessId, sight: Sight) -> str:
    return "" if sight.address(process) else "no address announced"
