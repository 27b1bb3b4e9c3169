"""One detector, with the patience that we have with it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from brummer.core.clock import Clock
from brummer.core.guard import attempt
from brummer.errors import PluginError
from brummer.model.collector import Before, Claim, Collector, Gatherer, Lookout
from brummer.model.finding import Detector, Finding
from brummer.model.log import LogEntry

T = TypeVar("T")

#: A detector that failed so often is not asked again.
PATIENCE: Final = 5
#: Seconds that a detector may take for one segment, and for each line of it that
#: it is shown.  A look takes microseconds; that a machine is loaded is nobody's
#: fault.
SLOW: Final = 0.5
SLOW_LINE: Final = 0.001
#: Findings and collectors that one line may give.
MOST: Final = 100

#: What a detector may answer for one line.
Answer = tuple[Finding | Collector, ...]
#: What is asked about a line, with a way to look back.
Ask = Callable[[LogEntry, Before], object]


@dataclass(slots=True, eq=False)
class Watch:
    """A detector with what we know of it.

    Whatever it raises, and whatever nonsense it answers, is reported to *failed*
    with its name; after :data:`PATIENCE` failures it is not asked again.

    Threads: the log thread's.
    """

    name: str
    prefilter: Callable[[], tuple[bytes, ...]]
    begin: Ask
    clock: Clock
    failed: Callable[[str, BaseException], object]
    #: What is asked about a line at which a process rests.
    pause: Ask | None = None
    failures: int = 0
    _literals: tuple[bytes, ...] | None = None
    #: Seconds that it took for the present segment, and the lines that it saw.
    _took: float = 0.0
    _lines: int = 0
    #: Whether it is left out for the rest of the present segment.
    _is_late: bool = False

    @property
    def is_off(self) -> bool:
        """Whether it failed so often that it is not asked again."""
        return self.failures >= PATIENCE

    def literals(self) -> tuple[bytes, ...]:
        """Return what it looks for; nothing if it cannot say, and it is off then."""
        if self._literals is None:
            found, error = attempt(self.prefilter)
            if error is not None:
                self.failures = PATIENCE
                self.failed(f"detector {self.name}", error)
            self._literals = found or ()
        return self._literals

    def renew(self) -> None:
        """Give it time for another segment."""
        self._took, self._lines, self._is_late = 0.0, 0, False

    @property
    def takes_part(self) -> bool:
        """Whether it is shown more lines of the present segment."""
        return not (self._is_late or self.is_off)

    def asked(self, entry: LogEntry, before: Before) -> Answer:
        """Return what it says of *entry*."""
        return self._timed(lambda: checked(self.begin(entry, before))) or ()

    def paused(self, entry: LogEntry, before: Before) -> tuple[Finding, ...]:
        """Return what it says of *entry*, at which a process rests."""
        pause = self.pause
        if pause is None:
            return ()
        return self._timed(lambda: _findings(pause(entry, before))) or ()

    def claimed(self, collector: Collector, entry: LogEntry) -> Claim:
        """Return what one of its collectors says of *entry*; OVER if it fails."""
        return self._timed(lambda: claim(collector.take(entry))) or Claim.OVER

    def collected(self, collector: Collector) -> tuple[Finding, ...]:
        """Return what one of its collectors found; nothing if it fails."""
        return self._timed(lambda: _findings(collector.finish())) or ()

    def _timed(self, call: Callable[[], T]) -> T | None:
        """Return what *call* returns; ``None`` if it raises, or has no time left."""
        # As takes_part says; this is done for each line several times.
        if self._is_late or self.failures >= PATIENCE:
            return None
        began = self.clock.monotonic()
        value, error = attempt(call)
        if error is not None:
            self._blame(error)
        self._took += self.clock.monotonic() - began
        self._lines += 1
        if self._took > SLOW + self._lines * SLOW_LINE:
            self._is_late = True
            problem = f"took {self._took:.1f} s for {self._lines} lines"
            self._blame(TimeoutError(problem))
        return value

    def _blame(self, error: BaseException) -> None:
        """Report a failure, and say so when it was the last."""
        self.failures += 1
        self.failed(f"detector {self.name}", error)
        if self.is_off:
            problem = f"detector switched off after {self.failures} failures"
            self.failed(f"detector {self.name}", PluginError(self.name, problem))


def watch_of(
    detector: Detector | Gatherer | Lookout,
    clock: Clock,
    failed: Callable[[str, BaseException], object],
) -> Watch:
    """Return a watch over *detector*; raises whatever it raises.

    Its prefilter may take some time to be worked out, so nobody looks at it yet.
    """
    return Watch(
        name=str(detector.name),
        prefilter=lambda: tuple(map(_literal, detector.prefilter)),
        begin=begin_of(detector),
        clock=clock,
        failed=failed,
        pause=_pause_of(detector),
    )


def _pause_of(detector: object) -> Ask | None:
    pause: object = getattr(detector, "pause", None)
    return pause if callable(pause) else None


def begin_of(detector: object) -> Ask:
    """Return how to show a line to *detector*, with what came before.

    :raises TypeError: if there is no way.
    """
    begin: object = getattr(detector, "begin", None)
    if callable(begin):
        return begin
    detect: object = getattr(detector, "detect", None)
    if not callable(detect):
        if _pause_of(detector) is not None:
            return lambda _, __: ()
        raise TypeError(f"a {type(detector).__name__} is no detector")
    return lambda entry, _: detect(entry)


def _literal(literal: object) -> bytes:
    """Return *literal* if it can be searched for.

    :raises ValueError: if it cannot, saying what it should be.
    """
    if not isinstance(literal, bytes) or not literal or b"\n" in literal:
        raise ValueError(f"prefilter {literal!r} is not the bytes of part of a line")
    return literal.lower()


def checked(answer: object) -> Answer:
    """Return *answer* if it is what a detector may answer.

    :raises TypeError: if it is not, saying what it is.
    """
    if not isinstance(answer, tuple | list):
        raise TypeError(f"detect() answered {type(answer).__name__}, not a tuple")
    if len(answer) > MOST:
        raise TypeError(f"detect() found {len(answer)} things in one line")
    for part in answer:
        if not isinstance(part, Finding) and not collects(part):
            raise TypeError(f"detect() answered a {type(part).__name__}")
    return tuple(answer)


def collects(value: object) -> bool:
    """Whether *value* is a collector."""
    take, finish = getattr(value, "take", None), getattr(value, "finish", None)
    return callable(take) and callable(finish) and not isinstance(value, type)


def claim(value: object) -> Claim:
    """Return *value* if it is a claim.

    :raises TypeError: if it is not.
    """
    if not isinstance(value, Claim):
        raise TypeError(f"take() answered {type(value).__name__}, not a Claim")
    return value


def _findings(answer: object) -> tuple[Finding, ...]:
    """Return *answer* if it is what a collector may have found.

    :raises TypeError: if it is not, saying what it is.
    """
    parts = checked(answer)
    found = tuple(part for part in parts if isinstance(part, Finding))
    if len(found) < len(parts):
        raise TypeError("finish() answered a collector")
    return found
