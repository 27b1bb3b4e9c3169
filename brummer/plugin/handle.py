"""One plugin as the host holds it: whether it takes part, and how it fared."""

import math
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import partial
from types import MappingProxyType, TracebackType
from typing import Final, Self

from brummer.core.clock import Clock, SystemClock
from brummer.core.threads import Role, on, spawn
from brummer.errors import PluginError
from brummer.plugin.delivery import Delivery
from brummer.plugin.failure import (
    AnswerError,
    is_complaint,
    one_line,
    own_traceback,
    phrase,
)
from brummer.plugin.report import PluginReport, PluginState
from brummer.plugin.worker import (
    AGENT_CALLS,
    CALLS,
    COMMANDS,
    Aside,
    Workers,
    at_once,
)

#: Failures of one hook after which it is switched off.
FAILURES: Final = 5

#: Seconds after which a call is told to be slow, while it still runs.
SLOW: Final = 2.0

#: Seconds for which the start of a process waits for what plugins say about it.
QUESTION: Final = 2.0

#: Seconds for which somebody waits for an import or a registration.
PATIENCE: Final = 5.0

#: The same for reading a project, which may be large and on a slow disk.
DETECTION: Final = 15.0

#: What is called on the way in, and what it means if it fails: without it nothing
#: else of the plugin can be right, so that all of it is taken out.
IMPORT: Final = "import"
FATAL: Final[Mapping[str, str]] = MappingProxyType(
    {IMPORT: "cannot be imported", "brummer_configure": "cannot be configured"}
)


def _nobody(*_: str) -> None:
    """Tell nobody; it is in the plugin's report all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the host works with.

    *aside* starts a thread for what it is given.  *report_failure* is told plugin,
    hook and a sentence about what went wrong, on the thread where it did;
    *report_recovery* is told the plugin when nothing is wrong any more.  *strict*
    lets a plugin's exceptions through as well, for tests and for authors.

    *patience*, *detection* and *question* are the seconds that an import or a
    registration, reading a project, and a question about a start may take.
    """

    aside: Aside = at_once
    report_failure: Callable[[str, str, str], object] = _nobody
    report_recovery: Callable[[str], object] = _nobody
    clock: Clock = field(default_factory=SystemClock)
    strict: bool = False
    patience: float = PATIENCE
    detection: float = DETECTION
    question: float = QUESTION


class Complaint(Enum):
    """Who is told when a plugin has a complaint, a sentence for the user.

    SHOW it among the plugins where nobody else would, or LEAVE it to whoever made
    the call: the start of a script fails with it, a command answers with it.
    """

    SHOW = "show"
    LEAVE = "leave"


