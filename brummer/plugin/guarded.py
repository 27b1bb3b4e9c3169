"""Detectors and commands of plugins, wrapped so that what fails is their own."""

import inspect
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from functools import cached_property, partial
from typing import Final

from brummer.errors import PluginError
from brummer.model.collector import Before, Claim, Collector
from brummer.model.command import Command, CommandThread
from brummer.model.finding import Finding
from brummer.model.log import LogEntry
from brummer.plugin import answer
from brummer.plugin.failure import AnswerError, is_complaint, phrase
from brummer.plugin.handle import Complaint, Handle
from brummer.plugin.shape import show
from brummer.plugin.worker import COMMANDS

#: What a command is called among the hooks, before its name.
_COMMAND: Final = "command "


class GuardedDetector:
    """A plugin's detector; its failures are counted under the plugin's name.

    One that sees single lines is shown no others; *pause* is ``None`` for one that
    does not look at lines without an end.

    Threads: :meth:`begin` and *pause* belong to the log thread, as its detector does.

    :raises AnswerError: if *detector* is not one.
    """

    def __init__(self, detector: object, handle: Handle) -> None:
        is_one = not isinstance(detector, type)
        begin = _begin(detector) if is_one else None
        pause = _pause(detector) if is_one else None
        if begin is None and pause is None:
            raise AnswerError(f"answered {show(detector)}, not a Detector")
        self.name: Final = _name(getattr(detector, "name", None))
        self._detector: Final = detector
        self._needs_prefilter: Final = begin is not None
        #: Written by the log thread if it is a property, which may take its time.
        self._literals = None if _is_lazy(detector) else self._read()
        self.pause: Final = None if pause is None else self._rest
        self._begin: Final = begin or _nothing
        self._pause: Final = pause or _nothing
        self._handle: Final = handle
        self._hook: Final = f"detector {self.name}"

    @property
    def prefilter(self) -> tuple[bytes, ...]:
        """What a line has to hold; nothing when the detector fails to say."""
        if self._literals is None:
            self._literals = ()
            with self._handle.calling(self._hook):
                self._literals = self._read()
        return self._literals

    def _read(self) -> tuple[bytes, ...]:
        literals: object = getattr(self._detector, "prefilter", None)
        return _prefilter(literals) if literals or self._needs_prefilter else ()

    def begin(self, entry: LogEntry, before: Before) -> tuple[Finding | Collector, ...]:
        """Return what *entry* tells; empty when the detector fails."""
        found: tuple[Finding | Collector, ...] = ()
        if self._handle.accepts(self._hook):
            with self._handle.calling(self._hook):
                found = self._checked(self._begin(entry, before))
        return found

    def _rest(self, entry: LogEntry, before: Before) -> tuple[Finding, ...]:
        """Return what it means that *entry* has no end; empty when that fails."""
        found: tuple[Finding, ...] = ()
        if self._handle.accepts(self._hook):
            with self._handle.calling(self._hook):
                found = answer.many(self._pause(entry, before), Finding)
        return found

    def detect(self, entry: LogEntry) -> tuple[Finding, ...]:
        """Return the findings of *entry* alone: nothing came before it or will."""
        told = self.begin(entry, lambda _: ())
        return tuple(part for part in told if isinstance(part, Finding))

    def _checked(self, value: object) -> tuple[Finding | Collector, ...]:
        # Nearly every answer is this one.
        if value == ():
            return ()
        return tuple(
            GuardedCollector(part, self._handle, self._hook)
            if answer.collects(part)
            else answer.finding(part)
            for part in answer.listed(value, "Findings")
        )


