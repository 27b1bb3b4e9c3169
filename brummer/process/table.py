"""The process table, in the form that the platform has it.

``table()`` reads all of it, ``row(pid)`` one line; ``marker(pid)`` and
``command(pid)`` tell more about one process; ``epoch()`` names the time and
place within which an :class:`~brummer.process.row.Identity` means one process.
``heeds(pid, number)`` says whether a process does something of its own on a signal.
``newest()`` and ``highest()`` are the pid handed out last and the last one there
is, both 0 where that is not told.
"""

import sys

if sys.platform == "linux":
    from brummer.process.table_linux import (
        command,
        epoch,
        heeds,
        highest,
        marker,
        newest,
        row,
        table,
    )
else:
    from brummer.process.table_psutil import (
        command,
        epoch,
        heeds,
        highest,
        marker,
        newest,
        row,
        table,
    )

__all__ = ["command", "epoch", "heeds", "highest", "marker", "newest", "row", "table"]
