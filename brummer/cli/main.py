"""``brum``."""

import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import brummer
from brummer.cli.outcome import run
from brummer.cli.parser import CommandLine, parse
from brummer.errors import UsageError


def main(words: Sequence[str] | None = None) -> int:
    """Do what the command line asks for and return the exit code."""
    return run("brum", lambda: _work(sys.argv[1:] if words is None else words))


def _work(words: Sequence[str]) -> int:
    line = parse(words)
    if line.options.version:
        sys.stdout.write(f"brum version {brummer.__version__}\n")
        return 0
    folder = _folder(line)
    if line.options.settings:
        return _show_settings(line, folder)
    # Only now: --version and --help are asked for more often than one thinks.
    start = importlib.import_module("brummer.app.start")
    code: int = start.run(line.options, folder, line)
    return code


def _folder(line: CommandLine) -> Path:
    """Return the project's folder.

    :raises UsageError: if there is none.
    """
    folder = Path(line.options.dir).expanduser()
    if not folder.is_dir():
        raise UsageError(f"--dir {line.options.dir}: no such folder")
    if not os.access(folder, os.R_OK | os.X_OK):
        raise UsageError(f"--dir {line.options.dir}: the folder cannot be read")
    return folder.resolve()


def _show_settings(line: CommandLine, folder: Path) -> int:
    raise NotImplementedError
