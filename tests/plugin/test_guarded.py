from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import NoReturn

import pytest

from brummer.errors import BrummerError, PluginError
from brummer.model.collector import Before, Claim
from brummer.model.command import Command
from brummer.model.finding import Finding, FindingKind
from brummer.model.log import LogEntry, Stream
from brummer.model.process import ProcessId
from brummer.plugin.guarded import GuardedCollector, GuardedDetector
from brummer.plugin.handle import FAILURES
from brummer.plugin.host import PluginHost
from tests.support.plugin import host_of, plugin

ENTRY = LogEntry(7, ProcessId("dev-1"), Stream.OUT, 1.5, b"oh: error")


@dataclass
class Watcher:
    """A detector whose parts can be wrong."""

    name: object = "watcher"
    prefilter: object = (b"error",)
    answer: object = ()
    seen: int = 0

    def detect(self, entry: LogEntry) -> object:
        self.seen = entry.number
        return self.answer


def finding() -> Finding:
    return Finding(kind=FindingKind.ERROR, title="oh", process=ENTRY.process, time=1.5)


def detector_of(watcher: object) -> tuple[PluginHost, tuple[GuardedDetector, ...]]:
    host = host_of({"lantern": plugin(brummer_detectors=lambda: [watcher])})
    return host, host.detectors()


def test_a_detectors_findings_come_through() -> None:
    watcher = Watcher(answer=[finding()])
    _, [detector] = detector_of(watcher)

    assert detector.detect(ENTRY) == (finding(),)
    assert (detector.name, detector.prefilter) == ("watcher", (b"error",))
    assert watcher.seen == ENTRY.number


class Slow:
    """A detector that works out what it looks for."""

    name = "slow"

    def __init__(self, literals: object) -> None:
        self._literals = literals
        self.reads = 0

    @property
    def prefilter(self) -> object:
        self.reads += 1
        return self._literals

    def detect(self, _: LogEntry) -> object:
        return ()


def test_a_prefilter_that_is_worked_out_is_read_once_and_when_it_is_needed() -> None:
    slow = Slow((b"error",))

    _, [detector] = detector_of(slow)
    before = slow.reads
    read = [detector.prefilter, detector.prefilter]

    assert before == 0
    assert read == [(b"error",)] * 2
    assert slow.reads == 1


def test_a_prefilter_that_turns_out_wrong_is_a_failure() -> None:
    host, [detector] = detector_of(Slow((b"Error",)))

    assert detector.prefilter == ()
    assert "prefilter" in host.report()[0].error


@dataclass
class Gathering:
    """A detector that looks back, and a collector at once; its parts can be wrong."""

    name: str = "gathering"
    prefilter: tuple[bytes, ...] = (b"error",)
    claim: object = Claim.MINE
    answer: object = ()
    looked_back: int = 0
    seen: int = 0

    def begin(self, entry: LogEntry, before: Before) -> object:
        self.seen = entry.number
        self.looked_back = len(before(9))
        return [finding(), self]

    def take(self, entry: LogEntry, /) -> object:
        self.seen = entry.number
        return self.claim

    def finish(self) -> object:
        return self.answer


def test_a_detector_may_look_back_and_collect() -> None:
    gathering = Gathering(answer=[finding()])
    _, [detector] = detector_of(gathering)

    found, collector = detector.begin(ENTRY, lambda count: (ENTRY,) * count)

    assert found == finding()
    assert isinstance(collector, GuardedCollector)
    assert collector.take(ENTRY) is Claim.MINE
    assert collector.finish() == (finding(),)
    assert gathering.looked_back == 9


def test_a_collector_that_answers_nonsense_is_a_failure_and_has_all() -> None:
    host, [detector] = detector_of(Gathering(claim="mine", answer=5))
    _, collector = detector.begin(ENTRY, lambda _: ())
    assert isinstance(collector, GuardedCollector)

    claimed, found = collector.take(ENTRY), collector.finish()

    assert (claimed, found) == (Claim.OVER, ())
    assert "answered" in host.report()[0].error


