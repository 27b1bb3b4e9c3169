"""How a command line ends: one place for messages, exit codes, crash reports."""

import contextlib
import errno
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final, NoReturn

import brummer
from brummer.core.threads import Role, census
from brummer.errors import BrummerError

# What is imported in functions here is for ends that are rare; each start would pay.

#: What shells report for a program that Ctrl-C ended.
INTERRUPTED: Final = 130

#: What the system says when nothing more can be written, which is no bug of ours.
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


def run(program: str, work: Callable[[], int]) -> int:
    """Return the exit code of *work*, whatever happens in it.

    Standard streams that were closed lead to ``/dev/null`` from now on.

    A :class:`BrummerError` is a sentence on standard error.  Any other exception
    is a bug: it is written to a crash report whose path is shown.
    """
    _open_standard_streams()
    code = _code(program, work)
    if census().keys() & {Role.BUS, Role.PLUGIN}:
        _leave(code)
    return code


def _open_standard_streams() -> None:
    """Open what is closed of the three, as ``brum >&-`` asks for.

    Otherwise the next file or pipe that is opened would get the number, and
    be taken for standard output by everything that we start.
    """
    for number, name, mode in (
        (0, "stdin", "r"),
        (1, "stdout", "w"),
        (2, "stderr", "w"),
    ):
        try:
            os.fstat(number)
        except OSError:
            # The lowest number that is free is this one: those before it are open.
            os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8"))


def _leave(code: int) -> NoReturn:
    """End the interpreter although something hangs on a thread.

    It would wait for a worker otherwise, perhaps for ever.
    """
    import logging

    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _code(program: str, work: Callable[[], int]) -> int:
    try:
        code = work()
        # Here, and not when Python ends: what goes wrong with it is told here.
        sys.stdout.flush()
    except BrummerError as error:
        for line in str(error).splitlines():
            complain(program, line)
        code = error.exit_code
    except KeyboardInterrupt:
        code = INTERRUPTED
    except SystemExit as error:
        # From argparse, after --help; written out like all the rest.
        code = _code(program, partial(int, error.code or 0))
    except BrokenPipeError:
        # The reader left, as ``brumctl logs | head`` does.  Nothing more can be
        # said; and what Python would flush at its end must not complain either.
        _drop_output()
        code = 0
    except Exception as error:  # noqa: BLE001 -- this is the last place to report it
        code = _unexpected(program, error)
    return code


def _unexpected(program: str, error: Exception) -> int:
    """Tell of what nobody caught, and return the exit code."""
    if _is_interrupted(error):
        return INTERRUPTED
    if isinstance(error, OSError) and error.errno in _FULL:
        _drop_output()
        complain(program, f"cannot write: {error.strerror}")
    else:
        where = _report(program)
        complain(program, f"this is a bug in {program}; a report is in {where}")
    return 1


def _drop_output() -> None:
    """Lead what is still to be printed nowhere."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _is_interrupted(error: BaseException) -> bool:
    """Whether *error* came of Ctrl-C.

    Before Python 3.12, what interrupts the making of a class, as in an import,
    is raised as the cause of a RuntimeError.
    """
    return isinstance(error.__cause__, KeyboardInterrupt)


def complain(program: str, text: str) -> None:
    """Print one line to standard error, if there is one."""
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(f"{program}: {text}\n")
        sys.stderr.flush()


def _report(program: str) -> str:
    """Write the present exception to a file and return its path."""
    import platform
    import tempfile
    import traceback

    text = (
        f"{program} {brummer.__version__}, Python {sys.version.split()[0]},"
        f" {platform.platform()}\n{sys.argv!r}\n\n{traceback.format_exc()}"
    )
    try:
        handle, path = tempfile.mkstemp(prefix=f"{program}-crash-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError:
        complain(program, text)
        return "the lines above"
    return str(Path(path))
