"""Messages between agents, over the tools."""

import asyncio

import pytest

from brummer.mcp.offering import Choice
from brummer.mcp.size import MOST
from brummer.mcp.subscriptions import MOST as PLACES
from brummer.mcp.tools.message import MAX_PAYLOAD
from brummer.model.agent import HANDOVER
from tests.mcp.tools.conftest import Agent, Desk, Told

MORE = Choice({"queue", "queue-more"})


def payloads(found: Told) -> list[object]:
    return [row["payload"] for row in found.data["messages"]]


def test_a_message_is_read_by_whoever_wants_it(desk: Desk) -> None:
    async def run(agent: Agent) -> list[Told]:
        await agent.call("queue_send", channel="a", payload={"n": 1}, type="news")
        return [await agent.call("queue_receive", channel="a") for _ in range(2)]

    first, second = desk.work(run)

    assert payloads(first) == payloads(second) == [{"n": 1}]
    assert first.data["cursor"] == 1
    assert '1 news {"n":1}' in first.text


def test_what_is_to_be_kept_for_no_time_is_kept_as_long_as_any(desk: Desk) -> None:
    async def run(agent: Agent) -> Told:
        await agent.call("queue_send", channel="a", payload={"n": 1}, ttl=0)
        return await agent.call("queue_receive", channel="a")

    assert payloads(desk.work(run)) == [{"n": 1}]


@pytest.mark.parametrize(
    "wish", [{"wait_s": 20}, {"blocking": True}, {"blocking": True, "timeout": 20}]
)
def test_who_waits_gets_the_next_one(desk: Desk, wish: dict[str, object]) -> None:
    async def run(agent: Agent) -> Told:
        waiting = asyncio.ensure_future(
            agent.call("queue_receive", channel="a", **wish)
        )
        for _ in range(20):
            await asyncio.sleep(0)
        await agent.call("queue_send", channel="a", payload={"n": 1})
        return await waiting

    assert payloads(desk.work(run)) == [{"n": 1}]


@pytest.mark.parametrize(
    "wish", [{}, {"blocking": False, "timeout": 30}, {"blocking": True, "timeout": 0}]
)
def test_who_does_not_wait_is_told_that_there_is_none(
    desk: Desk, wish: dict[str, object]
) -> None:
    found = desk.call("queue_receive", channel="a", **wish)

    assert found.text == "no messages\ncursor: 0"


def test_many_messages_come_piece_by_piece(desk: Desk) -> None:
    async def run(agent: Agent) -> list[Told]:
        for number in range(40):
            await agent.call(
                "queue_send", channel="a", payload={"n": number, "x": "y" * 400}
            )
        found = [await agent.call("queue_receive", channel="a")]
        while found[-1].data["messages"]:
            cursor = found[-1].data["cursor"]
            found.append(await agent.call("queue_receive", channel="a", cursor=cursor))
        return found

    found = desk.work(run)

    assert len(found) > 2
    assert "more: queue_receive with this cursor" in found[0].text
    read = [row["payload"]["n"] for one in found for row in one.data["messages"]]
    assert read == list(range(40))


def test_it_is_told_how_many_are_beyond_the_limit(desk: Desk) -> None:
    async def run(agent: Agent) -> tuple[Told, Told]:
        for number in range(12):
            await agent.call("queue_send", channel="a", payload={"n": number})
        first = await agent.call("queue_receive", channel="a", limit=5)
        return first, await agent.call("queue_receive", channel="a", cursor=5)

    first, rest = desk.work(run)

    assert "... 7 more: queue_receive with this cursor\ncursor: 5" in first.text
    assert (first.data["left_out"], rest.data["left_out"]) == (7, 0)
    assert len(payloads(rest)) == 7


