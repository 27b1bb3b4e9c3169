"""A chain of processes that no look at the process table can catch.

Each link starts the next one, leaves its session, and ends.  The last holder of
the chain's end of a pipe closes it, which nothing can outrun.
"""

import os
import select
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Self

from tests.support.wait import LIMIT

#: Seconds after which a chain ends by itself, should all else fail.
LIFETIME: Final = 10

#: Seconds that each link lives: still shorter than any look at the process table,
#: and long enough that whoever buries the dead on this machine keeps up.  (Without
#: it a chain has 10,000 links a second, and fills the table of pids in three.)
PACE: Final = 0.0005

UP: Final = b"up"
OVER: Final = b"over"

IN_PYTHON: Final = f"""
import os, select, signal, time
signal.signal(signal.SIGHUP, signal.SIG_IGN)
os.write(1, b"up")
end = time.monotonic() + {LIFETIME}
while time.monotonic() < end:
    if os.fork():
        os._exit(0)
    os.setsid()
    select.select([], [], [], {PACE})
os.write(1, b"over")
"""

IN_C: Final = f"""
#include <signal.h>
#include <time.h>
#include <unistd.h>
int main(void) {{
    time_t end = time(NULL) + {LIFETIME};
    signal(SIGHUP, SIG_IGN);
    if (write(1, "up", 2) != 2) return 1;
    while (time(NULL) < end) {{
        if (fork()) _exit(0);
        setsid();
        usleep({PACE * 1e6:.0f});
    }}
    return write(1, "over", 4) != 4;
}}
"""

#: The languages that a chain can be had in here.
LANGUAGES: Final = ("python", "c") if shutil.which("cc") else ("python",)


class Chain:
    """A chain that can be started, and the proof that it has ended."""

    def __init__(self, folder: Path, language: str = "python") -> None:
        self._pipe = folder / "chain"
        os.mkfifo(self._pipe)
        self._end = os.open(self._pipe, os.O_RDONLY | os.O_NONBLOCK)
        self._argv: Sequence[str] = (sys.executable, "-I", "-S", "-c", IN_PYTHON)
        if language == "c":
            source, program = folder / "chain.c", folder / "link"
            source.write_text(IN_C)
            subprocess.run(["cc", "-O1", "-o", program, source], check=True)
            self._argv = (str(program),)

    @property
    def line(self) -> str:
        """The shell command line that starts it."""
        return f"exec {shlex.join(self._argv)} >{shlex.quote(str(self._pipe))}"

    def wait_for_start(self) -> None:
        """Return when it runs."""
        assert self._read() == UP

    def was_ended(self) -> bool:
        """Wait until nothing of it is left; return whether others ended it."""
        return self._read() == b""

    def _read(self) -> bytes:
        """Return what is written next, nothing if nobody is left to write."""
        assert select.select([self._end], [], [], LIMIT)[0], "the chain goes on"
        return os.read(self._end, 64)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._end)
