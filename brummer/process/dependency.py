"""What scripts need of each other: in what order, and how far it has come.

Pure values and functions; nothing is started here.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from brummer.errors import BrummerError, ScriptNotFound
from brummer.model.process import ProcessState, ProcessStatus
from brummer.model.readiness import Need, Until
from brummer.model.script import Script, ScriptId

#: How long a chain of scripts may be that need each other.
DEEPEST: Final = 100


class Standing(Enum):
    """How a need stands."""

    MET = "met"
    OPEN = "open"
    HOPELESS = "hopeless"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a need stands, and why in plain words."""

    standing: Standing
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A process that another one needs, as far as that is of interest.

    *is_probed* says that its script tells how to see that it is ready, *is_late*
    that it was not within its time.  *has_line* says whether it has printed the
    line that is waited for, ``None`` that it never will.
    """

    state: ProcessState
    is_probed: bool = False
    is_late: bool = False
    has_line: bool | None = False


#: What the reason of a process begins with that is not ready.
NOT_READY: Final = "not ready: "

_MET: Final = Verdict(Standing.MET)


def resolved(script: Script, find: Callable[[str], Script]) -> tuple[Script, ...]:
    """Return the scripts that *script* needs, in the order of its needs.

    :raises BrummerError: if there is no such script, if what it needs comes to
        need it in turn, or if the chain is too long.
    """
    found = tuple(_needed(script, need, find) for need in script.needs)
    _require_order(script, find)
    return found


def _needed(script: Script, need: Need, find: Callable[[str], Script]) -> Script:
    try:
        return find(need.script)
    except ScriptNotFound as error:
        raise BrummerError(f"{script.name} needs {need.script}: {error}") from error


def _require_order(script: Script, find: Callable[[str], Script]) -> None:
    """Raise if the scripts that *script* needs go round in a circle.

    Depth first, each script once, with a stack of our own: settings may nest
    deeper than Python does.
    """
    done: set[ScriptId] = set()
    path: list[Script] = [script]
    rest: list[list[Need]] = [list(script.needs)]
    while path:
        if not rest[-1]:
            done.add(path.pop().id)
            rest.pop()
            continue
        following = _needed(path[-1], rest[-1].pop(0), find)
        names = [one.id for one in path]
        if following.id in names:
            raise circle([*path[names.index(following.id) :], following])
        if len(path) >= DEEPEST:
            raise BrummerError(f"more than {DEEPEST} scripts need each other in a row")
        if following.id not in done:
            path.append(following)
            rest.append(list(following.needs))


def circle(scripts: Iterable[Script]) -> BrummerError:
    """Return the error for *scripts* of which each needs the next."""
    names = " -> ".join(script.name for script in scripts)
    return BrummerError(f"these scripts need each other in a circle: {names}")


def judged(need: Need, provider: Provider | None) -> Verdict:
    """Return how *need* stands with its latest process, ``None`` for none yet."""
    if provider is None:
        return _open(f"{need.script} to start")
    match provider.state.status:
        case ProcessStatus.RUNNING:
            return _running(need, provider)
        case ProcessStatus.SUCCESS:
            return _succeeded(need, provider)
        case ProcessStatus.FAILED:
            return _hopeless(f"{need.script} failed: {provider.state.reason}")
        case ProcessStatus.STOPPED:
            return _hopeless(f"{need.script} was stopped")
        case _:
            return _open(need.script + _on_its_way(provider.state))


def _on_its_way(state: ProcessState) -> str:
    """Return what is still to happen to a process that does not run yet."""
    match state.status:
        case ProcessStatus.STOPPING:
            return " to end"
        case ProcessStatus.BACKOFF:
            return f": {state.reason}"
        case ProcessStatus.WAITING:
            return ", which waits for others"
        case _:
            return " to start"


def _running(need: Need, provider: Provider) -> Verdict:
    name, state = need.script, provider.state
    match need.until:
        case Until.COMPLETED:
            return _open(f"{name} to complete")
        case Until.LINE if not provider.has_line:
            return _open(f"{name} to print {need.pattern!r}")
        case Until.READY if state.ready is False:
            # Without the words that the state has for itself.
            seen = state.reason.removeprefix(NOT_READY)
            if provider.is_late:
                return _hopeless(f"{name} was not ready in time: {seen}")
            return _open(f"{name}: {seen}" if seen else f"{name} to be ready")
        case _:
            return _MET


def _succeeded(need: Need, provider: Provider) -> Verdict:
    name = need.script
    if need.until is Until.READY and provider.is_probed:
        return _hopeless(f"{name} has ended")
    if need.until is Until.LINE and provider.has_line is None:
        return _hopeless(f"{name} has ended without printing {need.pattern!r}")
    if need.until is Until.LINE and not provider.has_line:
        return _open(f"{name} to print {need.pattern!r}")
    return _MET


def _open(reason: str) -> Verdict:
    return Verdict(Standing.OPEN, f"waiting for {reason}")


def _hopeless(reason: str) -> Verdict:
    return Verdict(Standing.HOPELESS, f"not started: {reason}")
