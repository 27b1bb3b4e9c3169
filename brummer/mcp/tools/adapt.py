"""Arguments by the names that clients know from elsewhere.

A schema shows one name for each thing.  Those who call by the names of the program
that had these tools first are understood all the same.
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

Arguments: TypeAlias = Mapping[str, object]
Adapt: TypeAlias = Callable[[Arguments], Arguments]

#: Seconds that one call waits at most: many clients give up after a minute.
MOST: Final = 50

#: Seconds for which that program waited for a message unless it was told.
_BLOCKING: Final = 30


def renamed(**names: str) -> Adapt:
    """Return what gives arguments called by the keys of *names* their other names."""

    def adapt(arguments: Arguments) -> Arguments:
        # Who gives both gets both, and is told that one of them is none of ours.
        return {
            names.get(name, name) if names.get(name) not in arguments else name: value
            for name, value in arguments.items()
        }

    return adapt


def both(first: Adapt, second: Adapt) -> Adapt:
    """Return what does one after the other."""
    return lambda arguments: second(first(arguments))


def as_text(name: str) -> Adapt:
    """Return what makes a text of the argument *name* if it is a number."""

    def adapt(arguments: Arguments) -> Arguments:
        value = arguments.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return arguments
        return {**arguments, name: str(value)}

    return adapt


def without_nothing(name: str, nothing: float | None = None) -> Adapt:
    """Return what leaves the argument *name* out if it is *nothing*: none is meant."""

    def adapt(arguments: Arguments) -> Arguments:
        value = arguments.get(name, ...)
        if isinstance(value, bool) or value != nothing:
            return arguments
        return {key: value for key, value in arguments.items() if key != name}

    return adapt


def into_file(**most: int) -> Adapt:
    """Return what wants the *most* where that goes into a file, unless told."""

    def adapt(arguments: Arguments) -> Arguments:
        return {**most, **arguments} if arguments.get("output_file") else arguments

    return adapt


def following(arguments: Arguments) -> Arguments:
    """Take ``follow`` for the wish to wait for new lines where there are none."""
    return _waiting(arguments, "follow", MOST)


def blocking(arguments: Arguments) -> Arguments:
    """Take ``blocking`` and ``timeout`` for the wish to wait for a message."""
    found = _waiting(arguments, "blocking", _BLOCKING)
    seconds = arguments.get("timeout")
    if found is arguments or isinstance(seconds, bool):
        return found
    if not isinstance(seconds, int | float):
        return found
    rest = {name: value for name, value in found.items() if name != "timeout"}
    wait = min(max(int(seconds), 0), MOST) if found["wait_s"] else 0
    return {**rest, "wait_s": wait}


def _waiting(arguments: Arguments, name: str, seconds: int) -> Arguments:
    wish = arguments.get(name)
    if not isinstance(wish, bool) or "wait_s" in arguments:
        return arguments
    rest = {key: value for key, value in arguments.items() if key != name}
    return {**rest, "wait_s": seconds if wish else 0}
