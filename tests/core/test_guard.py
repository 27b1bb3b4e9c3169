"""Tests of failures that stay where they are."""

import asyncio
import threading

import pytest
from typing_extensions import override

from brummer.core.guard import MAX_STACK, Guard, attempt, cause
from brummer.core.health import FAILED_AFTER, HealthTable
from brummer.core.threads import Role
from brummer.errors import BrummerError
from brummer.model.event import ComponentFailed, Event, HealthChanged
from brummer.model.health import HealthLevel
from tests.support.clock import FakeClock


class SpeechlessError(Exception):
    """An error that cannot even be told."""

    @override
    def __str__(self) -> str:
        raise RuntimeError("no words")


class Site:
    """A guard with its health table, and what it published."""

    def __init__(self) -> None:
        self.health = HealthTable(FakeClock())
        self.published: list[Event] = []
        self.guard = Guard(self.health, self.published.append)

    @property
    def failures(self) -> list[ComponentFailed]:
        return [e for e in self.published if isinstance(e, ComponentFailed)]


@pytest.fixture
def site() -> Site:
    return Site()


def raise_this(error: BaseException) -> None:
    raise error


def test_what_succeeds_is_returned(site: Site) -> None:
    answer = site.guard.call("proxy", int, "41", base=8)

    assert answer == 33
    assert site.published == []
    assert site.health.snapshot() == ()


def test_a_failure_is_counted_and_published_with_its_stack(site: Site) -> None:
    answer = site.guard.call("proxy", int, "many")

    assert answer is None
    assert site.health.get("proxy").count == 1
    [event] = site.failures
    assert event.component == "proxy"
    assert event.cause.startswith("ValueError: invalid literal")
    assert "Traceback" in event.stack


def test_the_change_of_health_is_published_first(site: Site) -> None:
    site.guard.call("proxy", int, "many")

    assert [type(event) for event in site.published] == [HealthChanged, ComponentFailed]


@pytest.mark.parametrize(
    "error",
    [SystemExit(3), asyncio.CancelledError(), GeneratorExit(), MemoryError()],
    ids=lambda error: type(error).__name__,
)
def test_no_part_ends_the_program_by_raising(site: Site, error: BaseException) -> None:
    site.guard.call("plugin", raise_this, error)

    assert site.health.get("plugin").count == 1


def test_the_user_may_interrupt(site: Site) -> None:
    with pytest.raises(KeyboardInterrupt):
        site.guard.call("plugin", raise_this, KeyboardInterrupt())

    assert site.health.snapshot() == ()


def test_an_error_that_cannot_be_told_is_still_reported(site: Site) -> None:
    site.guard.call("plugin", raise_this, SpeechlessError())

    assert "SpeechlessError" in site.failures[0].cause


def test_of_a_long_stack_the_end_is_kept(site: Site) -> None:
    site.guard.call("plugin", raise_this, ValueError("x" * 20_000 + "end"))

    assert len(site.failures[0].stack) == MAX_STACK
    assert site.failures[0].stack.endswith("end\n")


def test_what_fails_all_the_time_is_only_counted(site: Site) -> None:
    for _ in range(FAILED_AFTER * 10):
        site.guard.call("plugin", int, "many")

    assert site.health.get("plugin").count == FAILED_AFTER * 10
    assert len(site.failures) == FAILED_AFTER


def test_a_publisher_that_raises_does_no_harm() -> None:
    health = HealthTable(FakeClock())
    guard = Guard(health, lambda _: raise_this(RuntimeError("no bus")))

    guard.call("proxy", int, "many")

    assert health.get("proxy").count == 1


def test_a_note_publishes_only_that_it_got_worse(site: Site) -> None:
    for _ in range(FAILED_AFTER * 2):
        site.guard.note("subscriber", ValueError("again"))

    levels = [e.after.level for e in site.published if isinstance(e, HealthChanged)]
    assert levels == [HealthLevel.DEGRADED, HealthLevel.FAILING, HealthLevel.FAILED]
    assert site.failures == []


def test_a_recovery_is_published_once(site: Site) -> None:
    site.guard.note("proxy", ValueError("once"))
    site.published.clear()

    site.guard.recovered("proxy")
    site.guard.recovered("proxy")

    [event] = site.published
    assert isinstance(event, HealthChanged)
    assert event.after.level is HealthLevel.HEALTHY


def test_the_death_of_a_thread_is_reported(site: Site) -> None:
    thread = site.guard.spawn(
        Role.WATCH, "watch", lambda: raise_this(OSError("too many watches"))
    )
    thread.join(10)

    row = site.health.get("watch")
    assert row.level is HealthLevel.FAILED
    assert row.error == "OSError: too many watches"
    assert thread.name.startswith("brum-watch-")


def test_the_orderly_end_of_a_thread_is_no_failure(site: Site) -> None:
    ran = threading.Event()

    site.guard.spawn(Role.WATCH, "watch", ran.set).join(10)

    assert ran.is_set()
    assert site.health.get("watch").level is HealthLevel.HEALTHY
    assert site.published == []


def test_an_attempt_tells_what_came_of_it() -> None:
    value, no_error = attempt(int, "7")
    nothing, error = attempt(int, "seven")

    assert (value, no_error) == (7, None)
    assert nothing is None
    assert isinstance(error, ValueError)


def test_a_cause_is_one_line() -> None:
    assert cause(ValueError("bad")) == "ValueError: bad"
    assert cause(KeyError()) == "KeyError"
    assert cause(BrummerError("no folder\nanywhere")) == "no folder anywhere"
