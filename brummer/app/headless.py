"""Without a screen: printing, waiting, and ending with an exit code."""

import logging
import os
import signal
import sys
import time
from collections.abc import Mapping
from concurrent.futures import Future
from enum import StrEnum
from typing import Final

from brummer.app.application import Application
from brummer.app.signals import SIGNALLED, EndSignals
from brummer.core.instance import Instance
from brummer.core.threads import Role, on
from brummer.logs.printer import Printer
from brummer.model.process import ProcessId, ProcessState, ProcessStatus

logger = logging.getLogger(__name__)

#: Seconds between two looks at whether it is time to leave.
_LOOK: Final = 0.1

#: Seconds for which a reader may take nothing once a signal asked for the end.
_STUCK: Final = 10.0


class ExitOn(StrEnum):
    """When a headless program ends by itself."""

    NEVER = ""
    DONE = "done"
    FIRST = "first"
    FAILURE = "failure"


class Verdict:
    """Tells when to leave, and with which exit code, by the process table.

    Processes that somebody stopped count as ended, but say nothing about
    success.

    Threads: the main thread only.
    """

    def __init__(self, exit_on: ExitOn) -> None:
        self._exit_on = exit_on
        #: The codes that count, once it is time to leave: what ends after that
        #: was ended by us.
        self._codes: tuple[int, ...] | None = None

    @property
    def code(self) -> int:
        """The worst exit code of those that count."""
        return max(self._codes or (), default=0)

    def is_due(self, processes: Mapping[ProcessId, ProcessState]) -> bool:
        """Whether it is time to leave."""
        if self._codes is None:
            self._codes = self._judged(processes)
        return self._codes is not None

    def _judged(
        self, processes: Mapping[ProcessId, ProcessState]
    ) -> tuple[int, ...] | None:
        """Return the codes that count, ``None`` while it goes on."""
        if self._exit_on is ExitOn.NEVER or not processes:
            return None
        # A process that another one takes the place of has not ended for good.
        replaced = {state.replaces for state in processes.values()}
        last = [state for state in processes.values() if state.id not in replaced]
        ended = [state for state in last if state.is_finished]
        failed = [state for state in ended if state.status is ProcessStatus.FAILED]
        if len(ended) == len(last):
            return _codes(ended)
        if self._exit_on is ExitOn.FIRST and ended:
            return _codes(ended)
        if self._exit_on is ExitOn.FAILURE and failed:
            return _codes(failed)
        return None


def _codes(states: list[ProcessState]) -> tuple[int, ...]:
    """Return the exit codes of those that were not stopped by somebody.

    One that could not even be started has none, and has failed all the same.
    """
    counted = [s for s in states if s.status is not ProcessStatus.STOPPED]
    return tuple(1 if s.exit_code is None else s.exit_code for s in counted)


class Headless:
    """Prints what processes print until a signal comes or it is time to leave.

    A reader that leaves, as ``head`` does, counts as the SIGPIPE that Python
    ignores: nobody is there who would want what runs on.

    Threads: the main thread only.
    """

    def __init__(
        self,
        application: Application,
        printer: Printer,
        exit_on: ExitOn,
        signals: EndSignals,
    ) -> None:
        """Print nothing yet; *signals* are noted already, and to the very end."""
        self._application = application
        self._printer = printer
        self._verdict = Verdict(exit_on)
        self._signals = signals
        #: The number of signals after which neither children nor readers get any
        #: more time.
        self._enough = 2
        #: When something was printed last, or nothing was to be printed.
        self._moved = time.monotonic()

    def run(self) -> int:
        """Return the exit code."""
        assert on(Role.MAIN)
        self._print_until_due()
        is_first = not self._signals.count
        self._print_until(self._application.quit())
        # Nothing runs any more that a further signal could end: it is about the
        # printing.
        self._enough = 1 if is_first else 2
        self._print_until(self._application.finish())
        while self._printer.is_behind:
            self._print()
        self._printer.close()
        if self._signals.code is not None:
            return self._signals.code
        if self._printer.is_deserted:
            return SIGNALLED + signal.SIGPIPE
        # What could not be printed is a failure where nothing else is.
        return self._verdict.code or int(self._printer.lost > 0)

    def _print_until_due(self) -> None:
        while not (self._is_interrupted or self._is_due()):
            self._printer.pump(_LOOK)
        if self._is_interrupted:
            say_goodbye(self._application.instance)

    @property
    def _is_interrupted(self) -> bool:
        return self._signals.count > 0 or self._printer.is_deserted

    def _is_due(self) -> bool:
        # The table before the output: who has ended there has been stored, and
        # what is stored is printed before we leave.
        processes = self._application.instance.processes()
        return self._verdict.is_due(processes) or self._application.is_ending

    def _print_until(self, future: Future[None]) -> None:
        """Go on printing until *future* is there; a second signal hurries it."""
        future.add_done_callback(lambda _: self._printer.wake())
        while not future.done():
            self._print()
        if (error := future.exception()) is not None:
            logger.error("the end went wrong", exc_info=error)

    def _print(self) -> None:
        """Print for a moment, unless somebody has had enough.

        A reader may take its time for ever; but not if a signal asked for the
        end, and nothing at all was read for a while.
        """
        if self._signals.count >= self._enough:
            # Until the next one, which there may never be.
            self._enough = self._signals.count + 1
            self._application.engine.hurry()
            self._printer.abort()
        before = self._printer.printed
        self._printer.pump(_LOOK)
        if before != self._printer.printed or not self._printer.is_behind:
            self._moved = time.monotonic()
        elif self._signals.count and time.monotonic() - self._moved > _STUCK:
            self._printer.abort()


def say_goodbye(instance: Instance) -> None:
    """Say what is being stopped, if it is anything."""
    living = [s.id for s in instance.processes().values() if not s.is_finished]
    if living:
        say(f"stopping {', '.join(living)}; once more to kill")


def say(text: str) -> None:
    """Print a line about the program itself, if anybody can read it."""
    # Not through sys.stderr: its lock could be held by what a signal interrupted.
    line = f"brum: {text}\n".encode(errors="replace")
    try:
        os.write(sys.stderr.fileno(), line)
    except (OSError, ValueError):
        logger.info("nobody reads: %s", text)
