"""Every setting with its type, default and limits.

One frozen dataclass per table of ``.brum.toml``; :class:`Settings` is the whole.
The metadata of a field says what its values may be and what it is for, and is
all that the loader, ``brum --settings``, ``brumctl doctor`` and the test of
brum.toml(5) know about it.

Numbers have an upper limit as well as a lower one: a time of 1e30 seconds or a
queue of 1e18 places would be accepted here and fail far away.
"""

import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, TypedDict, TypeVar

from typing_extensions import Unpack

from brummer.model.script import NOTHING, RestartPolicy

_T = TypeVar("_T")

#: What the machine has; 1 on systems that do not tell.
CPUS: Final = os.cpu_count() or 1

#: As many as can be useful: subscribers and hooks mostly wait.
WORKERS: Final = max(4, min(int(CPUS * 2.5), 32))

#: The thread budget: far above what the roles need, far below what hurts.
THREADS: Final = max(CPUS * 8, 20)

DAY: Final = 24 * 60 * 60


class Limits(TypedDict, total=False):
    """What the values of a setting may be.

    *minimum* and *maximum* are inclusive and hold for each number of a list.
    *choices* are all there is.  *alias* is an old name that is accepted.
    *unit* is ``s``, ``ms``, ``B`` or ``MB`` and lets people write ``"5s"`` or
    ``"64 MiB"``.  *shown* replaces a default that depends on the machine in the
    manual, *takes* a description of the values that would be too long.  *form* is
    what a text has to be: ``place``, ``url``, ``pattern`` or ``condition``.
    """

    minimum: float
    maximum: float
    choices: tuple[str, ...]
    alias: str
    unit: str
    shown: str
    takes: str
    form: str


