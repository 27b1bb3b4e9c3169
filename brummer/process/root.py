"""The first process of a tree, as its parent sees it."""

import os
import subprocess
import sys
from contextlib import suppress
from typing import Final

#: Exit code of a child whose status somebody else in this program took.
UNKNOWN: Final = 255

#: Added to the number of a signal that ended a process, as shells do.
_BY_SIGNAL: Final = 128


class Root:
    """Tells when and how a child ended, and keeps its number from being reused.

    A process that has ended keeps its pid, group and session number until its
    parent takes the exit status.  So, where the system allows that, the status
    is only looked at, and taken in :meth:`reap`, when nothing of the tree is left
    that could be meant by these numbers.

    Threads: :meth:`reap` belongs to the pump, all else is safe from any thread.
    Looking changes nothing; where the system cannot look,
    :class:`subprocess.Popen` locks the taking.
    """

    def __init__(self, popen: "subprocess.Popen[bytes]") -> None:
        self._popen = popen
        #: What it was when the status was taken; written before it is taken, so
        #: that whoever finds no status any more finds this.
        self._code: int | None = None

    @property
    def pid(self) -> int:
        """The number of the process, and of its group and session."""
        return self._popen.pid

    @property
    def exit_code(self) -> int | None:
        """What a shell would report; ``None`` while it runs."""
        if self._code is not None:
            return self._code
        return self._peek()

    def open_descriptor(self) -> int | None:
        """Return a descriptor that becomes readable at the end; not everywhere."""
        if sys.platform == "linux":
            with suppress(OSError):  # an old kernel, or no descriptor left
                return os.pidfd_open(self.pid)
        return None

    def reap(self) -> bool:
        """Take the exit status and give the number away; false while it runs."""
        self._code = self.exit_code
        return self._popen.poll() is not None

    if sys.platform == "linux":

        def _peek(self) -> int | None:
            """Return the exit code and leave the status where it is."""
            try:
                status = os.waitid(
                    os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT
                )
            except ChildProcessError:
                return UNKNOWN if self._code is None else self._code
            if status is None:
                return None
            if status.si_code == os.CLD_EXITED:
                return status.si_status
            return _BY_SIGNAL + status.si_status

    else:

        def _peek(self) -> int | None:
            """Return the exit code; the status is taken with it."""
            code = self._popen.poll()
            return code if code is None or code >= 0 else _BY_SIGNAL - code
