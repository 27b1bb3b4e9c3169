"""``brumctl wait``: until a process is ready, has ended, or printed something."""

import threading
import time
from typing import Final

from brummer.cli.remote import Remote, Row, ending, say_aside
from brummer.control.protocol import EndedError
from brummer.control.record import AbsentError
from brummer.core.waiting import Condition, regex
from brummer.errors import BrummerError
from brummer.logs.ansi import strip

#: The answer when time is up, as timeout(1) has it.
_TIMED_OUT: Final = 124

#: Seconds between two looks for a process or an instance that is not there yet:
#: nobody tells a stranger that one comes.
_LOOK: Final = 0.1


def wait(remote: Remote) -> int:
    """Wait until a process is ready, has ended, or printed something.

    With a time limit, wait for the process to be there, and for its instance.

    Returns 0, the exit code of a process that ended, or 124 when time is up.
    """
    options = remote.options
    # Before anything is waited for that this could never be about.
    regex(Condition(options.condition), options.pattern)
    limit: float | None = options.timeout
    began = time.monotonic()
    try:
        process = _found(remote, 0.0 if limit is None else began + limit)
    except BrummerError as error:
        if limit is None or not _may_come(error):
            raise
        say_aside(f"gave up after {limit} s: {error}")
        return _TIMED_OUT
    params = {
        "process": process,
        "condition": options.condition,
        "pattern": options.pattern,
        "timeout": limit and max(0.0, began + limit - time.monotonic()),
    }
    answer = remote.client.ask("wait", params, timeout=None)
    if not isinstance(answer, dict):
        say_aside(f"{process}: not {options.condition} after {limit} s")
        return _TIMED_OUT
    return _told(remote, answer)


def _found(remote: Remote, until: float) -> str:
    """Return the id of the process, looking for it *until* then, but once at least.

    :raises BrummerError: if there is none.
    """
    while True:
        try:
            return str(remote.find(remote.options.process)["id"])
        except BrummerError as error:
            left = until - time.monotonic()
            if left <= 0 or not _may_come(error):
                raise
        # The one that is there may be about to end, and the next one be coming.
        remote.hang_up()
        threading.Event().wait(min(left, _LOOK))


def _may_come(error: BrummerError) -> bool:
    """Whether what *error* is about may still come."""
    return isinstance(error, AbsentError | EndedError)


def _told(remote: Remote, answer: Row) -> int:
    """Print how waiting ended; return the exit code."""
    state = answer["state"]
    remote.show(answer, lambda: _outcome(answer))
    if not answer["reached"]:
        say_aside(f"{state['id']} ended first: {_outcome(answer)}")
        return int(state["exit_code"] or 1)
    return int(state["exit_code"] or 0) if remote.options.condition == "exit" else 0


def _outcome(answer: Row) -> str:
    """Return in a line how waiting ended."""
    if answer["url"]:
        return str(answer["url"])
    if answer["entry"]:
        data: bytes = answer["entry"]["data"].encode("utf-8", "surrogateescape")
        return strip(data).decode("utf-8", "replace")
    return ending(answer["state"])
