"""Tests of the health table."""

import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from brummer.core.health import (
    FAILED_AFTER,
    FAILING_AFTER,
    MAX_COMPONENTS,
    MAX_ERROR,
    QUIET,
    HealthTable,
)
from brummer.model.health import HealthLevel
from tests.support.clock import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def table(clock: FakeClock) -> HealthTable:
    return HealthTable(clock)


@pytest.fixture
def _restless_threads() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def fail(table: HealthTable, times: int) -> None:
    for number in range(times):
        table.fail("proxy", f"failure {number}")


def level(table: HealthTable) -> HealthLevel:
    return table.get("proxy").level


def test_what_was_never_heard_of_is_healthy(table: HealthTable) -> None:
    row = table.get("proxy")

    assert row.level is HealthLevel.HEALTHY
    assert row.count == 0
    assert table.snapshot() == ()


def test_a_part_is_shown_before_anything_happens_to_it(table: HealthTable) -> None:
    table.add("proxy")
    table.add("proxy")

    assert [row.component for row in table.snapshot()] == ["proxy"]
    assert table.version == 1


@pytest.mark.parametrize(
    ("failures", "expected"),
    [
        (1, HealthLevel.DEGRADED),
        (FAILING_AFTER - 1, HealthLevel.DEGRADED),
        (FAILING_AFTER, HealthLevel.FAILING),
        (FAILED_AFTER - 1, HealthLevel.FAILING),
        (FAILED_AFTER, HealthLevel.FAILED),
        (FAILED_AFTER * 3, HealthLevel.FAILED),
    ],
)
def test_repeated_failures_make_it_worse(
    table: HealthTable, failures: int, expected: HealthLevel
) -> None:
    fail(table, failures)

    assert level(table) is expected
    assert table.get("proxy").count == failures
    assert table.get("proxy").error == f"failure {failures - 1}"


def test_the_last_failure_is_dated(table: HealthTable, clock: FakeClock) -> None:
    clock.advance(7)

    table.fail("proxy", "no route")

    assert table.get("proxy").time == clock.now()


def test_failures_far_apart_do_not_add_up(table: HealthTable, clock: FakeClock) -> None:
    for _ in range(FAILED_AFTER):
        table.fail("proxy", "now and then")
        clock.advance(QUIET)

    assert level(table) is HealthLevel.DEGRADED
    assert table.get("proxy").count == FAILED_AFTER


def test_only_a_change_of_level_is_a_change(table: HealthTable) -> None:
    first = table.fail("proxy", "one")
    second = table.fail("proxy", "two")

    assert first is not None
    assert first.before.level is HealthLevel.HEALTHY
    assert first.after.level is HealthLevel.DEGRADED
    assert second is None


def test_quiet_makes_it_better_one_level_at_a_time(
    table: HealthTable, clock: FakeClock
) -> None:
    fail(table, FAILED_AFTER)

    seen = []
    for _ in range(4):
        clock.advance(QUIET)
        seen += [change.after.level for change in table.settle()]

    assert seen == [HealthLevel.FAILING, HealthLevel.DEGRADED, HealthLevel.HEALTHY]
    assert table.get("proxy").count == FAILED_AFTER


def test_looking_often_makes_nothing_better(
    table: HealthTable, clock: FakeClock
) -> None:
    fail(table, FAILING_AFTER)
    clock.advance(QUIET)

    changes = [table.settle() for _ in range(5)]

    assert [len(change) for change in changes] == [1, 0, 0, 0, 0]
    assert level(table) is HealthLevel.DEGRADED


def test_a_failure_begins_the_quiet_time_anew(
    table: HealthTable, clock: FakeClock
) -> None:
    fail(table, FAILING_AFTER)
    clock.advance(QUIET - 1)
    table.fail("proxy", "again")
    clock.advance(QUIET - 1)

    assert table.settle() == ()


def test_what_is_gone_stays_so_until_it_says_otherwise(
    table: HealthTable, clock: FakeClock
) -> None:
    table.fail("proxy", "thread ended", is_gone=True)
    clock.advance(10 * QUIET)
    quiet = table.settle()

    change = table.recover("proxy")

    assert quiet == ()
    assert change is not None
    assert change.before.level is HealthLevel.FAILED
    assert level(table) is HealthLevel.HEALTHY


def test_recovering_what_is_healthy_is_no_change(table: HealthTable) -> None:
    table.add("proxy")

    change = table.recover("proxy")

    assert change is None
    assert table.version == 1


def test_what_recovered_begins_at_the_top(table: HealthTable) -> None:
    fail(table, FAILED_AFTER)
    table.recover("proxy")

    table.fail("proxy", "once")

    assert level(table) is HealthLevel.DEGRADED


def test_a_snapshot_does_not_change(table: HealthTable) -> None:
    table.add("proxy")
    before = table.snapshot()

    table.fail("proxy", "late")

    assert before[0].level is HealthLevel.HEALTHY


@pytest.mark.parametrize(
    "step",
    [
        lambda table: table.add("mcp"),
        lambda table: table.fail("proxy", "two"),
        lambda table: table.recover("proxy"),
        lambda table: table.forget("proxy"),
    ],
    ids=["add", "fail", "recover", "forget"],
)
def test_the_version_changes_with_the_table(
    table: HealthTable, step: Callable[[HealthTable], object]
) -> None:
    table.fail("proxy", "one")
    before = table.version

    step(table)

    assert table.version != before


def test_forgetting_what_nobody_knows_is_no_change(table: HealthTable) -> None:
    table.forget("proxy")

    assert table.version == 0


def test_a_long_error_is_cut(table: HealthTable) -> None:
    table.fail("proxy", "x" * 100_000)

    assert len(table.get("proxy").error) == MAX_ERROR


def test_the_table_is_bounded_and_keeps_what_is_bad(table: HealthTable) -> None:
    table.fail("proxy", "bad")
    for number in range(MAX_COMPONENTS * 2):
        table.add(f"session {number}")

    assert len(table.snapshot()) == MAX_COMPONENTS
    assert level(table) is HealthLevel.DEGRADED


@pytest.mark.usefixtures("_restless_threads")
def test_no_failure_of_a_hundred_threads_is_lost(table: HealthTable) -> None:
    def work() -> None:
        for _ in range(1_000):
            table.fail("proxy", "all at once")

    threads = [threading.Thread(target=work) for _ in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert table.get("proxy").count == 100_000
    assert table.version == 100_000