def setting(default: _T, about: str, **limits: Unpack[Limits]) -> _T:
    """Return a field with its documentation and limits.

    It is typed as its default, so that a type checker reads ``name: int =
    setting(5, ...)`` as it reads ``name: int = 5``.
    """
    # A factory, because dataclasses refuse a read-only mapping as a default:
    # it cannot be hashed, which they take for "can be changed".
    made: Any = field(
        default_factory=lambda: default,
        metadata=MappingProxyType({"about": about, "limits": limits}),
    )
    answer: _T = made
    return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class EventBusSettings:
    """``[eventbus]``."""

    worker_pool_size: int = setting(
        WORKERS,
        "threads that run subscribers and hooks",
        minimum=1,
        maximum=256,
        shown="max(4, min(cpus * 2.5, 32))",
    )
    queue_sizes: tuple[int, int, int] = setting(
        (100, 500, 1000),
        "places in the high, medium and low queue",
        minimum=1,
        maximum=1_000_000,
    )
    backpressure_strategy: str = setting(
        "drop_oldest",
        "what gives way when a queue is full",
        choices=("drop_oldest", "drop_newest", "drop_low_priority", "synchronous"),
    )
    enable_monitoring: bool = setting(
        default=True, about="tell of receivers that are slow and queues that block"
    )
    fallback_mode: bool = setting(
        default=False, about="run subscribers in the publisher, for diagnosis"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessManagerSettings:
    """``[process_manager]``."""

    max_concurrent_starts: int = setting(
        10, "processes that may be starting at once", minimum=1, maximum=1000
    )
    status_read_strategy: str = setting(
        "atomic",
        "how the process table is read: atomic, or behind a lock to compare",
        choices=("atomic", "locked"),
    )
    worker_timeout: float = setting(
        5.0,
        "how long preparing a start may take",
        minimum=0.1,
        maximum=DAY,
        unit="s",
    )
    grace: float = setting(
        5.0,
        "time between the stop signal and SIGKILL",
        minimum=0.0,
        maximum=DAY,
        unit="s",
    )
    history: int = setting(
        1000, "finished processes that are remembered", minimum=1, maximum=1_000_000
    )
    fallback_mode: bool = setting(
        default=False, about="prepare starts on the supervisor thread, for diagnosis"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LogStoreSettings:
    """``[log_store]``."""

    buffer_size: int = setting(
        10_000, "reads that may wait for the log thread", minimum=1, maximum=1_000_000
    )
    batch_size: int = setting(
        100, "reads stored before readers are told", minimum=1, maximum=1_000_000
    )
    worker_count: int = setting(
        1, "log threads; the store has exactly one writer", minimum=1, maximum=1
    )
    timeout_ms: int = setting(
        50,
        "how long a batch may wait for company",
        minimum=1,
        maximum=60_000,
        unit="ms",
    )
    max_entries: int = setting(
        200_000, "lines kept in memory", minimum=10_000, maximum=100_000_000
    )
    max_bytes: int = setting(
        64 * 1024**2,
        "bytes kept in memory",
        minimum=1024**2,
        maximum=1024**4,
        unit="B",
    )
    max_findings: int = setting(
        500, "findings kept in memory", minimum=1, maximum=1_000_000
    )
    fallback_mode: bool = setting(
        default=False, about="store on the thread that reads, for diagnosis"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HistorySettings:
    """``[history]``: what was printed, in files."""

    enabled: bool = setting(default=True, about="keep what is printed in files")
    max_bytes: int = setting(
        1024**3,
        "bytes on disk for each project, the oldest out first",
        minimum=1024**2,
        maximum=1024**4,
        unit="B",
    )
    max_days: int = setting(
        14, "days for which a run is kept after its end", minimum=1, maximum=3650
    )
    part_bytes: int = setting(
        8 * 1024**2,
        "bytes of output in one file, before the next is begun",
        minimum=64 * 1024,
        maximum=1024**3,
        unit="B",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyServerSettings:
    """``[proxy_server]``."""

    request_buffer_size: int = setting(
        1000, "requests kept", minimum=1, maximum=1_000_000
    )
    connection_timeout_ms: int = setting(
        5000, "time to reach an upstream", minimum=1, maximum=DAY * 1000, unit="ms"
    )
    max_ws_clients: int = setting(
        50, "telemetry connections at once", minimum=1, maximum=10_000
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class McpSettings:
    """``[mcp]``: the server for agents."""

    groups: tuple[str, ...] = setting(
        ("core", "queue", "plugins"), "groups of tools that are offered"
    )
    read_only: bool = setting(
        default=False, about="offer no tool that changes anything"
    )
    compact: bool = setting(
        default=False, about="describe tools in as few words as possible"
    )
    shared_token: bool = setting(
        default=False, about="have one token for all runs of the user, kept in a file"
    )
    audit: bool = setting(
        default=True, about="keep a file of all calls of agents, and of all refusals"
    )
    origins: tuple[str, ...] = setting(
        (), "web pages that may call, such as http://localhost:6274"
    )
    max_sessions: int = setting(
        256, "sessions of clients at once", minimum=1, maximum=10_000
    )
    max_body: int = setting(
        4 * 1024**2, "size of a request", minimum=1024, maximum=1024**3, unit="B"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class McpManagerSettings:
    """``[mcp_manager]``."""

    health_check_interval_ms: int = setting(
        30_000,
        "time between health checks",
        minimum=100,
        maximum=DAY * 1000,
        unit="ms",
    )
    session_timeout_ms: int = setting(
        300_000,
        "time after which an idle session ends",
        minimum=1000,
        maximum=DAY * 1000,
        unit="ms",
    )
    max_retry_attempts: int = setting(
        3, "tries to reach an instance", minimum=0, maximum=1000
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceSettings:
    """``[resources]``."""

    max_threads: int = setting(
        THREADS,
        "threads of Brummer itself before a warning",
        minimum=8,
        maximum=100_000,
        alias="max_goroutines",
        shown="max(cpus * 8, 20)",
    )
    memory_limit_mb: int = setting(
        512, "memory of Brummer itself", minimum=32, maximum=1024**2, unit="MB"
    )
    monitoring_interval_ms: int = setting(
        10_000,
        "time between looks at memory and threads",
        minimum=1000,
        maximum=DAY * 1000,
        unit="ms",
    )
    fallback_mode: bool = setting(
        default=False, about="measure only when asked, for diagnosis"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadySettings:
    """``[scripts.NAME.ready]``: how a process is seen to be ready.

    One of the first four texts, or *url*, says what to look at.
    """

    tcp: str = setting("", "a port that takes connections", form="place")
    http: str = setting("", "a page that is answered", form="url")
    exec: str = setting("", "a shell command line that ends with 0")
    log: str = setting("", "a line that it prints", form="pattern")
    url: bool = setting(default=False, about="the first address that it announces")
    status: int = setting(
        0, "HTTP status that counts, 0 for any from 200 to 399", minimum=0, maximum=599
    )
    interval: float = setting(
        1.0, "time between two looks", minimum=0.1, maximum=DAY, unit="s"
    )
    timeout: float = setting(
        2.0, "how long a look may take", minimum=0.1, maximum=600, unit="s"
    )
    delay: float = setting(
        0.0, "time before the first look", minimum=0.0, maximum=DAY, unit="s"
    )
    failures: int = setting(
        3,
        "looks in vain after which it is no longer ready",
        minimum=1,
        maximum=1000,
    )
    within: float = setting(
        0.0,
        "time in which it has to be ready, 0 for any",
        minimum=0.0,
        maximum=DAY,
        unit="s",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptSettings:
    """``[scripts.NAME]``: how one script is run.

    With *command* it also makes a script that no plugin detected.
    """

    command: str = setting("", "a shell command line instead of the detected one")
    dir: str = setting("", "folder to run in, relative to the project")
    env: Mapping[str, str] = setting(NOTHING, "variables to set")
    env_files: tuple[str, ...] = setting(
        (), "files of variables, relative to the project, read at each start"
    )
    tty: bool = setting(default=True, about="give it a terminal; false for pipes")
    wrapper: bool = setting(
        default=False, about="run a package script through its package manager"
    )
    stop_signal: str = setting(
        "",
        "first signal of a stop; empty for what its plugin says, else SIGTERM",
        choices=("", *sorted(one.name for one in signal.Signals)),
        takes="the name of a signal, such as SIGTERM or SIGINT",
    )
    grace: float = setting(
        -1.0,
        "time until SIGKILL; negative for the general one",
        minimum=-1.0,
        maximum=DAY,
        unit="s",
    )
    restart: str = setting(
        "",
        "when to start again after it ended by itself; empty for what its plugin"
        " says, else never",
        choices=("", *(policy.value for policy in RestartPolicy)),
    )
    depends_on: Mapping[str, str] = setting(
        NOTHING, "scripts that come first, and how far", form="condition"
    )
    watch: tuple[str, ...] = setting(
        (), "files whose change restarts it, relative to the project"
    )
    ignore: tuple[str, ...] = setting((), "files of these that do not count")
    ready: ReadySettings = field(default_factory=ReadySettings)


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginSettings:
    """``[plugins]``; every other key of the table is a plugin's own table."""

    disabled: tuple[str, ...] = setting((), "plugins that are not loaded")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenSettings:
    """``[tui]``."""

    theme: str = setting("auto", "colours", choices=("auto", "light", "dark", "mono"))
    unicode: str = setting(
        "auto", "whether to draw beyond ASCII", choices=("auto", "on", "off")
    )
    mouse: bool = setting(default=True, about="react to the mouse")
    frame_rate: int = setting(20, "frames a second at most", minimum=1, maximum=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set.

    The keys outside any table are the original program's.
    """

    preferred_package_manager: str = setting(
        "",
        "package manager for every project, whatever its files say",
        choices=("", "npm", "yarn", "pnpm", "bun"),
    )
    mcp_port: int = setting(
        7777, "port of the MCP server, 0 for any", minimum=0, maximum=65535
    )
    no_mcp: bool = setting(default=False, about="run no MCP server")
    proxy_port: int = setting(
        19888, "port of the full proxy, 0 for any", minimum=0, maximum=65535
    )
    proxy_mode: str = setting("reverse", "kind of proxy", choices=("reverse", "full"))
    proxy_url: str = setting("", "URL to put behind a proxy at the start")
    standard_proxy: bool = setting(default=False, about="same as proxy_mode = full")
    no_proxy: bool = setting(default=False, about="run no proxy")
    env_files: tuple[str, ...] = setting(
        (".env", ".env.local"), "files of variables, read at each start of a process"
    )
    eventbus: EventBusSettings = field(default_factory=EventBusSettings)
    process_manager: ProcessManagerSettings = field(
        default_factory=ProcessManagerSettings
    )
    log_store: LogStoreSettings = field(default_factory=LogStoreSettings)
    history: HistorySettings = field(default_factory=HistorySettings)
    proxy_server: ProxyServerSettings = field(default_factory=ProxyServerSettings)
    mcp: McpSettings = field(default_factory=McpSettings)
    mcp_manager: McpManagerSettings = field(default_factory=McpManagerSettings)
    resources: ResourceSettings = field(default_factory=ResourceSettings)
    tui: ScreenSettings = field(default_factory=ScreenSettings)
    plugins: PluginSettings = field(default_factory=PluginSettings)
    #: ``[filters]``: expressions for lines of the log, by the name for ``@NAME``.
    filters: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    #: ``[plugins.NAME]``, as the plugins will read it: tables are read-only
    #: mappings, arrays are tuples.
    plugin_tables: Mapping[str, Mapping[str, object]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    #: ``[scripts.NAME]``.
    scripts: Mapping[str, ScriptSettings] = field(
        default_factory=lambda: MappingProxyType({})
    )
