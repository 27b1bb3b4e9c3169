"""Threads on which plugins are called."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Final, TypeVar

from brummer.core.aside import Tasks

T = TypeVar("T")

#: Starts a thread that runs what it is given, or runs it there and then.
Aside = Callable[[Callable[[], None]], object]

#: Calls of one plugin that may be in progress at once: of what it is told, one; the
#: others are of what it is asked, where a project that takes long to be read must
#: not keep its scripts from being started.
CALLS: Final = 3

#: Commands of one plugin that may be in progress at once.  They may take as long
#: as they like, so they are kept apart from what somebody waits for.
COMMANDS: Final = 2

#: Calls for agents in progress at once: of tools, some of which wait for something,
#: and of what is read for resources and prompts.
AGENT_CALLS: Final = 4

#: Threads that one plugin can have, however much of it hangs.
THREADS: Final = CALLS + COMMANDS + AGENT_CALLS


def at_once(task: Callable[[], None]) -> None:
    """Run *task* here and now; for programs that have no threads for it."""
    task()


class Workers:
    """Calls one plugin on threads of its own, at most *most* of them at once.

    A thread begins when there is something to call and ends when there is nothing
    left.  What hangs therefore takes a thread from the same plugin only: neither
    from the other plugins nor from those who carry events and prepare starts.

    Threads: any may call any method.
    """

    def __init__(self, aside: Aside, most: int) -> None:
        self._aside: Final = aside
        self._tasks: Final = Tasks(most)

    def run(self, function: Callable[[], T]) -> Future[T]:
        """Call *function* soon; the exception of the future may be that nobody will."""
        future, needs_thread = self._tasks.add(function)
        if needs_thread:
            self._send()
        return future

    def _send(self) -> None:
        try:
            self._aside(self._tasks.work)
        except RuntimeError as error:
            # The system gives us no more threads.  Who calls is the last that may do
            # it: what hangs would hang those who carry events.  Should a thread come
            # all the same, it finds out that it is not needed.
            self._tasks.forgo(str(error))

    def close(self) -> None:
        """Refuse what waits, and what comes."""
        self._tasks.close()
