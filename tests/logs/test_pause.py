"""Lines without an end, at which a process rests."""

import pytest

from brummer.logs.pause import QUIET
from brummer.logs.writer import End, Output, Typed
from brummer.model.collector import Before
from brummer.model.event import FindingReported
from brummer.model.finding import Finding, FindingKind
from brummer.model.log import LogEntry, Stream
from brummer.model.process import ProcessId
from tests.logs.audience import Audience

WEB, API = ProcessId("web-1"), ProcessId("api-1")


class Asked:
    """Takes every line that ends in a question mark for a question."""

    name = "asked"
    prefilter = (b"arrow keys",)

    def __init__(self) -> None:
        self.looks: list[LogEntry] = []
        self.fingerprint = "question"
        self.earlier: list[str] = []

    def pause(self, entry: LogEntry, before: Before) -> tuple[Finding, ...]:
        self.looks.append(entry)
        self.earlier = [line.text for line in before(2)]
        if not entry.text.endswith("?"):
            return ()
        return (
            Finding(
                kind=FindingKind.PROMPT,
                title=entry.text,
                process=entry.process,
                time=entry.time,
                line=entry.number,
                fingerprint=self.fingerprint,
            ),
        )


class Desk:
    """A log with somebody who looks out for questions."""

    def __init__(self) -> None:
        self.lookout = Asked()
        self.audience = Audience(self.lookout)

    def comes(
        self,
        data: bytes,
        process: ProcessId = WEB,
        stream: Stream = Stream.OUT,
    ) -> None:
        self.audience.writer.take(Output(process, stream, data, 1.0))
        self.audience.writer.flush()

    def rests(self, seconds: float = QUIET) -> None:
        self.audience.clock.advance(seconds)
        self.audience.writer.flush()

    def told(self) -> list[tuple[str, bool]]:
        return [
            (event.finding.title, bool(event.finding.resolved))
            for event in self.audience.events
            if isinstance(event, FindingReported)
        ]

    @property
    def asks(self) -> list[str]:
        found = self.audience.detection.findings()
        return [finding.title for finding in found if not finding.resolved]


def test_a_line_without_an_end_is_looked_at_when_nothing_comes() -> None:
    desk = Desk()
    desk.comes(b"one\ntwo\nthree\nOverwrite?")

    before = desk.told()
    desk.rests()

    assert before == []
    assert desk.told() == [("Overwrite?", False)]
    assert [look.number for look in desk.lookout.looks] == [3]
    assert desk.lookout.earlier == ["two", "three"]


def test_whole_lines_arm_nothing() -> None:
    desk = Desk()
    desk.comes(b"Overwrite?\n")

    patience = desk.audience.writer.patience
    desk.rests()

    assert patience is None
    assert desk.lookout.looks == []


def test_the_last_line_is_looked_at_after_a_literal() -> None:
    desk = Desk()
    desk.comes(b"pick one with the Arrow keys\nred\nblue?\n")

    desk.rests()
    asked = desk.asks
    desk.comes(b"red\n")

    assert asked == ["blue?"]
    assert desk.asks == []


def test_a_literal_counts_as_long_as_it_is_near() -> None:
    desk = Desk()
    desk.comes(b"arrow keys\n")
    desk.comes(b"red\n")
    near = desk.audience.writer.patience

    desk.comes(b"x" * 3_000 + b"\n")

    assert near == pytest.approx(QUIET)
    assert desk.audience.writer.patience is None


def test_a_line_is_looked_at_once_each_rest() -> None:
    desk = Desk()
    desk.comes(b"Working")
    desk.rests()

    desk.rests(10)
    desk.rests(10)

    assert len(desk.lookout.looks) == 1
    assert desk.audience.writer.patience is None


def test_what_comes_puts_the_look_off() -> None:
    desk = Desk()
    desk.comes(b"Over")
    desk.rests(QUIET / 2)
    desk.comes(b"write?")
    desk.rests(QUIET / 2)

    before = len(desk.lookout.looks)
    desk.rests(QUIET / 2)

    assert before == 0
    assert desk.asks == ["Overwrite?"]


