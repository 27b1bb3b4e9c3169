"""``brumctl runs``, ``history`` and ``logs`` of earlier runs."""

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from brummer.cli import kept
from brummer.cli.export import printing
from brummer.cli.remote import Remote, Row
from brummer.cli.sifting import expressions
from brummer.cli.table import table
from brummer.config.paths import places
from brummer.control.client import ControlClient
from brummer.core.amount import duration, memory
from brummer.core.pattern import Pattern
from brummer.errors import UsageError
from brummer.logs.condition import All
from brummer.logs.history import place
from brummer.logs.history.run import RunRow, size
from brummer.logs.history.upkeep import clear
from brummer.logs.sieve import STRIDE, Sieve

#: Lines that are printed at once: as many as are looked at in one go.
_PAGE: Final = STRIDE


def _root(remote: Remote) -> Path:
    """Return the folder of the project's history."""
    return places(os.environ).project(remote.folder) / place.HISTORY


def runs(remote: Remote) -> int:
    """List the runs of which files are kept, the newest last."""
    rows = [run.row() for run in kept.runs(remote)]
    head = ("RUN", "STARTED", "TOOK", "PROCESSES", "SIZE")
    remote.show(
        [asdict(row) for row in rows],
        lambda: (
            table(head, map(_cells, rows)) if rows else "nothing is kept of this folder"
        ),
    )
    return 0


def _cells(row: RunRow) -> tuple[str, ...]:
    started = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(row.started))
    took = "killed" if row.ended is None else duration(row.ended - row.started)
    return (
        row.id,
        started,
        "running" if row.is_running else took,
        str(row.processes),
        memory(row.size),
    )


def history(remote: Remote) -> int:
    """Say where the history is, and how large; or remove it."""
    root = _root(remote)
    if remote.options.action == "clear":
        _clear(remote, root)
    found: Row = {
        "folder": str(root),
        "runs": len(place.runs(root)),
        "size": size(root),
    }
    remote.show(found, lambda: f"{root}: {found['runs']} runs, {memory(found['size'])}")
    return 0


def _clear(remote: Remote, root: Path) -> None:
    """Remove what is over, and let running instances remove what is complete."""
    clear(root)
    for record in remote.directory.living(remote.folder):
        with ControlClient(record) as client:
            client.run("history.clear", {}, timeout=None)


def logs(remote: Remote) -> int:
    """Print what was printed in an earlier run.

    :raises UsageError: if there is no such run or process.
    """
    options = remote.options
    if options.follow:
        raise UsageError("--follow is for what runs, --run for what ran")
    (run,) = kept.chosen(remote)
    process = kept.named(run, options.process)
    condition = All(tuple(map(kept.reader(remote, run), expressions(options))))
    first, end = run.extent(process)
    with printing(
        remote,
        merged=not process,
        pattern=Pattern(options.grep) if options.grep else None,
        names=kept.Names(run),
    ) as printer:
        sieve = Sieve(run, condition, process)
        for rows in _pages(sieve, first, end, options.lines):
            printer.print(rows)
    return 0


def _pages(
    sieve: Sieve, first: int, end: int, lines: int | None
) -> Iterator[Sequence[Row]]:
    """Yield what comes through, or only the last *lines* of it."""
    if lines is not None:
        found = sieve.newest(first, end, max(0, lines), _always)
        yield kept.rows(found.entries)
        return
    while first < end:
        found = sieve.oldest(first, end, _PAGE, _always)
        yield kept.rows(found.entries)
        first = found.next


def _always() -> bool:
    """Go on as long as it takes: who has enough ends the program."""
    return True