class GuardedCollector:
    """What a plugin's detector collects with; one that fails has all.

    Threads: the log thread's, as its collector is.
    """

    def __init__(self, collector: object, handle: Handle, hook: str) -> None:
        self._take: Final[Callable[[LogEntry], object]] = getattr(
            collector, "take", answer.nothing
        )
        self._finish: Final[Callable[[], object]] = getattr(collector, "finish", tuple)
        self._handle: Final = handle
        self._hook: Final = hook

    def take(self, entry: LogEntry, /) -> Claim:
        """Return what *entry* is to the collector; OVER when it fails."""
        claimed = Claim.OVER
        if self._handle.accepts(self._hook):
            with self._handle.calling(self._hook):
                claimed = answer.claim(self._take(entry))
        return claimed

    def finish(self) -> tuple[Finding, ...]:
        """Return what was found; empty when the collector fails."""
        found: tuple[Finding, ...] = ()
        if self._handle.accepts(self._hook):
            with self._handle.calling(self._hook):
                found = answer.many(self._finish(), Finding)
        return found


#: What is asked about a line, with a way to look back.
_Ask = Callable[[LogEntry, Before], object]


def _nothing(_entry: LogEntry, _before: Before) -> object:
    """Answer for a detector that is not asked this."""
    return ()


def _pause(detector: object) -> _Ask | None:
    """Return how to show a line without an end to *detector*, if there is a way."""
    pause: object = getattr(detector, "pause", None)
    return pause if callable(pause) else None


def _begin(detector: object) -> _Ask | None:
    """Return how to show a line to *detector*; ``None`` if there is no way."""
    begin: object = getattr(detector, "begin", None)
    if callable(begin):
        return begin
    detect: object = getattr(detector, "detect", None)
    return (lambda entry, _: detect(entry)) if callable(detect) else None


def _name(value: object) -> str:
    if not (isinstance(value, str) and value and value.isprintable()):
        raise AnswerError(f"answered a Detector whose name is {show(value)}")
    return value


def _is_lazy(detector: object) -> bool:
    """Whether what *detector* looks for has to be worked out."""
    raw = inspect.getattr_static(detector, "prefilter", None)
    return isinstance(raw, property | cached_property)


def _prefilter(value: object) -> tuple[bytes, ...]:
    literals = answer.listed(value, "literals")
    good = tuple(word for word in literals if isinstance(word, bytes) and word)
    if not good or good != literals or any(word != word.lower() for word in good):
        wanted = "lower-case bytes"
        raise AnswerError(
            f"answered a Detector whose prefilter is {show(value)}, not {wanted}"
        )
    return good


def detectors(value: object, handle: Handle) -> tuple[GuardedDetector, ...]:
    """Check the answer of ``brummer_detectors``, and guard what it holds."""
    return tuple(
        GuardedDetector(item, handle) for item in answer.listed(value, "Detectors")
    )


def command(original: Command, handle: Handle) -> Command:
    """Return *original* with a function whose failures stay the plugin's.

    It runs on a thread of the plugin's whatever it declares: a screen that calls
    it must not find out that it takes its time after all.
    """
    hook = f"{_COMMAND}{original.name}"

    def run(**arguments: object) -> object:
        return _send(original, handle, hook, arguments)

    return replace(original, run=run, thread=CommandThread.ANY)


def _send(
    original: Command, handle: Handle, hook: str, arguments: dict[str, object]
) -> object:
    """Return the answer of *original*, a future if it is not there yet."""
    if not handle.accepts(hook):
        raise PluginError(handle.name, f"{hook} is switched off")
    lasting = [call.hook for call, _ in handle.slow() if call.hook.startswith(_COMMAND)]
    if len(lasting) >= COMMANDS:
        raise PluginError(handle.name, f"{' and '.join(lasting)} did not return yet")
    sent = handle.errands.run(partial(_run, original, handle, hook, arguments))
    return sent.result() if sent.done() else sent


def _run(
    original: Command, handle: Handle, hook: str, arguments: dict[str, object]
) -> object:
    value: object = None
    with handle.calling(hook, Complaint.LEAVE) as call:
        value = original.run(**arguments)
    if call.complained is not None:
        raise call.complained
    if call.error is not None:
        raise PluginError(handle.name, f"{hook} {phrase(call.error)}") from call.error
    if isinstance(value, Future):
        value.add_done_callback(lambda future: _settled(future, handle, hook))
    return value


def _settled(future: Future[object], handle: Handle, hook: str) -> None:
    error = None if future.cancelled() else future.exception()
    if error is not None and not is_complaint(error):
        handle.failed(hook, error)
