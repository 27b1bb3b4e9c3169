"""Findings of several lines, as the log thread puts them together."""

from collections.abc import Callable
from typing import Any

import pytest
from typing_extensions import override

from brummer.logs import collection
from brummer.logs.writer import End, Output
from brummer.model.collector import Before, Claim, Collector
from brummer.model.finding import Finding, FindingKind
from brummer.model.log import LogEntry, Stream
from brummer.model.process import ProcessId
from tests.logs.audience import Audience

WEB, DB = ProcessId("web-1"), ProcessId("db-1")


class Pile:
    """Collects indented lines; ``end`` is the last, ``other`` somebody else's."""

    def __init__(self, entry: LogEntry, before: tuple[LogEntry, ...] = ()) -> None:
        self.entries = [*before, entry]

    def take(self, entry: LogEntry) -> Claim:
        if entry.text == "other":
            return Claim.OTHER
        if not entry.text.startswith((" ", "end")):
            return Claim.OVER
        self.entries.append(entry)
        return Claim.LAST if entry.text == "end" else Claim.MINE

    def finish(self) -> tuple[Finding, ...]:
        first, last = self.entries[0], self.entries[-1]
        return (
            Finding(
                kind=FindingKind.ERROR,
                title="/".join(entry.text.strip() for entry in self.entries),
                process=first.process,
                time=first.time,
                line=first.number,
                end=last.number + 1,
            ),
        )


class Piles:
    """A gatherer that begins a pile at each line with its literal."""

    name = "piles"

    def __init__(
        self, begin: Callable[[LogEntry], Collector] = Pile, *, reach: int = 0
    ) -> None:
        self.prefilter = (b"error",)
        self._begin = begin
        self._reach = reach

    def begin(self, entry: LogEntry, before: Before) -> tuple[Finding | Collector, ...]:
        if self._reach:
            return (Pile(entry, before(self._reach)),)
        return (self._begin(entry),)


class Log(Audience):
    """A writer to which lines are given."""

    def say(
        self, text: str, process: ProcessId = WEB, stream: Stream = Stream.OUT
    ) -> None:
        self.writer.take(Output(process, stream, text.encode(), 1.0))
        self.writer.flush()

    def end(self, process: ProcessId) -> None:
        self.writer.take(End(process))
        self.writer.flush()

    def found(self) -> list[str]:
        return [finding.title for finding in self.detection.findings()]


def test_a_finding_has_the_lines_that_follow_its_first() -> None:
    log = Log(Piles())

    log.say("fine\nerror\n 1\n 2\nfine\n")

    assert log.found() == ["error/1/2"]
    assert log.detection.findings()[0].range == (1, 4)


def test_it_does_not_matter_how_the_lines_are_read() -> None:
    log = Log(Piles())

    for piece in ("err", "or\n", " 1", "\n 2\nfi", "ne\n"):
        log.say(piece)

    assert log.found() == ["error/1/2"]


def test_processes_and_streams_do_not_disturb_each_other() -> None:
    log = Log(Piles())

    log.say("error a\n")
    log.say("error b\n", DB)
    log.say("error c\n", WEB, Stream.ERR)
    log.say(" a\n")
    log.say(" b\n", DB)
    log.say(" c\n", WEB, Stream.ERR)
    log.say("our word\n", WEB, Stream.NOTE)
    log.say(" a\nend\n")
    log.say("end\n", DB)
    log.say("end\n", WEB, Stream.ERR)

    assert log.found() == ["error a/a/a/end", "error b/b/end", "error c/c/end"]


def test_a_line_of_a_collection_begins_no_other() -> None:
    log = Log(Piles())

    log.say("error\n error\nerror again\nend\n")

    assert log.found() == ["error/error", "error again/end"]


def test_a_line_that_is_somebody_elses_may_begin_a_finding() -> None:
    log = Log(Piles())

    log.say("error\nother\nend\n")

    assert log.found() == ["error/end"]


