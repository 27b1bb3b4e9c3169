"""A log that nothing is written to any more."""

from typing import Final

from brummer.logs.history.run import Run
from brummer.logs.view import LogSnapshot, View
from brummer.model.log import LogExtent
from brummer.model.process import ProcessId

#: Processes that have a log of their own here, the last ones by their names; others
#: are in the log of all, as each would have to be looked for in its files.
MOST: Final = 1_000


class ClosedLog:
    """What *run* has printed: all of it is in files, and memory stands at its end.

    So it is read, searched and filtered as the log of a run that goes on, whose
    memory happens to be empty.

    Threads: any; it never changes.  To make one may mean a look at many files.
    """

    def __init__(self, run: Run) -> None:
        every: tuple[ProcessId | None, ...] = (None, *run.processes()[-MOST:])
        views = {process: _view(run, process) for process in every}
        self._snapshot = LogSnapshot(1, views)

    def snapshot(self) -> LogSnapshot:
        """Return all logs of the run."""
        return self._snapshot


def _view(run: Run, process: ProcessId | None) -> View:
    _, end = run.extent(process)
    return View(process, LogExtent(1, end, end), end, (), (), 0, ())
