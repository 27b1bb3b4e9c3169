"""The process table, in the form that the platform has it.

``table()`` reads all of it, ``row(pid)`` one line; ``marker(pid)`` and
``command(pid)`` tell more about one process; ``epoch()`` names the time and
place within which an :class:`~brummer.process.row.Identity` means one process.
"""

import sys

if sys.platform == "linux":
    from brummer.process.table_linux import command, epoch, marker, row, table
else:
    from brummer.process.table_psutil import command, epoch, marker, row, table

__all__ = ["command", "epoch", "marker", "row", "table"]
