"""The one that writes, and tells everybody else."""

from dataclasses import replace

from typing_extensions import override

from brummer.logs.store import LogStore
from brummer.logs.writer import End, LogWriter, Outlets, Output
from brummer.model.event import FindingReported, OutputStored
from brummer.model.finding import Finding, FindingKind
from brummer.model.log import LogEntry, Segment, Stream
from brummer.model.process import ProcessId
from tests.logs.audience import Audience

WEB = ProcessId("web-1")
API = ProcessId("api-1")
FINDING = Finding(kind=FindingKind.URL, title="a plugin's", process=WEB, time=1.0)


class Alarm:
    """Finds something in every line that says so."""

    name = "alarm"
    prefilter = (b"alarm",)

    def detect(self, entry: LogEntry) -> tuple[Finding, ...]:
        title = f"line {entry.number}"
        return (
            Finding(
                kind=FindingKind.ERROR, title=title, process=entry.process, time=1.0
            ),
        )


def test_a_batch_is_seen_at_once_and_told_once_for_each_process() -> None:
    audience = Audience()
    for process, data in ((WEB, b"1\n"), (API, b"2\n"), (WEB, b"3\n4\n")):
        audience.writer.take(Output(process, Stream.OUT, data, 1.0))
    assert audience.lines() == []

    audience.writer.flush()

    assert audience.lines() == [b"1", b"2", b"3", b"4"]
    assert audience.events == [
        OutputStored(process=WEB, lines=3),
        OutputStored(process=API, lines=1),
    ]
    assert audience.versions == [audience.store.version]
    assert [segment.data for segment in audience.shown] == [b"1\n", b"2\n", b"3\n4\n"]


def test_a_flush_with_nothing_to_tell_is_silent() -> None:
    audience = Audience()

    audience.writer.flush()

    assert (audience.versions, audience.events, audience.shown) == ([], [], [])


def test_a_line_without_an_end_wakes_readers_and_publishes_nothing() -> None:
    audience = Audience()

    audience.writer.take(Output(WEB, Stream.OUT, b"$ ", 1.0))
    audience.writer.flush()

    assert audience.lines() == [b"$ "]
    assert len(audience.versions) == 1
    assert audience.events == []


def test_a_process_is_drained_when_its_last_line_can_be_read() -> None:
    audience = Audience()
    audience.writer.take(Output(WEB, Stream.OUT, b"bye", 1.0))

    audience.writer.take(End(WEB))
    assert audience.drained == []
    audience.writer.flush()

    assert audience.drained == [WEB]
    assert audience.entries() == (LogEntry(0, WEB, Stream.OUT, 1.0, b"bye"),)
    assert [segment.data for segment in audience.shown] == [b"bye"]


def test_findings_of_detectors_and_plugins_are_kept_and_published() -> None:
    audience = Audience(Alarm())
    audience.writer.take(Output(API, Stream.OUT, b"fine\n", 1.0))
    audience.writer.take(Output(API, Stream.OUT, b"fine\nalarm\n", 1.0))
    audience.writer.take(FINDING)

    audience.writer.flush()

    titles = [finding.title for finding in audience.detection.findings()]
    assert titles == ["a plugin's", "line 2"]
    assert [
        event.finding.title
        for event in audience.events
        if isinstance(event, FindingReported)
    ] == titles


def test_a_server_ends_with_its_process_even_if_both_come_at_once() -> None:
    audience = Audience()
    audience.writer.take(replace(FINDING, fingerprint="url"))
    audience.writer.take(End(WEB))

    audience.writer.flush()

    [finding] = audience.detection.findings()
    assert finding.resolved


def test_whatever_is_found_is_told_before_repeats_are_one() -> None:
    audience = Audience()
    for line in (3, 8):
        audience.writer.take(replace(FINDING, fingerprint="same", line=line, end=0))

    audience.writer.flush()

    assert [finding.line for finding in audience.marked] == [3, 8]
    assert len(audience.detection.findings()) == 1


def test_whoever_raises_is_reported_and_the_others_still_hear() -> None:
    def raise_it(*_: object) -> None:
        raise RuntimeError("an outlet broke")

    audience = Audience()
    writer = LogWriter(
        audience.store,
        audience.detection,
        Outlets(
            drained=audience.hear_drained,
            publish=raise_it,
            changed=raise_it,
            failed=audience.hear_failure,
            show=raise_it,
        ),
    )

    for _ in range(2):
        writer.take(Output(WEB, Stream.OUT, b"line\n", 1.0))
        writer.take(End(WEB))
        writer.flush()

    assert audience.lines() == [b"line"] * 2
    assert audience.drained == [WEB] * 2
    assert len(audience.failures) == 6


def test_not_even_a_broken_report_stops_the_log() -> None:
    def raise_it(*_: object) -> None:
        raise RuntimeError("an outlet broke")

    audience = Audience()
    writer = LogWriter(
        audience.store,
        audience.detection,
        Outlets(drained=raise_it, publish=raise_it, changed=raise_it, failed=raise_it),
    )

    writer.take(Output(WEB, Stream.OUT, b"line\n", 1.0))
    writer.flush()

    assert audience.lines() == [b"line"]


class FullStore(LogStore):
    """A store that has no memory left."""

    @override
    def end(self, process: ProcessId) -> list[tuple[int, Segment]]:
        raise MemoryError


def test_an_end_is_told_even_if_it_could_not_be_stored() -> None:
    audience = Audience(store=FullStore())

    audience.writer.take(End(WEB))
    audience.writer.flush()

    assert audience.drained == [WEB]
    assert [part for part, _ in audience.failures] == ["log store"]
