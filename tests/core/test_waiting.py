"""Tests of waiting for a process."""

import pytest

from brummer.core.waiting import Condition, Outcome, Wait
from brummer.errors import BrummerError, UsageError
from brummer.model.finding import Finding, FindingKind
from brummer.model.log import Stream
from brummer.model.process import ProcessId, ProcessStatus
from tests.support.instance import FakeInstance


@pytest.fixture
def shop() -> FakeInstance:
    shop = FakeInstance()
    shop.add_process("web")
    shop.add_process("api")
    return shop


WEB = ProcessId("web-1")
API = ProcessId("api-2")


def looked(wait: Wait) -> Outcome | None:
    """Return what there is at the end of the log."""
    while (outcome := wait.look()) is None and wait.is_behind:
        pass
    return outcome


def url(process: ProcessId, address: str) -> Finding:
    return Finding(
        kind=FindingKind.URL,
        title=address,
        process=process,
        time=1.0,
        details={"url": address},
    )


def test_a_process_is_ready_when_it_announces_a_url(shop: FakeInstance) -> None:
    wait = Wait(shop, WEB, Condition.READY)
    assert wait.look() is None

    shop.report(url(API, "http://localhost:1"))
    assert wait.look() is None
    shop.report(url(WEB, "http://localhost:5173"))
    outcome = wait.look()

    assert outcome is not None
    assert outcome.reached
    assert outcome.url == "http://localhost:5173"


def test_a_process_that_ends_before_is_not_ready(shop: FakeInstance) -> None:
    wait = Wait(shop, WEB, Condition.READY)

    shop.change(WEB, status=ProcessStatus.FAILED, exit_code=3)
    outcome = wait.look()

    assert outcome is not None
    assert not outcome.reached
    assert outcome.state.exit_code == 3


def test_the_end_is_reached_by_ending(shop: FakeInstance) -> None:
    wait = Wait(shop, WEB, Condition.EXIT)
    assert wait.look() is None

    shop.change(WEB, status=ProcessStatus.SUCCESS, exit_code=0)
    outcome = wait.look()

    assert outcome is not None
    assert outcome.reached


def test_a_line_is_found_however_late_it_comes(shop: FakeInstance) -> None:
    wait = Wait(shop, WEB, Condition.LINE, "listening on [0-9]+")
    shop.print(WEB, *(f"line {n}" for n in range(3_000)))
    shop.print(API, "listening on 1")
    assert looked(wait) is None

    shop.print(WEB, "now listening on 3000")
    outcome = looked(wait)

    assert outcome is not None
    assert outcome.entry is not None
    assert outcome.entry.number == 3_000


def test_the_last_words_of_a_process_count(shop: FakeInstance) -> None:
    wait = Wait(shop, WEB, Condition.LINE, "bye")

    shop.print(WEB, "bye")
    shop.change(WEB, status=ProcessStatus.SUCCESS, exit_code=0)
    outcome = wait.look()

    assert outcome is not None
    assert outcome.reached


def test_only_the_beginning_of_a_huge_line_is_searched(shop: FakeInstance) -> None:
    wait = Wait(shop, WEB, Condition.LINE, "needle")

    shop.print(WEB, "x" * 1_000_000 + "needle")

    assert looked(wait) is None


def test_all_of_a_long_log_is_searched_before_a_process_counts_as_ended(
    shop: FakeInstance,
) -> None:
    wait = Wait(shop, WEB, Condition.LINE, "bye")
    shop.print(WEB, *map(str, range(5_000)), "bye")
    shop.change(WEB, status=ProcessStatus.SUCCESS, exit_code=0)

    looks = 1
    while (outcome := wait.look()) is None and wait.is_behind:
        looks += 1

    assert outcome is not None
    assert outcome.reached
    assert looks > 1


def test_what_is_typed_is_not_what_is_printed(shop: FakeInstance) -> None:
    wait = Wait(shop, WEB, Condition.LINE, "ready")

    shop.print(WEB, "> ready", stream=Stream.NOTE)

    assert wait.look() is None


@pytest.mark.parametrize(
    ("condition", "pattern"),
    [
        (Condition.LINE, ""),
        (Condition.LINE, "("),
        (Condition.LINE, "(?<=a)b"),
        (Condition.EXIT, "x"),
    ],
)
def test_a_pattern_must_fit_the_condition(
    shop: FakeInstance, condition: Condition, pattern: str
) -> None:
    with pytest.raises(UsageError):
        Wait(shop, WEB, condition, pattern)


def test_nobody_waits_for_what_is_not_there(shop: FakeInstance) -> None:
    with pytest.raises(BrummerError, match="no process 'db-9'"):
        Wait(shop, ProcessId("db-9"), Condition.EXIT)
