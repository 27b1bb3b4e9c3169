"""Tests of the history thread."""

import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from typing_extensions import override

from brummer.core.clock import SystemClock
from brummer.core.guard import attempt
from brummer.core.threads import Role, on, spawn
from brummer.logs.history.claim import is_claimed
from brummer.logs.history.thread import BYTES, QUIET, History, Surroundings
from brummer.logs.history.writer import Batch, HistoryWriter, Outcome
from brummer.model.finding import Finding, FindingKind
from brummer.model.log import Segment
from brummer.model.process import ProcessState
from tests.logs.history.shelf import OUT, WEB, Shelf, state
from tests.support.wait import LIMIT, wait_until


class Disk(HistoryWriter):
    """A writer whose disk a test can stop, or let fail.

    Threads: the history thread writes; tests set events, and read lists.
    """

    def __init__(self, shelf: Shelf) -> None:
        super().__init__(shelf.owner, part_bytes=10**6, clock=shelf.clock)
        self.turns = threading.Event()
        self.turns.set()
        self.error: OSError | None = None
        self.is_broken = False
        self.batches: list[Batch] = []

    @override
    def write(self, batches: Iterable[Batch]) -> Outcome:
        assert on(Role.HISTORY)
        self.turns.wait(LIMIT)
        if self.is_broken:
            sys.exit("a mistake of ours")
        batches = list(batches)
        self.batches += batches
        if self.error is not None:
            lines = sum(s.lines for batch in batches for _, s in batch.stored)
            return Outcome(lost=lines, error=self.error)
        return super().write(batches)


class AheadClock(SystemClock):
    """The real time, and what a test adds to it."""

    def __init__(self) -> None:
        self.ahead = 0.0

    @override
    def monotonic(self) -> float:
        return super().monotonic() + self.ahead


class Idle:
    """Chores that are only counted."""

    def __init__(self) -> None:
        self.heard: list[Outcome] = []
        self.cleared = 0
        self._wrote = 0.0
        #: Seconds from the last write to the look for chores that followed it.
        self.paused = 0.0

    def note(self, outcome: Outcome) -> None:
        """Hear what was written."""
        self._wrote = time.monotonic()
        self.heard.append(outcome)

    def step(self) -> bool:
        """Have nothing to do."""
        if self._wrote:
            self.paused = time.monotonic() - self._wrote
            self._wrote = 0.0
        return False

    def clear(self) -> None:
        """Count that."""
        self.cleared += 1


class Setting:
    """A history with all that it told."""

    def __init__(self, folder: Path) -> None:
        self.shelf = Shelf(folder)
        self.clock = AheadClock()
        self.disk = Disk(self.shelf)
        self.chores = Idle()
        self.told: list[str] = []
        self.history = History(
            self.disk,
            self.chores,
            Surroundings(
                failed=self.told.append,
                recovered=lambda: self.told.append("recovered"),
                spawn=self.spawn,
                clock=self.clock,
                patience=0.05,
            ),
        )
        self.end = 0

    @staticmethod
    def spawn(target: Callable[[], object]) -> threading.Thread:
        return spawn(Role.HISTORY, lambda: attempt(target))

    def put(self, data: bytes) -> object:
        """Put lines, as the log thread does."""
        segment = Segment(WEB, OUT, 1.0, data, data.count(b"\n"))
        number, self.end = self.end, self.end + segment.lines
        self.history.put([(number, segment)], self.end)
        return None

    def fill(self) -> None:
        """Put more than may wait, while the disk stands still."""
        self.disk.turns.clear()
        told = len(self.told)
        wait_until(lambda: self.put(b"x" * 999_999 + b"\n") or len(self.told) > told)

    def close(self) -> None:
        """End the history."""
        self.disk.turns.set()
        self.history.finish()
        assert self.history.join(LIMIT)


@pytest.fixture
def setting(tmp_path: Path) -> Iterator[Setting]:
    setting = Setting(tmp_path)
    yield setting
    setting.close()


def test_what_is_put_is_in_the_files_soon(setting: Setting) -> None:
    setting.put(b"one\ntwo\n")

    wait_until(lambda: len(setting.shelf.lines()) == 2)

    assert setting.history.lost == 0
    wait_until(lambda: setting.history.written > 0)
    setting.close()


def test_lines_have_the_numbers_that_they_were_put_with(setting: Setting) -> None:
    segment = Segment(WEB, OUT, 1.0, b"a\nb\n", 2)

    setting.history.put([(40, segment), (42, segment)], 104)
    assert setting.history.settle(LIMIT)

    assert [entry.number for entry in setting.shelf.lines()] == [100, 101, 102, 103]
    assert [entry.number for entry in setting.shelf.lines(WEB)] == [40, 41, 42, 43]
    setting.close()


