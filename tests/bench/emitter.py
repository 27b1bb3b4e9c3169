"""The program that the benchmarks run, compiled if that is possible."""

import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Emitter:
    """How to run the program; *about* says what it is made of."""

    argv: tuple[str, ...]
    about: str

    def flood(self, name: str, lines: int, stay: float) -> str:
        """Return the shell command that prints *lines*, then stays for a while."""
        return self._command("flood", name, str(lines), str(stay))

    def rate(self, name: str, lines: int, seconds: float) -> str:
        """Return the shell command that prints *lines* a second."""
        return self._command("rate", name, str(lines), str(seconds))

    def idle(self, name: str) -> str:
        """Return the shell command that waits."""
        return self._command("idle", name)

    def _command(self, *words: str) -> str:
        return shlex.join([*self.argv, *words])

    def is_run_by(self, command: Sequence[str]) -> bool:
        """Whether a process with this command line is the program itself."""
        return tuple(command[: len(self.argv)]) == self.argv


def new_emitter(folder: Path) -> Emitter:
    """Return the program, made in *folder* where there is a compiler."""
    compiler = shutil.which("cc")
    source, target = _HERE / "emit.c", folder / "emit"
    if compiler is not None:
        command = [compiler, "-O2", "-o", str(target), str(source)]
        done = subprocess.run(command, capture_output=True, check=False)
        if done.returncode == 0:
            return Emitter((str(target),), "the emitter is compiled C")
    script = str(_HERE / "emit.py")
    return Emitter((sys.executable, script), "the emitter is Python: no C compiler")
