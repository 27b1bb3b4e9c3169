import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from brummer.errors import BrummerError
from brummer.mcp.queue import (
    MAX_BYTES,
    MAX_CHANNELS,
    MAX_MESSAGES,
    MAX_TTL,
    MessageQueue,
)
from tests.support.clock import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def queue(clock: FakeClock) -> MessageQueue:
    return MessageQueue(clock, lambda: None)


def send(queue: MessageQueue, text: str, channel: str = "work", **more: float) -> int:
    sent = queue.send(
        channel,
        {"text": text},
        type_="message",
        ttl=more.get("ttl", 60.0),
        size=int(more.get("size", 10)),
    )
    return sent.number


def texts(queue: MessageQueue, after: int = 0, limit: int = 100) -> list[object]:
    return [m.payload["text"] for m in queue.receive("work", after, limit).messages]


def test_messages_come_in_the_order_in_which_they_were_sent(
    queue: MessageQueue,
) -> None:
    assert [send(queue, text) for text in "abc"] == [1, 2, 3]

    assert texts(queue) == ["a", "b", "c"]


def test_everybody_reads_at_a_place_of_his_own(queue: MessageQueue) -> None:
    for text in "abc":
        send(queue, text)
    first = queue.receive("work", 0, 2)

    assert texts(queue, first.cursor) == ["c"]
    # An answer that did not arrive can be had again.
    assert texts(queue, 0, 2) == ["a", "b"]


def test_nobody_hears_of_other_channels(queue: MessageQueue) -> None:
    send(queue, "a", "other")

    assert queue.receive("work", 5, 10) == queue.receive("nobody", 5, 10)
    assert queue.counts() == {"other": 1}


def test_what_is_over_its_time_goes_wherever_it_stands(
    queue: MessageQueue, clock: FakeClock
) -> None:
    send(queue, "long", ttl=100)
    send(queue, "short", ttl=10)
    clock.advance(50)

    assert texts(queue) == ["long"]
    assert queue.size == 10
    clock.advance(50)
    assert texts(queue) == []
    assert queue.size == 0


def test_whoever_comes_late_is_told_what_was_missed(
    queue: MessageQueue, clock: FakeClock
) -> None:
    for text in "abc":
        send(queue, text, ttl=10)
    clock.advance(11)
    send(queue, "d")

    found = queue.receive("work", 1, 10)

    assert [m.payload["text"] for m in found.messages] == ["d"]
    assert (found.missed, found.more) == (2, 0)
    assert found.cursor == 4


def test_numbers_go_on_where_all_is_gone(queue: MessageQueue, clock: FakeClock) -> None:
    send(queue, "a", ttl=1)
    clock.advance(2)

    assert queue.receive("work", 0, 10).cursor == 1
    assert send(queue, "b") == 2


def test_no_message_stays_for_ever(queue: MessageQueue, clock: FakeClock) -> None:
    send(queue, "a", ttl=1e9)
    clock.advance(MAX_TTL + 1)

    assert texts(queue) == []


def test_what_is_too_much_is_refused_and_nothing_is_lost(queue: MessageQueue) -> None:
    for number in range(MAX_MESSAGES):
        send(queue, str(number), size=1)

    with pytest.raises(BrummerError, match="has 1000 messages"):
        send(queue, "one more")

    assert len(texts(queue, limit=2 * MAX_MESSAGES)) == MAX_MESSAGES


def test_there_are_so_many_channels_at_most(queue: MessageQueue) -> None:
    for number in range(MAX_CHANNELS):
        send(queue, "a", f"channel{number}")

    with pytest.raises(BrummerError, match="use one of them"):
        send(queue, "a", "one more")


def test_a_channel_without_messages_makes_room(
    queue: MessageQueue, clock: FakeClock
) -> None:
    queue.reserve("handover")
    for number in range(MAX_CHANNELS - 1):
        send(queue, "a", f"channel{number}", ttl=1)
    clock.advance(2)

    send(queue, "a", "one more")

    assert len(queue.counts()) == MAX_CHANNELS
    assert {"handover", "one more"} < set(queue.counts())
    assert "channel0" not in queue.counts()


def test_whoever_reads_a_channel_that_made_room_misses_nothing(
    queue: MessageQueue, clock: FakeClock
) -> None:
    for _ in range(3):
        send(queue, "old", ttl=1)
    cursor = queue.receive("work", 0, 10).cursor
    clock.advance(2)
    for number in range(MAX_CHANNELS):
        send(queue, "a", f"channel{number}", ttl=1)
    clock.advance(2)

    assert "work" not in queue.counts()
    assert send(queue, "new") == cursor + 1
    assert texts(queue, cursor) == ["new"]
    # Nobody who is new has missed what he never could have had.
    assert queue.receive("work", 0, 10).missed == 0


def test_a_cursor_of_an_earlier_run_begins_anew(queue: MessageQueue) -> None:
    send(queue, "a")

    found = queue.receive("work", 57, 10)

    assert [m.payload["text"] for m in found.messages] == ["a"]
    assert (found.cursor, found.missed) == (1, 0)


def test_messages_take_so_much_room_at_most(queue: MessageQueue) -> None:
    send(queue, "a", size=MAX_BYTES)

    with pytest.raises(BrummerError, match="send less"):
        send(queue, "b", size=1)


def test_nothing_is_lost_where_many_send_at_once(queue: MessageQueue) -> None:
    together = threading.Barrier(8)

    def work(name: int) -> None:
        together.wait()
        for number in range(100):
            send(queue, f"{name}/{number}", size=1)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))

    found = queue.receive("work", 0, 1000).messages
    assert [m.number for m in found] == list(range(1, 801))
    assert len({m.payload["text"] for m in found}) == 800
