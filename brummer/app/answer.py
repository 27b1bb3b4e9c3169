"""What commands answer: plain tables made of the model's values."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from brummer.core.aside import settle
from brummer.model.process import ProcessState
from brummer.process.ensured import Ensured

_T = TypeVar("_T")


def mapped(future: Future[_T], make: Callable[[_T], object]) -> Future[object]:
    """Return a future of what *make* makes of the result of *future*.

    *make* runs on the thread that resolves *future* and must not wait.
    """
    answer: Future[object] = Future()

    def pass_on(done: Future[_T]) -> None:
        # Nobody waits for one that was cancelled.
        if answer.set_running_or_notify_cancel():
            settle(answer, lambda: make(done.result()))

    future.add_done_callback(pass_on)
    return answer


def started(state: ProcessState) -> object:
    """Return the answer of commands that start something."""
    return {"process": state.id, "pid": state.pid, "status": state.status}


def ensured(found: Ensured) -> object:
    """Return the answer of the command that starts what does not run yet."""
    return {"process": found.state.id, "started": found.is_new}


def ended(state: ProcessState) -> object:
    """Return the answer of commands that end something."""
    return {
        "process": state.id,
        "status": state.status,
        "exit_code": state.exit_code,
    }


def nothing(_: object) -> object:
    """Return the answer of commands that have none."""
    return {}
