"""``brum --mcp``: the hub, and instance files as it sees them."""

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from brummer.config.paths import places
from brummer.config.settings import McpManagerSettings
from brummer.control.record import InstanceRecord
from brummer.mcp import trace
from brummer.mcp.hub.folder import Folder
from brummer.mcp.hub.link import Opener
from brummer.mcp.hub.peers import Peers
from brummer.mcp.hub.reach import reaching
from brummer.mcp.hub.sighting import Sighting
from brummer.mcp.hub.timing import Timing
from brummer.process.table import row

#: Bytes of an instance file: many times what one has.
MAX_FILE: Final = 64 * 1024

#: Characters of a name that are worth showing.
_NAME: Final = 100

#: How old the file of an instance may be that has nothing better to say.
_STALE: Final = timedelta(minutes=5)

#: The last port that there is.
_LAST: Final = 65535


def serve(compact: str) -> int:
    """Serve the client on standard input and output; return the exit code.

    *compact* says when each tool is listed once for all instances.
    """
    from brummer.mcp.hub.wires import Wires

    # Before anything else is imported: it might print.
    wires = Wires()
    from brummer.core.garbage import kept_for_good, look_seldom

    look_seldom()
    with kept_for_good():
        from brummer.config.load import survey
        from brummer.mcp.hub.roster import Compact
        from brummer.mcp.hub.stdio import serve as serve_wires

    found = places(os.environ)
    # Clients start us anywhere.  What is wrong with the settings there must not keep
    # an agent from instances elsewhere.
    loaded = survey(Path.cwd())
    for notice in (*found.notices, *loaded.notices, *loaded.problems):
        sys.stderr.write(f"brum: {notice}\n")
    trace.leave(found.state)
    timing = timing_of(loaded.settings.mcp_manager)
    return serve_wires(
        wires,
        lambda opener: found_in(found.instances, opener, timing),
        Compact(compact),
    )


def timing_of(settings: McpManagerSettings) -> Timing:
    """Return how long the hub waits, with what can be set."""
    return Timing(
        interval=settings.health_check_interval_ms / 1000,
        misses=max(1, settings.max_retry_attempts),
    )


def found_in(folder: Path, opener: Opener, timing: Timing) -> Peers:
    """Return the instances that have their files in *folder*, reached by *opener*."""
    return Peers(Folder(folder, read), reaching(opener), timing=timing)


def read(path: Path) -> Sighting:
    """Return what the instance file at *path* says.

    :raises OSError: if it cannot be read.
    :raises ValueError: if it is none.
    """
    if not path.is_file():
        raise ValueError("it is not a file")
    with path.open("rb") as file:
        text = file.read(MAX_FILE + 1)
    if len(text) > MAX_FILE:
        raise ValueError(f"it is larger than {MAX_FILE} bytes")
    return sighted(InstanceRecord.from_json(text.decode("utf-8")))


def sighted(record: InstanceRecord) -> Sighting:
    """Return what the hub needs to know of *record*.

    :raises ValueError: if no instance can be like that.
    """
    if not record.id:
        raise ValueError("it says no id")
    if not (record.id + record.ssh).isprintable():
        raise ValueError("its id, or its ssh, has characters that cannot be shown")
    if not 0 <= record.port <= _LAST:
        raise ValueError(f"{record.port} is no port")
    return Sighting(
        id=record.id,
        name="".join(c for c in record.name if c.isprintable())[:_NAME],
        directory=Path(_shown(str(record.directory))),
        pid=record.pid,
        port=record.port,
        token=record.token,
        ssh=record.ssh,
        is_alive=_is_alive(record),
        written=record.last_ping.timestamp(),
    )


def _shown(folder: str) -> str:
    """Return *folder* as one line of text; its name may be any bytes."""
    return "".join(
        c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in folder
    )


def _is_alive(record: InstanceRecord) -> bool:
    if record.ssh:
        # Of another machine's processes nobody here knows better.
        return True
    if not (record.start or record.started):
        # The program that Brummer comes from does not say when it started, only now
        # and then that it is still there.
        age = datetime.now(UTC) - record.last_ping
        return age < _STALE and row(record.pid) is not None
    return record.is_alive
