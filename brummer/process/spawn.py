"""Starting one program, with a terminal or with pipes.

A program with a terminal must lead a session and have that terminal as its
controlling one, or Ctrl-C, ``/dev/tty`` and the hang-up when we die do not work.
Only the new process itself can bring that about, and running Python between
fork and exec is not safe in a program with threads.  So a shell takes the step:
a session leader without a controlling terminal that opens one gets it, on Linux
and on macOS alike.  That costs half a millisecond.
"""

import errno
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from brummer.errors import BrummerError
from brummer.model.log import Stream
from brummer.model.script import Launch
from brummer.process.terminal import Size, Terminal, open_terminal

#: ``$0`` is the name of the terminal, the rest is the command.
_TAKE_TERMINAL: Final = 'exec 3<>"$0"; exec 3<&-; exec "$@"'

#: Descriptors that a start leaves free, for ending what was started: looking
#: at the process table and signalling takes two at a time.
_SPARE: Final = 4

#: What to say about an error of the system; the rest is said in its own words.
_SENTENCES: Final = {
    errno.E2BIG: "its arguments and environment are too large for the system",
    errno.EAGAIN: "the limit of processes is reached: stop some (see `ulimit -u`)",
    errno.EMFILE: "no file descriptors left: stop a process or raise `ulimit -n`",
    errno.ENFILE: "the system has no file descriptors left",
    errno.ENOEXEC: "it is no program, and has no #! line to say what runs it",
    errno.ENOMEM: "the system has no memory left",
    errno.ENOSPC: "the system has no terminals left: set tty = false or stop a process",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spawned:
    """A program that was started, and our ends of its standard files.

    *outputs* says which stream a descriptor carries; *input* may be one of them;
    *terminals* are those that have a size.  All are the receiver's to close, and
    none of them ever waits.
    """

    popen: "subprocess.Popen[bytes]"
    outputs: Mapping[int, Stream]
    input: int
    terminals: tuple[int, ...] = ()


class _Files(NamedTuple):
    """Standard input, output and error; *master* is ours."""

    words: Terminal
    out: Terminal
    errors: Terminal


#: Has both ends closed in time, and returns them.
_Hold = Callable[[Terminal], Terminal]


def spawn(launch: Launch, environment: Mapping[str, str], size: Size) -> Spawned:
    """Start *launch* with exactly *environment*.

    :raises BrummerError: if that fails, saying why; nothing is left open then.
    """
    check(launch, environment.get("PATH", os.defpath))
    try:
        return _started(launch, environment, size)
    except (OSError, ValueError) as error:
        raise BrummerError(
            f"cannot run {launch.argv[0]!r}: {_reason(error)}"
        ) from error


def check(launch: Launch, path: str) -> None:
    """Refuse what could not run, in better words than the system has.

    *path* is the child's PATH; relative entries count from the child's folder.

    :raises BrummerError: if there is no such folder or program.
    """
    if not launch.argv:
        raise BrummerError("there is nothing to run: the command is empty")
    if not launch.folder.is_dir():
        raise BrummerError(f"cannot run in {launch.folder}: there is no such folder")
    if not os.access(launch.folder, os.X_OK):
        raise BrummerError(f"cannot run in {launch.folder}: it may not be entered")
    name = launch.argv[0]
    places = [""] if "/" in name else path.split(os.pathsep)
    files = [
        file for place in places if (file := launch.folder / place / name).is_file()
    ]
    if not files:
        hint = "" if "/" in name else "; is it installed, and on PATH?"
        raise BrummerError(f"command not found: {name}{hint}")
    if not any(os.access(file, os.X_OK) for file in files):
        raise BrummerError(f"{files[0]} is not executable; try `chmod +x`")


def _started(launch: Launch, environment: Mapping[str, str], size: Size) -> Spawned:
    """Start a program on two terminals, its own and one for errors, or on pipes."""
    with ExitStack() as theirs, ExitStack() as ours:
        hold = partial(_opened, theirs, ours)
        argv, files = (
            launch.argv,
            _terminals(hold, size) if launch.tty else _pipes(hold),
        )
        if launch.tty:
            argv = ("/bin/sh", "-c", _TAKE_TERMINAL, files.out.path, *argv)
        popen = _start(argv, files, launch.folder, environment)
        ours.pop_all()
    out, errors = files.out.master, files.errors.master
    return Spawned(
        popen=popen,
        outputs={out: Stream.OUT, errors: Stream.ERR},
        input=files.words.master,
        terminals=(out, errors) if launch.tty else (),
    )


def _terminals(hold: _Hold, size: Size) -> _Files:
    """Return what a program has for its standard files that is on a terminal."""
    screen = hold(open_terminal(size))
    return _Files(screen, screen, hold(open_terminal(size)))


def _pipes(hold: _Hold) -> _Files:
    """Return three pipes, for a session without a terminal."""
    out, errors = hold(Terminal(*os.pipe())), hold(Terminal(*os.pipe()))
    read, write = os.pipe()
    files = _Files(hold(Terminal(write, read)), out, errors)
    for pipe in files:
        os.set_blocking(pipe.master, False)
    return files


def _opened(theirs: ExitStack, ours: ExitStack, ends: Terminal) -> Terminal:
    """Have both ends closed when their stack is."""
    ours.callback(os.close, ends.master)
    theirs.callback(os.close, ends.slave)
    return ends


def _start(
    argv: Sequence[str],
    files: _Files,
    folder: Path,
    environment: Mapping[str, str],
) -> "subprocess.Popen[bytes]":
    """Start a program as the leader of a new session."""
    _keep_spare()
    # A thread that blocks signals would hand that down, and the child would be
    # deaf.  What arrives in between is noted and served by the main thread.
    blocked = signal.pthread_sigmask(signal.SIG_SETMASK, ())
    try:
        return subprocess.Popen(
            argv,
            stdin=files.words.slave,
            stdout=files.out.slave,
            stderr=files.errors.slave,
            cwd=folder,
            env=environment,
            start_new_session=True,
        )
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


def _keep_spare() -> None:
    """Raise :class:`OSError` unless a few more descriptors could be opened."""
    with ExitStack() as spare:
        for _ in range(_SPARE):
            spare.callback(os.close, os.open(os.devnull, os.O_RDONLY))


def _reason(error: OSError | ValueError) -> str:
    """Return in words why something could not be started."""
    if isinstance(error, OSError):
        return _SENTENCES.get(error.errno or 0) or error.strerror or str(error)
    return str(error)
