"""What the supervisor works with."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from brummer.config.settings import ProcessManagerSettings
from brummer.core.clock import Clock
from brummer.core.guard import attempt
from brummer.core.registry import Registry
from brummer.model.event import Event
from brummer.model.process import ProcessId
from brummer.model.script import Launch, Script
from brummer.process.probe import Sight
from brummer.process.system import System

_T = TypeVar("_T")

logger = logging.getLogger(__name__)


class Typist(Protocol):
    """Takes note of what is typed."""

    def __call__(self, process: ProcessId, data: bytes, /, *, hidden: bool) -> object:
        """Take note that *data* is about to be typed into *process*."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """The supervisor's surroundings, as plain callables and values.

    *prepare* tells how to run a script now.  It may take long (it asks plugins
    and reads files), so it runs wherever *run_aside* runs what it is given; if
    that returns a future, its exception says that nobody will.  *publish*,
    *note* (a line of ours into a process's log) and *typed* (what is about to be
    typed into a process, with *hidden* if nobody should read it) are called on the
    supervisor thread: while one of them waits nothing is started or stopped.
    Whatever any of them raises is logged and stays without consequence for
    anybody else.
    """

    system: System
    registry: Registry
    prepare: Callable[[Script], Launch]
    run_aside: Callable[[Callable[[], None]], object]
    publish: Callable[[Event], object]
    note: Callable[[ProcessId, str], object]
    typed: Typist
    settings: ProcessManagerSettings
    clock: Clock
    find: Callable[[str], Script]
    look_aside: Callable[[Callable[[], str], Callable[[str], object]], object]
    sight: Sight
    began: Callable[[Script], object]


def safely(action: Callable[[], _T], otherwise: _T) -> _T:
    """Return what *action* returns, or *otherwise* if it raises, which is logged.

    For calls out of the supervisor whose failure must not stop it halfway.
    """
    answers: list[_T] = []
    _, error = attempt(lambda: answers.append(action()))
    if error is not None:
        logger.error("the supervisor's call of %s failed", action, exc_info=error)
    return answers[0] if answers else otherwise
