"""Pseudo-terminals: what a child with ``tty = true`` has for its standard files.

Output arrives as it was written and input is not echoed, but keys that mean
signals and line editing work, so that a person can answer a prompt.
"""

import os
import struct
import sys
from typing import Final, NamedTuple

if sys.platform != "win32":
    import fcntl
    import termios

#: Where the flags are in what :func:`termios.tcgetattr` returns.
_INPUT: Final = 0
_OUTPUT: Final = 1
_LOCAL: Final = 3


class Size(NamedTuple):
    """How large a terminal is, in characters."""

    columns: int
    rows: int


class Terminal(NamedTuple):
    """Both ends of one pseudo-terminal; *master* is ours and never waits."""

    master: int
    slave: int

    @property
    def path(self) -> str:
        """The slave's name in the file system."""
        return os.ttyname(self.slave)


def open_terminal(size: Size) -> Terminal:
    """Return a new terminal; the caller closes both ends.

    :raises OSError: if there are no more descriptors or terminals.
    """
    terminal = Terminal(*os.openpty())
    try:
        _make_plain(terminal.slave)
        resize(terminal.slave, size)
        os.set_blocking(terminal.master, False)
    except OSError:
        os.close(terminal.master)
        os.close(terminal.slave)
        raise
    return terminal


def resize(descriptor: int, size: Size) -> None:
    """Set the size; the foreground process group is told if it changed."""
    packed = struct.pack("HHHH", size.rows, size.columns, 0, 0)
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, packed)


def _make_plain(slave: int) -> None:
    """Leave input editing and signals on, echo and output processing off."""
    flags = termios.tcgetattr(slave)
    # Without IXON a stray Ctrl-S in the input cannot stop the output for good.
    flags[_INPUT] = (flags[_INPUT] | termios.ICRNL) & ~termios.IXON
    flags[_OUTPUT] &= ~termios.OPOST
    flags[_LOCAL] |= termios.ISIG | termios.ICANON
    flags[_LOCAL] &= ~(termios.ECHO | termios.ECHONL)
    termios.tcsetattr(slave, termios.TCSANOW, flags)