class Call:
    """One call of a plugin, from beginning to end; what it raises stays inside.

    ``KeyboardInterrupt`` is the user's on the main thread and goes through, with a
    note that names the plugin.  On any other thread no user can raise it.
    Everything else is the plugin's, :class:`SystemExit` from the depths of some
    library included.
    """

    def __init__(
        self, handle: "Handle", hook: str, complaint: Complaint, limit: float
    ) -> None:
        self._handle: Final = handle
        self._limit: Final = limit
        self.complaint: Final = complaint
        self.hook: Final = hook
        #: When it began; it does not count before.
        self.started = 0.0
        #: What was raised, for whoever made the call.
        self.error: BaseException | None = None
        #: Set by the one thread that tells about slow calls.
        self.told = False
        #: Set by whoever waited for the answer, and no longer does.
        self.is_given_up = False

    def is_overdue(self, now: float) -> bool:
        """Whether the call has lasted longer than anybody waits for it."""
        return self.is_given_up or now - self.started > self._limit

    @property
    def complained(self) -> BaseException | None:
        """What was raised, if it is a sentence for the user."""
        # An exception of somebody else's may well be false.
        if self.error is not None and is_complaint(self.error):
            return self.error
        return None

    def __enter__(self) -> Self:
        """Begin to count the time."""
        self.started = self._handle.clock.monotonic()
        self._handle.began(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        """Keep what was raised away from the caller."""
        self._handle.ended(self)
        self.error = error
        if error is None:
            self._handle.succeeded(self.hook)
            return False
        if isinstance(error, KeyboardInterrupt) and on(Role.MAIN):
            self._handle.interrupted(self.hook, error)
            return False
        if self.complaint is Complaint.SHOW or not is_complaint(error):
            self._handle.failed(self.hook, error)
        return not self._handle.strict


class Handle:
    """Keeps the books on one plugin.

    Threads: any thread may call any method.  Readers take no lock: the report is
    frozen and replaced as a whole, and the table of running calls is copied in
    one step.  Several workers may fail at once, so what they write they write
    one after the other.
    """

    def __init__(self, report: PluginReport, around: Surroundings) -> None:
        self.name: Final = report.name
        self.clock: Final = around.clock
        self.strict: Final = around.strict
        #: For what the plugin is told and asked, for its commands, and for agents.
        self.workers: Final = Workers(around.aside, CALLS)
        self.errands: Final = Workers(around.aside, COMMANDS)
        # Threads whatever *aside* is: who calls for an agent is in an event loop.
        self.services: Final = Workers(partial(spawn, Role.PLUGIN), AGENT_CALLS)
        self.delivery: Final = Delivery(self.workers.run)
        self._tell: Final = around.report_failure
        self._tell_recovery: Final = around.report_recovery
        #: Guards the replacement of the three values below; held for a few steps.
        self._lock: Final = threading.Lock()
        self._report = report
        self._counts: Mapping[str, int] = MappingProxyType({})
        self._complaints: Mapping[str, str] = MappingProxyType({})
        #: Calls in progress.  Each worker adds and removes only its own: single
        #: steps of a dictionary, atomic with and without a GIL.
        self._running: Final[dict[int, Call]] = {}

    def report(self) -> PluginReport:
        """Return how the plugin does."""
        busy = tuple(f"{call.hook} for {age:.0f} s" for call, age in self.slow())
        return replace(self._report, busy=busy, dropped=self.delivery.dropped)

    @property
    def is_on(self) -> bool:
        """Whether the plugin takes part."""
        return self._report.state is PluginState.ON

    def accepts(self, hook: str) -> bool:
        """Whether *hook* may be called: it is there, and not switched off."""
        report = self._report
        return report.state is PluginState.ON and hook not in report.hooks_off

    def stuck(self) -> str:
        """Return the call that keeps the plugin from being asked, empty for none.

        That is one which somebody has waited for in vain.
        """
        if not self._running:
            return ""
        now = self.clock.monotonic()
        return next(
            (c.hook for c in self._running.copy().values() if c.is_overdue(now)), ""
        )

    def in_progress(self) -> tuple[str, ...]:
        """Return the calls that have begun and not returned."""
        return tuple(call.hook for call in self._running.copy().values())

    def slow(self) -> tuple[tuple[Call, float], ...]:
        """Return the calls that have been running for too long, and how long."""
        if not self._running:
            return ()
        now = self.clock.monotonic()
        ages = [(c, now - c.started) for c in self._running.copy().values()]
        return tuple((call, age) for call, age in ages if age > SLOW)

    def tell_slow(self) -> None:
        """Tell of each slow call once.

        Threads: one, the monitor; it alone writes :attr:`Call.told`.
        """
        for call, age in self.slow():
            # Of one that was given up has been told already.
            if not (call.told or call.is_given_up):
                call.told = True
                text = f"{call.hook} has been running for {age:.0f} s"
                self._tell(self.name, call.hook, text)

    def calling(
        self,
        hook: str,
        complaint: Complaint = Complaint.SHOW,
        limit: float = math.inf,
    ) -> Call:
        """Return a context for one call of the plugin.

        If it lasts longer than *limit* seconds, the plugin is asked nothing else
        until it returns.
        """
        return Call(self, hook, complaint, limit)

    def interrupted(self, hook: str, error: KeyboardInterrupt) -> None:
        """Add to *error* what was going on when the user lost patience."""
        error.add_note(f"interrupted plugin {self.name!r} ({hook})")

    def began(self, call: Call) -> None:
        """Remember that *call* is in progress."""
        self._running[id(call)] = call

    def ended(self, call: Call) -> None:
        """Forget *call*."""
        del self._running[id(call)]

    def succeeded(self, hook: str) -> None:
        """Note that *hook* worked; what it complained about has been mended."""
        # Looking without the lock may miss a complaint of this very moment, as
        # it would if this call had ended a moment earlier.
        if hook not in self._complaints:
            return
        with self._lock:
            rest = {**self._complaints}
            mended = rest.pop(hook, "")
            self._complaints = MappingProxyType(rest)
            if self._report.error == mended:
                error = next(iter(rest.values()), "")
                self._report = replace(self._report, error=error, traceback="")
            is_well = not self._report.error
        if is_well:
            self._tell_recovery(self.name)

    def failed(self, hook: str, error: BaseException) -> None:
        """Note that *hook* raised *error*, and tell."""
        if is_complaint(error):
            text = line = one_line(error)
            self._complained(hook, line)
        else:
            line = phrase(error)
            text = f"{hook} {line}"
            if self._count(hook, text, own_traceback(error)) == FAILURES:
                text = f"{hook} is switched off after {FAILURES} failures: it {line}"
        if hook in FATAL:
            text = self._broke(hook, error, line)
        self._tell(self.name, hook, text)

    def _broke(self, hook: str, error: BaseException, line: str) -> str:
        """Take the plugin out for good; return what to tell the user."""
        advice = "" if is_complaint(error) else self._advice
        text = f"{FATAL[hook]}: {line.removeprefix('raised ')}{advice}"
        with self._lock:
            self._report = replace(self._report, state=PluginState.BROKEN, error=text)
        return text

    def gave_up(self, call: Call, seconds: float) -> None:
        """Note that nobody waits for *call* any longer.

        Threads: whoever waited.  If it returns meanwhile, the mark is on a call
        that nobody looks at any more.
        """
        call.is_given_up = True
        self.failed(call.hook, AnswerError(f"has not answered within {seconds:g} s"))

    def crowded(self, hook: str, seconds: float) -> None:
        """Note that calls which last kept *hook* from being called in time."""
        others = ", ".join(dict.fromkeys(self.in_progress()))
        # They may have returned just now, or the machine is too busy for a thread.
        reason = f"{others} did not return" if others else "no thread was free for it"
        problem = f"was not called within {seconds:g} s: {reason}"
        self.failed(hook, AnswerError(problem))

    def unfinished(self, seconds: float) -> bool:
        """Note what keeps the plugin from its end; return whether anything does.

        Without a call that lasts it is not the plugin's fault.
        """
        hook = "brummer_shutdown"
        calls = self.in_progress()
        for call in self._running.copy().values():
            # Of a call that hung before, it has been told how long.
            call.is_given_up |= call.hook == hook
        if hook in calls:
            problem = f"has not answered within {seconds:g} s"
        elif calls:
            others = ", ".join(dict.fromkeys(calls))
            problem = f"was not called: {others} did not return"
        else:
            return False
        self.failed(hook, AnswerError(problem))
        return True

    def _complained(self, hook: str, line: str) -> None:
        with self._lock:
            self._complaints = MappingProxyType({**self._complaints, hook: line})
            self._report = replace(self._report, error=line, traceback="")

    def _count(self, hook: str, text: str, trace: str) -> int:
        with self._lock:
            count = self._counts.get(hook, 0) + 1
            self._counts = MappingProxyType({**self._counts, hook: count})
            off = self._report.hooks_off
            self._report = replace(
                self._report,
                failures=self._report.failures + 1,
                error=text,
                traceback=trace,
                hooks_off=(*off, hook) if count == FAILURES else off,
            )
        return count

    def loaded(self, hooks: tuple[str, ...], seconds: float) -> None:
        """Note what the plugin implements, and how long its import took."""
        with self._lock:
            self._report = replace(self._report, hooks=hooks, import_time=seconds)

    def refused(self, problem: str) -> None:
        """Note that a part of the plugin is left out, and tell.

        :raises PluginError: if plugins are taken strictly.
        """
        with self._lock:
            self._report = replace(self._report, error=problem)
        self._tell(self.name, "", problem)
        if self.strict:
            raise PluginError(self.name, problem)

    @property
    def _advice(self) -> str:
        package = self._report.package
        remedy = f"upgrade {package}" if package else "mend it"
        return f"; {remedy}, or leave it out with -P no:{self.name}"

    def close(self) -> bool:
        """Call the plugin no more; return whether no call is in progress."""
        self.workers.close()
        self.errands.close()
        self.services.close()
        return not self._running