class Lookout:
    """Looks at lines without an end only."""

    name = "lookout"

    def __init__(self, answer: object) -> None:
        self.answer = answer

    def pause(self, entry: LogEntry, before: Before) -> object:
        assert (entry, before(1)) == (ENTRY, ())
        return self.answer


def test_what_a_lookout_finds_comes_through() -> None:
    _, [detector] = detector_of(Lookout([finding()]))

    assert detector.pause is not None
    assert detector.pause(ENTRY, lambda _: ()) == (finding(),)
    assert (detector.prefilter, detector.detect(ENTRY)) == ((), ())


def test_a_lookout_that_answers_nonsense_is_a_failure() -> None:
    host, [detector] = detector_of(Lookout([5]))

    assert detector.pause is not None
    assert detector.pause(ENTRY, lambda _: ()) == ()
    assert "answered" in host.report()[0].error


def test_a_detector_of_whole_lines_is_shown_no_others() -> None:
    _, [detector] = detector_of(Watcher())

    assert detector.pause is None


@pytest.mark.parametrize("answer", [None, finding(), [5], "text"])
def test_what_is_no_list_of_findings_is_a_failure(answer: object) -> None:
    host, [detector] = detector_of(Watcher(answer=answer))

    found = detector.detect(ENTRY)

    assert found == ()
    assert "answered" in host.report()[0].error


@pytest.mark.parametrize(
    "watcher",
    [
        object(),
        Watcher,
        Watcher(name=5),
        Watcher(name=""),
        Watcher(prefilter=()),
        Watcher(prefilter=b"error"),
        Watcher(prefilter=("error",)),
        Watcher(prefilter=(b"Error",)),
        Watcher(prefilter=(b"",)),
    ],
)
def test_what_is_no_detector_is_refused(watcher: object) -> None:
    host, detectors = detector_of(watcher)

    assert detectors == ()
    assert "answered" in host.report()[0].error


def command_of(run: Callable[..., object]) -> tuple[PluginHost, Command]:
    made = Command(name="lantern.light", title="Light", run=run)
    host = host_of({"lantern": plugin(brummer_commands=lambda: [made])})
    [command] = host.commands()
    return host, command


def test_a_command_gets_its_arguments_and_answers() -> None:
    _, command = command_of(lambda colour: f"lit {colour}")

    assert command.run(colour="red") == "lit red"


def test_what_a_command_raises_is_told_under_its_plugins_name() -> None:
    def run() -> NoReturn:
        raise SystemExit(3)

    host, command = command_of(run)

    wanted = r"plugin 'lantern': command lantern\.light raised SystemExit: 3 \(test_"
    with pytest.raises(PluginError, match=wanted):
        command.run()

    assert host.report()[0].failures == 1


def test_a_commands_sentence_for_the_user_comes_through() -> None:
    def run() -> NoReturn:
        raise BrummerError("the lantern is empty; fill it")

    host, command = command_of(run)

    for _ in range(FAILURES + 1):
        with pytest.raises(BrummerError, match="fill it"):
            command.run()

    assert host.report()[0].failures == 0


def test_a_command_that_keeps_failing_is_switched_off() -> None:
    def run() -> NoReturn:
        raise ValueError("boom")

    _, command = command_of(run)
    for _ in range(FAILURES):
        with pytest.raises(PluginError, match="boom"):
            command.run()

    with pytest.raises(PluginError, match="switched off"):
        command.run()


def test_a_failure_that_comes_later_is_counted_too() -> None:
    future: Future[object] = Future()
    host, command = command_of(lambda: future)

    answer = command.run()
    future.set_exception(ValueError("boom"))

    assert answer is future
    assert host.report()[0].error == "command lantern.light raised ValueError: boom"


def test_a_future_that_is_cancelled_or_works_is_no_failure() -> None:
    cancelled: Future[object] = Future()
    host, command = command_of(lambda: cancelled)

    command.run()
    cancelled.cancel()

    assert host.report()[0].failures == 0
