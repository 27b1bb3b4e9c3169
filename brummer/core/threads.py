"""Who runs where.

============  ======================================================  =========
role          owns                                                    count
============  ======================================================  =========
main          urwid, or the headless printer                          1
supervisor    children, registry, restart state                       1
pump          every pipe and pty descriptor                           1
log           log store, detectors                                    1
history       what is printed, in files                               1
bus           running subscribers, commands that take their time      a pool
plugin        one call of a plugin, or a few of them in a row         9 a plugin
monitor       psutil samples, resource limits, health                 1
watch         watchfiles: scripts to read, sources to restart for     1
probe         a look whether a process is ready, then gone            at most 2
clipboard     a program that takes what is copied, then gone          1
control       the control socket, an asyncio loop                     1
mcp           the MCP server, an asyncio loop                         1
proxy         the proxies, an asyncio loop                            1
============  ======================================================  =========

Threads are named ``brum-ROLE-n``, so that a stack dump, ``py-spy`` and the
leak check of the tests can tell them apart.  A method that belongs to one
thread begins with ``assert on(Role.LOG)``: documentation that fails.
"""

import itertools
import threading
from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

PREFIX: Final = "brum-"

#: Looks at whether processes are ready that may be under way at once; more wait.
PROBES: Final = 2


class Role(StrEnum):
    """What a thread is for."""

    MAIN = "main"
    SUPERVISOR = "supervisor"
    PUMP = "pump"
    LOG = "log"
    HISTORY = "history"
    BUS = "bus"
    PLUGIN = "plugin"
    MONITOR = "monitor"
    WATCH = "watch"
    PROBE = "probe"
    CLIPBOARD = "clipboard"
    CONTROL = "control"
    MCP = "mcp"
    PROXY = "proxy"


_ROLES: Final = MappingProxyType({role.value: role for role in Role})

#: ``next()`` on an :func:`itertools.count` is one atomic step of the interpreter.
_numbers = itertools.count(1)


def thread_name(role: Role) -> str:
    """Return a new name for a thread of *role*."""
    return f"{PREFIX}{role}-{next(_numbers)}"


def spawn(role: Role, target: Callable[[], object]) -> threading.Thread:
    """Start a daemon thread whose name tells its role.

    Daemon, because a thread that hangs must not keep a finished program alive;
    an orderly end is the business of whoever started it.
    """
    thread = threading.Thread(target=target, name=thread_name(role), daemon=True)
    thread.start()
    return thread


def on(role: Role) -> bool:
    """Whether the calling thread has *role*."""
    current = threading.current_thread()
    if current is threading.main_thread():
        return role is Role.MAIN
    return current.name.startswith(f"{PREFIX}{role}-")


def allotment(workers: int, plugin_calls: int = 0) -> Mapping[Role, int]:
    """Return how many threads each role may have; *workers* of them are the pool.

    *plugin_calls* may be in progress in all plugins together; mostly none is.  What
    the budget has beyond these is for threads that plugins and libraries start,
    which have other names.
    """
    several = {Role.BUS: workers, Role.PLUGIN: plugin_calls, Role.PROBE: PROBES}
    return MappingProxyType({role: several.get(role, 1) for role in Role})


def census() -> dict[Role, int]:
    """Return how many of our threads are alive, by role, the main thread left out."""
    counts: dict[Role, int] = {}
    for thread in threading.enumerate():
        name = thread.name
        if name.startswith(PREFIX):
            role = _ROLES.get(name[len(PREFIX) :].rsplit("-", 1)[0])
            # A plugin may call its own threads what it likes.
            if role is not None:
                counts[role] = counts.get(role, 0) + 1
    return counts
