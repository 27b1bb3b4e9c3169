"""Records a case of the corpus: ``python -m tests.corpus.record NAME.toml ...``.

Lays the files of ``source`` into an empty folder, runs ``setup``, then the
command, and keeps what the command prints as ``NAME.out``.  The labels are for a
person to write.
"""

import argparse
import fcntl
import os
import pty
import shutil
import struct
import subprocess
import termios
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.corpus.cases import Case, read

#: Rows and columns of the terminal, and the pixels that nobody asks for.
_SIZE: Final = struct.pack("HHHH", 40, 120, 0, 0)

#: A tool that asks a question, or serves for ever, is ended after these seconds.
_LIMIT: Final = 300


def record(case: Case) -> None:
    """Run *case* in its folder, which is emptied before, and keep what it prints."""
    case.path.with_suffix(".out").write_bytes(printed(case))


def printed(case: Case) -> bytes:
    """Run *case* in its folder, which is emptied before, and return what it prints."""
    folder = Path(case.folder)
    lay(case.source, folder)
    environment = environment_of(folder)
    for command in case.setup:
        subprocess.run(
            ["/bin/sh", "-c", command],
            cwd=folder,
            env=environment,
            check=True,
            stdin=subprocess.DEVNULL,
            capture_output=True,
        )
    argv = ["/bin/sh", "-c", case.command]
    run = _through_pty if case.stream == "pty" else _through_pipe
    return run(argv, folder, environment)


def lay(source: Mapping[str, str], folder: Path) -> None:
    """Make *folder* anew with the files of *source* in it, and nothing else."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, text in source.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def environment_of(folder: Path) -> dict[str, str]:
    """Return the environment of every command: of no one's machine."""
    # The system's own come before whatever manages versions in someone's home:
    # their folders would be in every traceback.
    tools = [folder / "node_modules/.bin", folder / ".venv/bin", "/usr/bin", "/bin"]
    return {
        "HOME": str(folder.parent / "dev"),
        "LANG": "C.UTF-8",
        "PATH": os.pathsep.join([*map(str, tools), os.environ["PATH"]]),
        "TERM": "xterm-256color",
        "TMPDIR": str(folder),
    }


def _through_pipe(
    argv: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> bytes:
    """Return what *argv* prints into one pipe for both of its streams."""
    return subprocess.run(
        argv,
        cwd=folder,
        env=environment,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=_LIMIT,
    ).stdout


def _through_pty(
    argv: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> bytes:
    """Return what *argv* prints on a terminal."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, _SIZE)
    child = subprocess.Popen(
        ["timeout", "--foreground", str(_LIMIT), *argv],
        cwd=folder,
        env=environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    printed = bytearray()
    try:
        # Linux ends a terminal that nobody holds any more with an error.
        while read_now := os.read(ours, 65536):
            printed += read_now
    except OSError:
        pass
    finally:
        os.close(ours)
        child.wait(_LIMIT)
    return bytes(printed)


def main() -> None:
    """Record the cases that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="+", type=Path, metavar="NAME.toml")
    for path in parser.parse_args().cases:
        record(read(path.resolve()))


if __name__ == "__main__":
    main()
