"""How a package's script runs: directly, or through its package manager.

Twenty scripts started by ``npm run`` are twenty more node processes, a gigabyte
of memory and ten seconds.  Started directly they are the shell that the package
manager would have started, with the same environment.
"""

import shlex
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import brummer
from brummer_node.choice import Manager
from brummer_node.environment import variables
from brummer_node.obstacle import obstacle
from brummer_node.situation import Situation, look_around

#: The shells that bun tries, in its order.
_SHELLS_OF_BUN: Final = ("bash", "sh", "zsh")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One of ``preX``, ``X`` and ``postX``: the script *event* and its *command*."""

    event: str
    command: str


def launch(
    script: brummer.Script, preferred: str, environ: Mapping[str, str]
) -> brummer.Launch:
    """Return how to run *script*, which this plugin detected.

    *preferred* is the package manager to use whatever the files say, or empty;
    *environ* is what Brummer was started with.

    :raises BrummerError: if the script's package.json cannot be understood.
    """
    situation = look_around(script.folder, preferred, {**environ, **script.environment})
    event = _event(script, situation)
    if event is None:
        return _plain(script, situation)
    if script.wrapper:
        return _wrapped(script, situation, event)
    reason = obstacle(situation)
    if reason:
        return _wrapped(script, situation, event, reason)
    return _direct(script, situation, event)


def _event(script: brummer.Script, situation: Situation) -> str | None:
    """Return the key under which package.json has *script*; ``web#dev`` is ``dev``.

    A target of Nx has none.
    """
    name, events = script.name, situation.manifest.scripts
    if not script.package:
        return name if name in events else None
    # A label has no "#", an event may have.
    endings = (name.split("#", at)[-1] for at in range(1, name.count("#") + 1))
    return next((ending for ending in endings if ending in events), None)


def _wrapped(
    script: brummer.Script, situation: Situation, event: str, reason: str = ""
) -> brummer.Launch:
    """Return the launch through the package manager, telling the *reason*."""
    manager = situation.manager
    # Only npm takes options behind the name of the script for itself.
    separator = ("--",) if manager is Manager.NPM and script.arguments else ()
    argv = (str(manager), "run", event, *separator, *script.arguments)
    return brummer.Launch(
        argv=argv,
        folder=script.folder,
        shell_command=shlex.join(argv),
        notes=(
            *((f"run through {manager}: {reason}",) if reason else ()),
            *_absence(situation),
        ),
    )


def _plain(script: brummer.Script, situation: Situation) -> brummer.Launch:
    """Return the launch of a command line that package.json does not know."""
    line = _with_arguments(script)
    return brummer.Launch(
        argv=("sh", "-c", line),
        folder=script.folder,
        environment=variables(situation),
        shell_command=line,
    )


def _direct(script: brummer.Script, situation: Situation, event: str) -> brummer.Launch:
    """Return the launch of the script's own command line."""
    shell = _shell(situation)
    line = _with_arguments(script)
    main = Stage(event=event, command=line)
    before = tuple(_neighbours(situation, main, f"pre{event}"))
    after = tuple(_neighbours(situation, main, f"post{event}"))
    # pnpm counts the arguments to the script, the others do not.
    told = line if situation.manager is Manager.PNPM else script.command
    return brummer.Launch(
        argv=(shell, "-c", _chain(shell, before, main, after)),
        folder=script.folder,
        environment={
            **variables(situation),
            "npm_lifecycle_event": event,
            "npm_lifecycle_script": told,
        },
        shell_command=" && ".join(s.command for s in (*before, main, *after)),
        notes=tuple(_absence(situation)),
    )


def _with_arguments(script: brummer.Script) -> str:
    return " ".join([script.command, *map(shlex.quote, script.arguments)])


def _absence(situation: Situation) -> Iterator[str]:
    """Yield a note if the package manager is missing: its variables are, too."""
    if situation.tool is None:
        choice = situation.package.choice
        yield f"{choice.manager} (chosen by {choice.why}) is not on PATH"


def _shell(situation: Situation) -> str:
    if situation.manager is Manager.BUN:
        path = situation.environ.get("PATH")
        found = (shutil.which(name, path=path) for name in _SHELLS_OF_BUN)
        return next(filter(None, found), "sh")
    default = "/bin/sh" if situation.manager is Manager.YARN else "sh"
    return situation.settings.get("scriptshell") or default


def _neighbours(situation: Situation, main: Stage, event: str) -> Iterator[Stage]:
    """Yield the stage *event* if there is one and the package manager runs it."""
    command = situation.manifest.scripts.get(event)
    if command is None:
        return
    if situation.manager is Manager.NPM and situation.is_on("ignorescripts"):
        return
    if situation.manager is Manager.PNPM and (
        situation.settings.get("enableprepostscripts") == "false"
        # pnpm takes this for a script that runs its neighbour itself.
        or event in main.command
    ):
        return
    yield Stage(event=event, command=command)


def _chain(
    shell: str, before: tuple[Stage, ...], main: Stage, after: tuple[Stage, ...]
) -> str:
    """Return the line that runs the stages until one fails.

    A lone script is given to the shell as it is.  Neighbours get a shell each, as
    from the package manager, so that a ``cd`` or ``exit`` in one is its own; the
    last one replaces the shell that chains them.
    """
    if not before and not after:
        return main.command
    lines = [
        *(f"{_as(stage)} {_call(shell, stage)}" for stage in before),
        _call(shell, main),
        *(f"{_as(stage)} {_call(shell, stage)}" for stage in after),
    ]
    lines[-1] = (
        f"{_as(after[-1])} exec {_call(shell, after[-1])}"
        if after
        else f"exec {lines[-1]}"
    )
    return " && ".join(lines)


def _call(shell: str, stage: Stage) -> str:
    return shlex.join([shell, "-c", stage.command])


def _as(stage: Stage) -> str:
    """Return the assignments that tell a neighbour's script who it is."""
    event, command = shlex.quote(stage.event), shlex.quote(stage.command)
    return f"npm_lifecycle_event={event} npm_lifecycle_script={command}"
