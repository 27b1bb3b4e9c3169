"""``brumctl``.

Next to nothing is imported here: until :func:`main` has seen to it, Python answers
Ctrl-C with a traceback.
"""

import os
import sys
from collections.abc import Callable, Mapping, Sequence

# What it takes is a :class:`brummer.cli.remote.Remote`.
_Command = Callable[..., int]


# Each group is imported when one of its commands is given: brumctl is called
# often, from prompts and scripts, and most of it is not needed for ``ps``.


def _looking() -> Mapping[str, _Command]:
    from brummer.cli import query
    from brummer.cli.urls import urls

    return {
        "ps": query.ps,
        "scripts": query.scripts,
        "urls": urls,
        "status": query.status,
        "health": query.health,
        "instances": query.instances,
        "metrics": query.metrics,
    }


def _doing() -> Mapping[str, _Command]:
    from brummer.cli import action

    return {
        "start": action.start,
        "stop": action.stop,
        "restart": action.restart,
        "kill": action.kill,
        "signal": action.signal,
        "input": action.type_into,
        "quit": action.quit_,
        "leftovers": action.leftovers,
    }


def _reading() -> Mapping[str, _Command]:
    from brummer.cli import errors, follow, past, search, waiting

    return {
        "errors": errors.errors,
        "history": past.history,
        "logs": follow.logs,
        "runs": past.runs,
        "search": search.search,
        "wait": waiting.wait,
    }


def _setting_up() -> Mapping[str, _Command]:
    from brummer.cli import setup

    return {"plugins": setup.plugins, "completion": setup.completion}


def _entering() -> Mapping[str, _Command]:
    from brummer.cli import clients

    return {"mcp": clients.mcp}


def _handing() -> Mapping[str, _Command]:
    from brummer.cli import agents

    return {"hand": agents.hand}


def _explaining() -> Mapping[str, _Command]:
    from brummer.cli import doctor

    return {"doctor": doctor.doctor}


#: Which commands are in which group: nothing is imported to find that out.
GROUPS = (
    ("ps scripts urls status health instances metrics", _looking),
    ("start stop restart kill signal input quit leftovers", _doing),
    ("errors history logs runs search wait", _reading),
    ("plugins completion", _setting_up),
    ("mcp", _entering),
    ("hand", _handing),
    ("doctor", _explaining),
)


def main(words: Sequence[str] | None = None) -> int:
    """Do what the command line asks for and return the exit code.

    Without *words* this is the program itself, and its signals are ours.
    """
    if words is None:
        from brummer.cli.interrupt import end_quietly

        end_quietly()
    from brummer.cli.outcome import run

    return run("brumctl", lambda: _work(sys.argv[1:] if words is None else words))


def _work(words: Sequence[str]) -> int:
    from brummer.cli.ctlparser import build_ctl_parser
    from brummer.errors import UsageError

    parser = build_ctl_parser()
    options = parser.parse_args(words)
    if options.version:
        import brummer

        sys.stdout.write(f"brumctl version {brummer.__version__}\n")
        return 0
    if options.command is None:
        raise UsageError(f"say what to do: {', '.join(parser.commands)}")
    from brummer.cli.remote import Remote
    from brummer.config.paths import places
    from brummer.control.record import Directory

    remote = Remote(options, Directory(places(os.environ).instances))
    try:
        return _found(options.command)(remote)
    finally:
        remote.hang_up()


def _found(name: str) -> _Command:
    for names, group in GROUPS:
        if name in names.split():
            return group()[name]
    raise LookupError(f"the parser takes {name!r} and nobody does it")