def test_what_was_put_before_the_end_is_written(setting: Setting) -> None:
    for number in range(500):
        setting.put(b"%d\n" % number)

    setting.close()

    assert len(setting.shelf.lines()) == 500
    assert not is_claimed(setting.shelf.owner.folder)
    assert setting.shelf.run.row().ended is not None


def test_one_can_wait_until_it_is_written(setting: Setting) -> None:
    setting.put(b"one\n")

    assert setting.history.settle(LIMIT)

    assert len(setting.shelf.lines()) == 1
    setting.close()
    assert not setting.history.settle(0.0)


def test_a_slow_disk_makes_one_wait_for_a_short_time_only(setting: Setting) -> None:
    setting.fill()

    assert setting.history.is_behind
    assert setting.history.waiting_bytes < BYTES + 2_000_000
    assert setting.history.lost >= 1
    assert setting.told == ["the disk is too slow; lines are missing in it"]

    begin = time.monotonic()
    for _ in range(50):
        setting.put(b"more\n")
    # Fifty waits would be two seconds and a half.
    assert time.monotonic() - begin < 1.0
    setting.close()


def test_a_history_that_was_behind_recovers_and_has_a_gap(setting: Setting) -> None:
    setting.fill()
    lost = setting.history.lost
    setting.disk.turns.set()
    wait_until(lambda: setting.history.waiting_bytes == 0)

    setting.put(b"after\n")
    wait_until(lambda: setting.told[-1] == "recovered")

    assert setting.history.settle(LIMIT)
    assert not setting.history.is_behind
    assert setting.history.lost == lost
    numbers = [entry.number for entry in setting.shelf.lines()]
    assert len(numbers) == setting.end - lost
    assert numbers[-1] == setting.end - 1
    setting.close()


def test_it_waits_again_after_a_while_only(setting: Setting) -> None:
    setting.fill()
    setting.disk.turns.set()
    wait_until(lambda: setting.history.waiting_bytes == 0)
    setting.put(b"after\n")
    wait_until(lambda: setting.told[-1] == "recovered")
    setting.clock.ahead += QUIET

    setting.fill()

    assert len([text for text in setting.told if "slow" in text]) == 2
    setting.close()


def test_a_disk_that_fails_is_told_once_and_when_it_works_again(
    setting: Setting,
) -> None:
    setting.disk.error = OSError(28, "No space left on device")
    for _ in range(3):
        setting.put(b"lost\n")
        assert setting.history.settle(LIMIT)
    assert setting.told == ["cannot be written: No space left on device"]
    assert setting.history.lost == 3

    setting.disk.error = None
    for _ in range(3):
        setting.put(b"kept\n")
        assert setting.history.settle(LIMIT)

    assert setting.told[1:] == ["recovered"]
    assert [entry.number for entry in setting.shelf.lines()] == [3, 4, 5]
    setting.close()


def test_nobody_waits_for_a_thread_that_has_died(setting: Setting) -> None:
    setting.disk.is_broken = True
    setting.put(b"one\n")
    assert setting.history.join(LIMIT)

    for _ in range(2 * BYTES // 1_000_000):
        setting.put(b"x" * 999_999 + b"\n")

    assert not setting.history.settle(0.0)
    assert setting.history.waiting_bytes == 0
    assert setting.told == []


def test_the_end_of_a_process_is_noted(setting: Setting) -> None:
    setting.put(b"one\n")
    setting.history.describe(state(WEB, exit_code=7))
    setting.close()

    assert setting.shelf.run.about(WEB)["exit_code"] == 7


def test_the_end_of_a_process_waits_for_nobody(setting: Setting) -> None:
    setting.fill()
    ended: ProcessState = state(WEB, exit_code=7)

    setting.history.describe(ended)

    setting.close()
    assert setting.shelf.run.about(WEB).get("exit_code") is None


def test_what_was_found_is_noted(setting: Setting) -> None:
    setting.put(b"one\ntwo\n")
    setting.history.mark(
        [Finding(kind=FindingKind.ERROR, title="x", process=WEB, time=1.0, line=1)]
    )

    assert setting.history.settle(LIMIT)
    assert [*setting.shelf.run.found(WEB).within(0, 9)] == [range(1, 2)]


def test_chores_hear_of_what_was_written(setting: Setting) -> None:
    setting.put(b"one\n")
    assert setting.history.clear(LIMIT)

    assert [outcome.lost for outcome in setting.chores.heard] == [0]
    assert setting.chores.cleared == 1
    setting.close()


def test_chores_wait_until_a_flood_is_over(setting: Setting) -> None:
    setting.put(b"a little\n")
    wait_until(lambda: setting.chores.paused > 0)
    after_a_little = setting.chores.paused

    setting.put(b"x" * 2_000_000 + b"\n")
    wait_until(lambda: setting.chores.paused not in {0.0, after_a_little})

    assert setting.chores.paused > 0.9
