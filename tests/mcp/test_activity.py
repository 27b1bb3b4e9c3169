"""Tests of the book of what agents do."""

import sys
import threading
from collections.abc import Callable

import pytest

from brummer.mcp.activity import (
    CALLS,
    CLIENTS,
    REFUSALS,
    RUNNING,
    ActivityBook,
    Caller,
    Record,
    Request,
    Result,
    Unobserved,
)
from brummer.model.agent import Activity, AgentCall, AgentRefusal, Era, Outcome
from tests.support.clock import FakeClock

CODEX = Caller("codex", "1.2", Era.SESSION)
CURSOR = Caller("cursor", "9", Era.REQUEST)
STATUS = Request("scripts_status", "{}", 10)
WAIT = Request("queue_receive", "{}", 1, waits_for="handover")
FINE = Result(Outcome.OK, 100)


class Site:
    """A book, and what it told."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.changes = 0
        self.noted: list[Record] = []
        self.book = ActivityBook(self.clock, self._change, self.noted.append)

    def _change(self) -> None:
        self.changes += 1

    def call(self, caller: Caller = CODEX, result: Result = FINE) -> int:
        number = self.book.begin(caller, STATUS)
        self.clock.advance(0.25)
        self.book.end(number, result)
        return number


@pytest.fixture
def site() -> Site:
    return Site()


def test_a_call_is_kept_with_how_long_it_took_and_what_it_cost(site: Site) -> None:
    began = site.clock.now()

    number = site.call()

    assert site.book.activity.calls == (
        AgentCall(
            number=number,
            time=began,
            client="codex",
            tool="scripts_status",
            arguments="{}",
            outcome=Outcome.OK,
            milliseconds=250.0,
            tokens_in=10,
            tokens_out=100,
        ),
    )
    assert site.noted == list(site.book.activity.calls)


def test_a_call_that_goes_on_is_shown_as_such(site: Site) -> None:
    number = site.book.begin(CODEX, STATUS)

    (call,) = site.book.activity.running
    assert (call.number, call.outcome) == (number, Outcome.RUNNING)
    assert site.book.activity.calls == ()
    assert site.noted == []


def test_a_client_adds_up_what_its_calls_cost(site: Site) -> None:
    site.call()
    site.call(result=Result(Outcome.FAILED, 5, "no such script"))
    site.book.spend(CODEX, 1, 6_000)
    site.book.open(CODEX)

    (client,) = site.book.activity.clients
    assert (client.name, client.version, client.era) == CODEX
    assert (client.calls, client.errors, client.sessions) == (2, 1, 1)
    assert (client.tokens_in, client.tokens_out) == (21, 6_105)
    assert client.last_seen - client.first_seen == 0.5


def test_the_totals_hold_what_the_clients_hold(site: Site) -> None:
    site.call()
    site.call(CURSOR, Result(Outcome.REFUSED, 3))
    site.book.spend(CURSOR, 1, 2)

    found = site.book.activity

    assert (found.total, found.failed) == (2, 1)
    assert found.tokens_in == sum(c.tokens_in for c in found.clients)
    assert found.tokens_out == sum(c.tokens_out for c in found.clients)


def test_the_client_that_was_seen_last_stands_last(site: Site) -> None:
    site.call(CODEX)
    site.call(CURSOR)
    site.call(CODEX)

    assert [c.name for c in site.book.activity.clients] == ["cursor", "codex"]


def test_who_waits_for_what_people_hand_over_is_known_while_it_does(
    site: Site,
) -> None:
    one = site.book.begin(CODEX, WAIT)
    site.book.begin(CODEX, WAIT)
    site.book.begin(CURSOR, STATUS)
    during = site.book.activity.waiting
    site.book.end(one, FINE)

    assert during == ("codex",)
    assert site.book.activity.waiting == ("codex",)


def test_a_call_that_has_ended_waits_no_more(site: Site) -> None:
    number = site.book.begin(CODEX, WAIT)
    site.book.end(number, Result(Outcome.CANCELLED))

    assert site.book.activity.waiting == ()


def test_a_refusal_is_kept_and_counted_by_its_status(site: Site) -> None:
    for status in (401, 403, 401):
        site.book.refuse("127.0.0.1:5", status, "no token")

    found = site.book.activity
    assert [r.status for r in found.refusals] == [401, 403, 401]
    assert found.statuses == ((401, 2), (403, 1))
    assert found.refused == 3
    assert site.noted == list(found.refusals)


@pytest.mark.parametrize(
    ("act", "kept", "most"),
    [
        (Site.call, lambda found: found.calls, CALLS),
        (
            lambda site: site.book.refuse("x", 401, "y"),
            lambda found: found.refusals,
            REFUSALS,
        ),
        (
            lambda site: site.book.begin(CODEX, STATUS),
            lambda found: found.running,
            RUNNING,
        ),
    ],
    ids=["calls", "refusals", "running"],
)
def test_only_the_last_are_kept(
    site: Site,
    act: Callable[[Site], object],
    kept: Callable[[Activity], tuple[AgentCall | AgentRefusal, ...]],
    most: int,
) -> None:
    for _ in range(most + 3):
        act(site)

    found = kept(site.book.activity)
    assert len(found) == most
    assert found[-1].number == most + 3


def test_clients_that_were_not_seen_for_longest_are_forgotten(site: Site) -> None:
    for number in range(CLIENTS + 2):
        site.call(Caller(f"agent {number}", "1", Era.SESSION))

    found = site.book.activity
    assert len(found.clients) == CLIENTS
    assert found.clients[0].name == "agent 2"
    assert found.forgotten == 2


def test_each_change_has_a_number_and_is_told(site: Site) -> None:
    versions = [site.book.version]
    for act in (
        lambda: site.book.begin(CODEX, STATUS),
        lambda: site.book.end(1, FINE),
        lambda: site.book.spend(CODEX, 1, 1),
        lambda: site.book.open(CODEX),
        lambda: site.book.refuse("x", 401, "y"),
    ):
        act()
        versions.append(site.book.version)

    assert versions == sorted(set(versions))
    assert site.changes == 5


def test_what_somebody_holds_does_not_change(site: Site) -> None:
    site.call()
    held = site.book.activity
    before = tuple(held)

    site.call()

    assert tuple(held) == before
    assert site.book.activity is not held


def test_who_looks_meanwhile_sees_each_moment_whole(site: Site) -> None:
    wrong: list[Activity] = []
    has_ended = threading.Event()

    def look() -> None:
        while not has_ended.is_set():
            seen = site.book.activity
            if seen.total != seen.clients[0].calls or len(seen.calls) != seen.total:
                wrong.append(seen)

    site.call()
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    thread = threading.Thread(target=look)
    thread.start()
    try:
        for _ in range(300):
            site.call()
    finally:
        has_ended.set()
        thread.join(20)
        sys.setswitchinterval(interval)

    assert wrong == []


def test_nobody_may_look() -> None:
    unobserved = Unobserved()

    unobserved.end(unobserved.begin(CODEX, STATUS), FINE)
    unobserved.spend(CODEX, 1, 1)
    unobserved.open(CODEX)
    unobserved.refuse("x", 401, "y")
