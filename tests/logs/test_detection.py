"""Detectors, and what they may do wrong."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer.errors import PluginError
from brummer.logs import detection, watch
from brummer.logs.detection import Detection
from brummer.logs.store import LogStore
from brummer.model.finding import Detector, Finding, FindingKind
from brummer.model.log import LogEntry, Segment, Stream
from brummer.model.process import ProcessId
from tests.support.clock import FakeClock

WEB = ProcessId("web-1")


def found(entry: LogEntry) -> tuple[Finding, ...]:
    """Report the line as it is."""
    return (
        Finding(
            kind=FindingKind.ERROR,
            title=entry.text,
            process=entry.process,
            time=entry.time,
            line=entry.number,
        ),
    )


class Fake:
    """A detector that does what it is told to, also what it must not."""

    def __init__(
        self,
        *prefilter: Any,
        name: str = "fake",
        answer: Callable[[LogEntry], Any] = found,
    ) -> None:
        self.name = name
        self.prefilter = prefilter
        self.seen: list[LogEntry] = []
        self._answer = answer

    def detect(self, entry: LogEntry) -> tuple[Finding, ...]:
        self.seen.append(entry)
        answer: tuple[Finding, ...] = self._answer(entry)
        return answer


class Nameless:
    """A detector that cannot even say its name."""

    @property
    def name(self) -> str:
        raise SystemExit("no name")

    @property
    def prefilter(self) -> tuple[bytes, ...]:
        return (b"x",)

    def detect(self, entry: LogEntry) -> tuple[Finding, ...]:
        raise AssertionError(f"asked about {entry}")


class Bench:
    """A detection with everything it reported."""

    def __init__(self, *detectors: Detector, max_findings: int = 100) -> None:
        self.failures: list[tuple[str, BaseException]] = []
        self.clock = FakeClock()
        self.detection = Detection(
            detectors,
            max_findings=max_findings,
            failed=lambda name, error: self.failures.append((name, error)),
            clock=self.clock,
        )

    def look(self, data: bytes, number: int = 0) -> list[str]:
        """Return the titles of the findings in *data*."""
        segment = Segment(WEB, Stream.OUT, 7.0, data, data.count(b"\n"))
        return [
            f.title for f in self.detection.look([(number, segment)], LogStore().window)
        ]


def test_only_lines_with_a_literal_are_looked_at() -> None:
    fake = Fake(b"error", b"warn")
    bench = Bench(fake)

    bench.look(b"fine\nAn ERROR here, error\nfine\nwarning: error\n", 40)

    assert fake.seen == [
        LogEntry(41, WEB, Stream.OUT, 7.0, b"An ERROR here, error"),
        LogEntry(43, WEB, Stream.OUT, 7.0, b"warning: error"),
    ]


def test_a_last_line_without_an_end_is_looked_at() -> None:
    fake = Fake(b"error")
    bench = Bench(fake)

    assert bench.look(b"fine\nerror") == ["error"]


def test_findings_come_in_the_order_of_the_lines() -> None:
    bench = Bench(Fake(b"b", name="one"), Fake(b"a", b"c", name="two"))

    assert bench.look(b"a\nb\nc\nb\n") == ["a", "b", "c", "b"]


def test_our_own_notes_are_not_looked_at() -> None:
    fake = Fake(b"error")
    note = Segment(WEB, Stream.NOTE, 7.0, b"error\n", 1)

    assert Bench(fake).detection.look([(0, note)], LogStore().window) == []


def test_a_very_long_line_is_shown_cut() -> None:
    fake = Fake(b"error")

    Bench(fake).look(b"error" + b"x" * 10_000_000 + b"\nerror\n")

    assert [len(entry.data) for entry in fake.seen] == [detection.LENGTH, 5]


def broken(entry: LogEntry) -> tuple[Finding, ...]:
    raise SystemExit(f"broken by {entry.text}")


def nonsense(answer: object) -> Callable[[LogEntry], object]:
    return lambda _: answer


@pytest.mark.parametrize(
    "answer",
    [
        broken,
        nonsense(None),
        nonsense("text"),
        nonsense((1, 2)),
        nonsense([None] * 1000),
    ],
)
def test_a_broken_detector_is_named_and_switched_off(
    answer: Callable[[LogEntry], object],
) -> None:
    bad = Fake(b"x", name="bad", answer=answer)
    good = Fake(b"x", name="good")
    bench = Bench(bad, good)

    assert bench.look(b"x\n" * 20) == ["x"] * 20
    assert bench.look(b"x\n") == ["x"]

    assert len(bad.seen) == watch.PATIENCE
    assert {name for name, _ in bench.failures} == {"detector bad"}
    assert isinstance(bench.failures[-1][1], PluginError)
    assert len(bench.failures) == watch.PATIENCE + 1


def test_a_slow_detector_is_named_and_holds_up_one_line_at_a_time() -> None:
    def slow(_: LogEntry) -> tuple[Finding, ...]:
        bench.clock.advance(60)
        return ()

    fake = Fake(b"x", name="slow", answer=slow)
    bench = Bench(fake)

    for _ in range(20):
        bench.look(b"x\n" * 1000)

    assert len(fake.seen) == watch.PATIENCE
    assert "60.0 s" in str(bench.failures[0][1])


def test_a_detector_may_take_its_time_over_many_lines() -> None:
    def thorough(_: LogEntry) -> tuple[Finding, ...]:
        bench.clock.advance(watch.SLOW_LINE)
        return ()

    fake = Fake(b"x", answer=thorough)
    bench = Bench(fake)

    bench.look(b"x\n" * 2000)

    assert len(fake.seen) == 2000
    assert bench.failures == []


@pytest.mark.parametrize(
    "detector",
    [Nameless(), Fake(b""), Fake(b"two\nlines"), Fake("text")],
)
def test_a_detector_that_cannot_say_what_it_looks_for_is_left_out(
    detector: Detector,
) -> None:
    bench = Bench(detector, Fake(b"x"))

    assert bench.look(b"x\n") == ["x"]
    assert len(bench.failures) == 1


class Lazy:
    """A detector that counts how often somebody asks what it looks for."""

    name = "lazy"
    reads = 0

    @property
    def prefilter(self) -> tuple[bytes, ...]:
        self.reads += 1
        return (b"x",)

    def detect(self, entry: LogEntry) -> tuple[Finding, ...]:
        return found(entry)


def test_nobody_says_what_it_looks_for_before_there_is_something_to_look_at() -> None:
    lazy = Lazy()
    bench = Bench(lazy)

    before = lazy.reads
    titles = bench.look(b"x\n") + bench.look(b"x\n")

    assert before == 0
    assert titles == ["x", "x"]
    assert lazy.reads == 1


def test_literals_are_found_whatever_their_case() -> None:
    assert Bench(Fake(b"ErRoR")).look(b"eRrOr\n") == ["eRrOr"]


def test_the_newest_findings_are_kept_and_the_others_counted() -> None:
    kept = Bench(max_findings=3).detection
    entries = [LogEntry(n, WEB, Stream.OUT, 1.0, b"%d" % n) for n in range(8)]

    for entry in entries:
        before = kept.version
        kept.keep(found(entry))
        assert kept.version > before
    kept.keep([])

    assert [finding.line for finding in kept.findings()] == [5, 6, 7]
    assert kept.dropped == 5
    assert kept.version == 8


@given(
    st.lists(st.sampled_from([b"ab", b"a", b"b", b"", b"AB", b"xaby"])),
    st.sampled_from([b"", b"\n"]),
)
def test_it_sees_what_looking_at_each_line_would_see(
    lines: list[bytes], end: bytes
) -> None:
    data = b"\n".join(lines) + end
    fake = Fake(b"ab", b"y")

    Bench(fake).look(data)

    expected = [
        (number, line)
        for number, line in enumerate(data.split(b"\n"))
        if b"ab" in line.lower() or b"y" in line
    ]
    assert [(entry.number, entry.data) for entry in fake.seen] == expected


def test_of_a_flood_that_takes_too_long_lines_are_left_out_and_counted() -> None:
    def slowly(entry: LogEntry) -> tuple[Finding, ...]:
        bench.clock.advance(0.001)
        return found(entry)

    bench = Bench(Fake(b"x", answer=slowly))

    seen = sum(len(bench.look(b"x\n" * 100)) for _ in range(1_000))

    assert 2_000 < seen < 10_000
    assert seen + bench.detection.unseen == 100_000