def test_what_is_in_the_middle_is_whole_when_nothing_comes() -> None:
    log = Log(Piles())

    log.say("error\n 1\n")
    assert log.found() == []
    assert log.writer.patience == pytest.approx(collection.QUIET)
    log.clock.advance(collection.QUIET)
    log.writer.flush()

    assert log.found() == ["error/1"]
    assert log.writer.patience is None


def test_what_is_in_the_middle_is_whole_when_the_process_ends() -> None:
    log = Log(Piles())

    log.say("error\n 1\n")
    log.end(WEB)

    assert log.found() == ["error/1"]


def test_a_finding_has_so_many_lines_and_no_more() -> None:
    log = Log(Piles())

    log.say("error\n" + " x\n" * 1000 + "end\n")

    [finding] = log.detection.findings()
    assert finding.end - finding.line == collection.LINES + 1


def test_a_finding_has_so_many_bytes_and_no_more() -> None:
    log = Log(Piles())

    log.say("error\n" + (" " + "x" * 60_000 + "\n") * 10)

    [finding] = log.detection.findings()
    assert finding.end - finding.line == 1 + collection.BYTES // 60_000


def test_there_are_so_many_collections_and_no_more() -> None:
    log = Log(Piles(Patient))

    for number in range(50):
        log.say(f"error {number}\n")

    assert len(log.found()) == 50 - collection.MOST_OF_ONE


class Patient(Pile):
    """Waits for something that never comes."""

    @override
    def take(self, entry: LogEntry) -> Claim:
        return Claim.OTHER


def test_there_are_so_many_collections_of_all_processes_and_no_more() -> None:
    log = Log(Piles())

    for number in range(collection.MOST + 3):
        log.say("error\n", ProcessId(f"job-{number}"))

    processes = [finding.process for finding in log.detection.findings()]
    assert processes == ["job-0", "job-1", "job-2"]


def test_a_detector_may_look_back_in_the_stream() -> None:
    log = Log(Piles(reach=2))

    log.say("a\nb\n")
    log.say("another stream\n", WEB, Stream.ERR)
    log.say("our word\n", WEB, Stream.NOTE)
    log.say("c\nerror\nend\n")

    assert log.found() == ["b/c/error/end"]


def test_nobody_looks_back_further_than_fifty_lines() -> None:
    log = Log(Piles(reach=1000))

    log.say("x\n" * 100 + "error\nend\n")

    assert log.found() == ["/".join(["x"] * 50 + ["error", "end"])]


class Broken(Pile):
    """Fails where it can."""

    @override
    def take(self, entry: LogEntry) -> Claim:
        raise RuntimeError(entry.text)


class Empty(Pile):
    """Finds something else."""

    @override
    def finish(self) -> tuple[Finding, ...]:
        raise SystemExit("nothing")


@pytest.mark.parametrize("kind", [Broken, Empty])
def test_a_collector_that_fails_is_named_and_its_detector_switched_off(
    kind: Callable[[LogEntry], Collector],
) -> None:
    log = Log(Piles(kind), Piles())

    log.say("error\nend\n" * 20)

    assert log.found().count("error/end") == 20
    assert {name for name, _ in log.failures} == {"detector piles"}
    assert "switched off" in str(log.failures[-1][1])
    assert len(log.failures) <= 7


def test_a_collector_that_answers_nonsense_is_named() -> None:
    log = Log(Piles(Vague))

    log.say("error\nend\n")

    [(name, error)] = log.failures
    assert name == "detector piles"
    assert str(error) == "take() answered str, not a Claim"


class Vague:
    """No collector, though it looks like one."""

    def __init__(self, entry: LogEntry) -> None:
        self._entry = entry

    def take(self, entry: LogEntry, /) -> Any:
        return f"{entry.text} is mine"

    def finish(self) -> tuple[Finding, ...]:
        return ()