def test_it_is_over_when_the_line_ends() -> None:
    desk = Desk()
    desk.comes(b"Overwrite?")
    desk.rests()

    desk.comes(b" y\n")

    assert desk.told() == [("Overwrite?", False), ("Overwrite?", True)]
    assert desk.asks == []


def test_what_somebody_typed_is_no_question() -> None:
    desk = Desk()
    desk.comes(b"use arrow keys\n")
    desk.rests()

    desk.audience.writer.take(Typed(WEB, b"arrow keys, really?\n", 2.0, hidden=False))
    desk.audience.writer.flush()
    desk.rests()

    assert desk.told() == []


def test_what_has_no_fingerprint_is_over_as_well() -> None:
    desk = Desk()
    desk.lookout.fingerprint = ""
    desk.comes(b"Overwrite?")
    desk.rests()

    desk.comes(b" y\n")

    assert desk.told() == [("Overwrite?", False), ("Overwrite?", True)]
    assert desk.asks == []


def test_it_is_over_when_somebody_types() -> None:
    desk = Desk()
    desk.comes(b"Overwrite?")
    desk.rests()

    desk.audience.writer.take(Typed(WEB, b"y\n", 2.0, hidden=False))
    desk.audience.writer.flush()

    assert desk.asks == []


def test_it_is_over_when_the_process_ends() -> None:
    desk = Desk()
    desk.comes(b"Overwrite?")
    desk.rests()

    desk.audience.writer.take(End(WEB))
    desk.audience.writer.flush()

    assert desk.asks == []
    assert desk.audience.writer.patience is None


def test_it_holds_while_the_other_stream_goes_on() -> None:
    desk = Desk()
    desk.comes(b"Overwrite?")
    desk.rests()

    desk.comes(b"reading\n", stream=Stream.ERR)
    desk.rests()

    assert desk.told() == [("Overwrite?", False)]


def test_an_echo_that_makes_it_another_line_is_told_at_the_next_rest() -> None:
    desk = Desk()
    desk.comes(b"Overwrite?")
    desk.rests()

    desk.comes(b" Sure?")
    desk.rests()

    assert desk.asks == ["Overwrite? Sure?"]


def test_a_question_that_grows_into_something_else_is_over() -> None:
    desk = Desk()
    desk.comes(b"Overwrite?")
    desk.rests()

    desk.comes(b" No.")
    desk.rests()

    assert desk.told() == [("Overwrite?", False), ("Overwrite?", True)]


def test_each_process_rests_for_itself() -> None:
    desk = Desk()
    desk.comes(b"First?")
    desk.rests(QUIET / 2)
    desk.comes(b"Second?", API)

    desk.rests(QUIET / 2)
    first = desk.asks
    desk.rests(QUIET / 2)

    assert first == ["First?"]
    assert desk.asks == ["First?", "Second?"]


def test_only_the_end_of_an_endless_line_is_shown() -> None:
    desk = Desk()
    desk.comes(b"x" * 1_000_000 + b"?")

    desk.rests()

    assert [len(look.data) for look in desk.lookout.looks] == [64 * 1024]


def test_nothing_is_armed_where_nobody_looks_out() -> None:
    audience = Audience()
    audience.writer.take(Output(WEB, Stream.OUT, b"Overwrite?", 1.0))
    audience.writer.flush()

    assert audience.writer.patience is None


def test_a_lookout_that_raises_is_reported_and_the_log_goes_on() -> None:
    desk = Desk()

    class Broken:
        name = "broken"
        prefilter = ()

        def pause(self, entry: LogEntry, before: Before) -> tuple[Finding, ...]:
            raise ValueError(entry.text, before(1))

    audience = Audience(Broken(), desk.lookout)
    audience.writer.take(Output(WEB, Stream.OUT, b"Overwrite?", 1.0))
    audience.writer.flush()
    audience.clock.advance(QUIET)
    audience.writer.flush()

    assert [part for part, _ in audience.failures] == ["detector broken"]
    assert [f.title for f in audience.detection.findings()] == ["Overwrite?"]
