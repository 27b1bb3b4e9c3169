"""One detector, and the patience with it."""

from collections.abc import Callable

import pytest

from brummer.logs import watch
from brummer.logs.watch import Watch
from brummer.model.finding import Finding, FindingKind
from brummer.model.log import LogEntry, Stream
from brummer.model.process import ProcessId
from tests.support.clock import FakeClock

ENTRY = LogEntry(7, ProcessId("web-1"), Stream.OUT, 1.5, b"oh: error")
FINDING = Finding(kind=FindingKind.ERROR, title="oh", process=ENTRY.process, time=1.5)


class Scene:
    """A watch, and what it reported."""

    def __init__(self, answer: Callable[[], object]) -> None:
        self.clock = FakeClock()
        self.failures: list[str] = []
        self.watch = Watch(
            name="fake",
            prefilter=lambda: (b"error",),
            begin=lambda *_: answer(),
            clock=self.clock,
            failed=lambda name, error: self.failures.append(f"{name}: {error}"),
        )

    def ask(self) -> watch.Answer:
        return self.watch.asked(ENTRY, lambda _: ())


def test_an_answer_comes_through() -> None:
    scene = Scene(lambda: [FINDING])

    assert scene.ask() == (FINDING,)
    assert scene.failures == []


def test_who_is_late_is_left_out_until_the_next_segment() -> None:
    def slowly() -> object:
        scene.clock.advance(1)
        return ()

    scene = Scene(slowly)

    scene.ask()
    late = scene.watch.takes_part
    scene.watch.renew()

    assert not late
    assert scene.watch.takes_part
    assert scene.failures == ["detector fake: took 1.0 s for 1 lines"]


def test_who_fails_too_often_is_not_asked_again() -> None:
    scene = Scene(lambda: 1 // 0)

    for _ in range(20):
        scene.ask()

    assert scene.watch.is_off
    assert not scene.watch.takes_part
    assert len(scene.failures) == watch.PATIENCE + 1


@pytest.mark.parametrize("value", [object(), 5, str])
def test_what_has_no_way_to_be_asked_is_no_detector(value: object) -> None:
    with pytest.raises(TypeError, match="no detector"):
        watch.begin_of(value)
