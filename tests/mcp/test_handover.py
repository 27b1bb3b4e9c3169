"""Tests of handing things to agents."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from brummer.errors import BrummerError
from brummer.mcp.handover import TTL, Handover
from brummer.mcp.queue import MAX_BYTES, MAX_CHANNELS, MessageQueue
from brummer.model.agent import HANDOVER
from tests.support.clock import FakeClock


class Site:
    """A queue with what is handed over in it."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.changes = 0
        self.queue = MessageQueue(self.clock, lambda: None)
        self.handover = Handover(self.queue, self.clock, self._change)

    def _change(self) -> None:
        self.changes += 1

    def give(self, title: str = "TypeError") -> int:
        return self.handover.give(title, {"title": title}, 50).number

    def take(self, client: str, after: int = 0) -> None:
        found = self.queue.receive(HANDOVER, after, 10)
        self.handover.take(found.messages, client)


@pytest.fixture
def site() -> Site:
    return Site()


def test_what_is_handed_over_is_a_message_in_a_channel(site: Site) -> None:
    number = site.give()

    (message,) = site.queue.receive(HANDOVER, 0, 10).messages
    assert (message.number, message.type) == (number, "handover")
    assert message.payload == {"title": "TypeError"}


def test_it_is_known_who_took_it(site: Site) -> None:
    number = site.give()
    before = site.handover.takers(number)

    site.take("codex")
    site.take("cursor")
    site.take("codex")

    assert before == ()
    assert site.handover.takers(number) == ("codex", "cursor")
    assert [h.taken_by for h in site.handover.handed()] == [("codex", "cursor")]


def test_what_nobody_takes_is_kept_for_an_hour(site: Site) -> None:
    site.give()
    site.clock.advance(TTL - 1)
    kept = site.handover.handed()
    site.clock.advance(1)

    assert [handed.title for handed in kept] == ["TypeError"]
    assert site.handover.handed() == ()
    assert site.queue.receive(HANDOVER, 0, 10).messages == ()


def test_there_is_a_channel_for_it_however_many_others_come(site: Site) -> None:
    for number in range(MAX_CHANNELS - 1):
        site.queue.send(f"c{number}", {}, type_="m", ttl=60, size=1)

    assert site.give() == 1


def test_what_does_not_fit_is_refused(site: Site) -> None:
    site.queue.send("work", {}, type_="m", ttl=60, size=MAX_BYTES)

    with pytest.raises(BrummerError, match="send less, or later"):
        site.give()

    assert site.handover.handed() == ()


def test_each_change_has_a_number_and_is_told(site: Site) -> None:
    site.give()
    site.take("codex")
    changes, version = site.changes, site.handover.version
    site.take("codex")

    assert (changes, version) == (2, 2)
    assert (site.changes, site.handover.version) == (2, 2)


def test_who_waited_may_be_faster_than_we_are() -> None:
    clock = FakeClock()

    def taken_at_once() -> None:
        found = queue.receive(HANDOVER, 0, 10)
        handover.take(found.messages, "codex")

    queue = MessageQueue(clock, taken_at_once)
    handover = Handover(queue, clock, lambda: None)

    handover.give("TypeError", {}, 10)

    (handed,) = handover.handed()
    assert (handed.title, handed.taken_by) == ("TypeError", ("codex",))


def test_many_give_and_take_at_once_and_nothing_is_lost() -> None:
    queue = MessageQueue(FakeClock(), lambda: None)
    handover = Handover(queue, FakeClock(), lambda: None)

    def give(person: int) -> None:
        for number in range(25):
            handover.give(f"{person} {number}", {}, 1)

    def take(client: str) -> None:
        cursor = 0
        while cursor < 100:
            found = queue.receive(HANDOVER, cursor, 10)
            handover.take(found.messages, client)
            cursor = found.cursor

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(6) as pool:
            tasks = [pool.submit(give, person) for person in range(4)]
            tasks += [pool.submit(take, client) for client in ("codex", "cursor")]
            for task in tasks:
                task.result(20)
    finally:
        sys.setswitchinterval(interval)

    kept = handover.handed()
    titles = {f"{person} {number}" for person in range(4) for number in range(25)}
    assert {handed.title for handed in kept} == titles
    assert all(set(handed.taken_by) == {"codex", "cursor"} for handed in kept)