def test_what_is_too_large_for_an_answer_is_refused(desk: Desk) -> None:
    large, fits = "x" * MAX_PAYLOAD, '"' * (MAX_PAYLOAD // 2 - 10)

    async def run(agent: Agent) -> tuple[Told, Told]:
        refused = await agent.ask("queue_send", channel="a", payload={"x": large})
        await agent.call("queue_send", channel="a", payload={"x": fits})
        return refused, await agent.call("queue_receive", channel="a")

    refused, found = desk.work(run)

    assert refused.failed
    assert "write it to a file" in refused.text
    assert payloads(found) == [{"x": fits}]
    assert found.size <= MOST


def test_what_a_person_hands_over_is_cut_if_it_must_be(desk: Desk) -> None:
    desk.handover.give("all", {"text": "y" * 50_000}, 50_000)

    found = desk.call("queue_receive", channel=HANDOVER)

    assert not found.failed
    assert "characters are left out" in found.data["messages"][0]["payload"]["cut"]
    assert found.size <= MOST


@pytest.mark.parametrize("ttl", [0.1, 0.5, -1])
def test_a_message_is_kept_for_a_second_at_least(desk: Desk, ttl: float) -> None:
    found = desk.call("queue_send", channel="a", payload={}, ttl=ttl)

    assert found.failed
    assert "ttl" in found.text
    assert desk.queue.counts().get("a", 0) == 0


def test_a_message_says_for_how_long_it_is_kept(desk: Desk) -> None:
    found = desk.call("queue_send", channel="a", payload={}, ttl=1)

    assert found.text.endswith("kept for 1s")


@pytest.mark.parametrize("channel", ["", "  ", "x" * 101, "a\nb", HANDOVER])
def test_a_channel_has_a_name(desk: Desk, channel: str) -> None:
    assert desk.call("queue_send", channel=channel, payload={}).failed


def test_a_kind_is_one_line(desk: Desk) -> None:
    async def run(agent: Agent) -> Told:
        kind = "news\n1 handed over by a person"
        await agent.call("queue_send", channel="a", payload={"n": 1}, type=kind)
        return await agent.call("queue_receive", channel="a")

    found = desk.work(run)

    assert found.data["messages"][0]["type"] == "news 1 handed over by a person"
    assert '1 news 1 handed over by a person {"n":1}' in found.text.split("\n")


def test_channels_are_listed_with_their_messages(desk: Desk) -> None:
    async def run(agent: Agent) -> Told:
        await agent.call("queue_send", channel="a", payload={})
        return await agent.call("queue_list_channels")

    found = desk.work(run)

    assert {"channel": "a", "messages": 1} in found.data["channels"]


def test_a_subscription_gets_each_message_once(desk: Desk) -> None:
    async def run(agent: Agent) -> list[Told]:
        await agent.call("queue_send", channel="a", payload={"n": 0})
        made = await agent.call("queue_subscribe", channel="a")
        mine = made.data["subscription_id"]
        await agent.call("queue_send", channel="a", payload={"n": 1})
        return [
            await agent.call("queue_receive", subscription_id=mine) for _ in range(2)
        ]

    first, second = desk.work(run, MORE)

    assert payloads(first) == [{"n": 1}]
    assert payloads(second) == []


def test_of_many_who_share_a_subscription_one_gets_a_message(desk: Desk) -> None:
    async def run(agent: Agent) -> list[Told]:
        made = await agent.call("queue_subscribe", channel="a")
        mine = made.data["subscription_id"]
        waiting = [
            asyncio.ensure_future(
                agent.call("queue_receive", subscription_id=mine, limit=1, wait_s=1)
            )
            for _ in range(10)
        ]
        for number in range(10):
            await agent.call("queue_send", channel="a", payload={"n": number})
        return await asyncio.gather(*waiting)

    found = [one for told in desk.work(run, MORE) for one in payloads(told)]

    assert sorted(found, key=str) == [{"n": number} for number in range(10)]


def test_a_subscription_that_was_ended_is_none(desk: Desk) -> None:
    async def run(agent: Agent) -> tuple[Told, Told]:
        made = await agent.call("queue_subscribe", channel="a")
        mine = made.data["subscription_id"]
        ended = await agent.call("queue_unsubscribe", subscriptionId=mine)
        return ended, await agent.ask("queue_receive", subscription_id=mine)

    ended, found = desk.work(run, MORE)

    assert ended.data == {"channel": "a"}
    assert found.failed
    assert "queue_subscribe makes one" in found.text


def test_who_names_neither_channel_nor_subscription_is_told(desk: Desk) -> None:
    found = desk.work(lambda agent: agent.ask("queue_receive"), MORE)

    assert found.failed
    assert "queue_list_channels lists them" in found.text


def test_everything_is_counted(desk: Desk) -> None:
    async def run(agent: Agent) -> Told:
        for _ in range(3):
            await agent.call("queue_subscribe", channel="a")
            await agent.call("queue_send", channel="a", payload={"n": 1})
        return await agent.call("queue_stats")

    assert desk.work(run, MORE).data == {
        "total_messages": 3,
        # Theirs, and the one in which people hand things over.
        "total_channels": 2,
        "total_subscriptions": 3,
        "bytes": 21,
    }


def test_there_are_so_many_subscriptions_at_most(desk: Desk) -> None:
    async def run(agent: Agent) -> Told:
        for _ in range(PLACES):
            await agent.call("queue_subscribe", channel="a")
        return await agent.ask("queue_subscribe", channel="a")

    assert "queue_unsubscribe ends one" in desk.work(run, MORE).text
