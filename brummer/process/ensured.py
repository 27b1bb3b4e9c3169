"""What is answered to whoever wants one process of a script, and no second."""

from concurrent.futures import Future
from typing import NamedTuple

from brummer.model.process import ProcessState
from brummer.process.request import fail, resolve


class Ensured(NamedTuple):
    """A process of which there is one now, and whether it was made for that."""

    state: ProcessState
    is_new: bool


def pass_on(begun: Future[ProcessState], future: Future[Ensured]) -> None:
    """Answer *future* with what came of *begun*, a process that was made for it."""
    if (error := begun.exception()) is not None:
        fail(future, error)
    else:
        resolve(future, Ensured(begun.result(), is_new=True))
