"""Detectors and commands of plugins, wrapped so that what fails is their own."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import Final

from brummer.errors import PluginError
from brummer.model.command import Command
from brummer.model.finding import Detector, Finding
from brummer.model.log import LogEntry
from brummer.plugin import answer
from brummer.plugin.failure import AnswerError, is_complaint, one_line
from brummer.plugin.handle import Complaint, Handle
from brummer.plugin.shape import show


class GuardedDetector:
    """A plugin's detector; its failures are counted under the plugin's name.

    Threads: :meth:`detect` belongs to the log thread, as its detector does.

    :raises AnswerError: if *detector* is not one.
    """

    def __init__(self, detector: object, handle: Handle) -> None:
        detect = getattr(detector, "detect", None)
        if not callable(detect) or isinstance(detector, type):
            raise AnswerError(f"answered {show(detector)}, not a Detector")
        self.name: Final = _name(getattr(detector, "name", None))
        self.prefilter: Final = _prefilter(getattr(detector, "prefilter", None))
        self._detect: Final[Callable[[LogEntry], object]] = detect
        self._handle: Final = handle
        self._hook: Final = f"detector {self.name}"

    def detect(self, entry: LogEntry) -> tuple[Finding, ...]:
        """Return what *entry* tells; empty when the detector fails."""
        if not self._handle.accepts(self._hook):
            return ()
        found: tuple[Finding, ...] = ()
        with self._handle.calling(self._hook):
            value = self._detect(entry)
            # Nearly every answer is this one.
            if value != ():
                found = answer.many(value, Finding)
        return found


def _name(value: object) -> str:
    if not (isinstance(value, str) and value and value.isprintable()):
        raise AnswerError(f"answered a Detector whose name is {show(value)}")
    return value


def _prefilter(value: object) -> tuple[bytes, ...]:
    literals = answer.listed(value, "literals")
    good = tuple(word for word in literals if isinstance(word, bytes) and word)
    if not good or good != literals or any(word != word.lower() for word in good):
        wanted = "lower-case bytes"
        raise AnswerError(
            f"answered a Detector whose prefilter is {show(value)}, not {wanted}"
        )
    return good


def detectors(value: object, handle: Handle) -> tuple[Detector, ...]:
    """Check the answer of ``brummer_detectors``, and guard what it holds."""
    return tuple(
        GuardedDetector(item, handle) for item in answer.listed(value, "Detectors")
    )


def command(original: Command, handle: Handle) -> Command:
    """Return *original* with a function whose failures stay the plugin's."""
    hook = f"command {original.name}"

    def run(**arguments: object) -> object:
        return _run(original, handle, hook, arguments)

    return replace(original, run=run)


def _run(
    original: Command, handle: Handle, hook: str, arguments: dict[str, object]
) -> object:
    if not handle.accepts(hook):
        raise PluginError(handle.name, f"{hook} is switched off or stuck")
    value: object = None
    with handle.calling(hook, Complaint.LEAVE) as call:
        value = original.run(**arguments)
    if call.complained is not None:
        raise call.complained
    if call.error is not None:
        raise PluginError(handle.name, one_line(call.error)) from call.error
    if isinstance(value, Future):
        value.add_done_callback(lambda future: _settled(future, handle, hook))
    return value


def _settled(future: Future[object], handle: Handle, hook: str) -> None:
    error = None if future.cancelled() else future.exception()
    if error is not None and not is_complaint(error):
        handle.failed(hook, error)
