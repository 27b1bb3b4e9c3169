"""``brumctl``."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import brummer
from brummer.cli import action, doctor, follow, query, setup
from brummer.cli.ctlparser import build_ctl_parser
from brummer.cli.outcome import run
from brummer.cli.remote import Remote
from brummer.config.paths import places
from brummer.control.record import Directory
from brummer.errors import UsageError

#: What each command does; the parser has the same names.
COMMANDS: Final[Mapping[str, Callable[[Remote], int]]] = {
    "ps": query.ps,
    "scripts": query.scripts,
    "urls": query.urls,
    "status": query.status,
    "health": query.health,
    "instances": query.instances,
    "metrics": query.metrics,
    "start": action.start,
    "stop": action.stop,
    "restart": action.restart,
    "kill": action.kill,
    "signal": action.signal,
    "input": action.type_into,
    "quit": action.quit_,
    "leftovers": action.leftovers,
    "logs": follow.logs,
    "wait": follow.wait,
    "plugins": setup.plugins,
    "completion": setup.completion,
    "doctor": doctor.doctor,
}


def main(words: Sequence[str] | None = None) -> int:
    """Do what the command line asks for and return the exit code."""
    return run("brumctl", lambda: _work(sys.argv[1:] if words is None else words))


def _work(words: Sequence[str]) -> int:
    parser = build_ctl_parser()
    options = parser.parse_args(words)
    if options.version:
        sys.stdout.write(f"brumctl version {brummer.__version__}\n")
        return 0
    if options.command is None:
        raise UsageError(f"say what to do: {', '.join(COMMANDS)}")
    remote = Remote(options, Directory(places(os.environ).instances))
    try:
        return COMMANDS[options.command](remote)
    finally:
        remote.close()
