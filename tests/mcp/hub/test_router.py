"""Tests of who is asked, and what is said when nobody can be."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest
from mcp.shared.exceptions import MCPError

from brummer.mcp.door import bound
from tests.mcp.hub.estate import (
    PATIENCE,
    TIMING,
    Estate,
    House,
    Raw,
    eventually,
    happened,
    moment,
    text,
)


@pytest.fixture
def estate() -> Iterator[Estate]:
    estate = Estate()
    yield estate
    estate.close()


def test_a_call_waits_for_an_instance_that_is_just_coming(estate: Estate) -> None:
    estate.start("api")
    house = House("shop", 9)

    async def main() -> None:
        async with estate.raw() as raw:
            with bound(0) as slow:
                # It takes connections, as one does that still imports, and no more.
                estate.show(replace(house.sighting, port=slow.getsockname()[1]))
                await until(raw, "shop", "connecting")
                call = asyncio.ensure_future(
                    raw.ask("tools/call", name="shop__who", arguments={})
                )
                await moment()
                assert not call.done()
                estate.show(house.sighting)
                async with asyncio.timeout(PATIENCE):
                    found = await call

            assert found["content"] == [{"type": "text", "text": "shop"}]

    try:
        asyncio.run(main())
    finally:
        house.server.close()


async def until(raw: Raw, label: str, *states: str) -> None:
    async def is_so() -> bool:
        found = await raw.ask("tools/call", name="instances_list", arguments={})
        rows = found["structuredContent"]["instances"]
        return any(r["label"] == label and r["state"] in states for r in rows)

    await eventually(is_so)


def test_a_call_of_one_that_refuses_does_not_wait_for_more(estate: Estate) -> None:
    house = estate.start("shop")
    estate.start("api")
    with bound(0) as listener:
        nowhere = listener.getsockname()[1]
    estate.show(replace(house.sighting, port=nowhere))

    async def main() -> None:
        async with estate.raw() as raw, asyncio.timeout(PATIENCE / 2):
            found = await raw.ask("tools/call", name="shop__who", arguments={})

            assert found["isError"]
            assert "cannot be reached now" in found["content"][0]["text"]

    asyncio.run(main())


def test_at_a_port_that_another_took_over_nobody_is_called(estate: Estate) -> None:
    house = estate.start("shop")
    other = estate.start("api")
    # The file of one names the port of the other, as after a quick change of places.
    estate.show(replace(house.sighting, port=other.server.port))

    async def main() -> None:
        async with estate.client("auto") as client:
            found = await client.call_tool("shop__who")

            assert found.is_error
            assert "does not accept the token" in text(found)
            assert text(await client.call_tool("api__who")) == "api"

    asyncio.run(main())


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("prompts/get", {"name": "shop__test_simple_prompt"}),
        ("resources/read", {"uri": "hub://shop/house://door"}),
        (
            "completion/complete",
            {
                "ref": {"type": "ref/prompt", "name": "shop__test_simple_prompt"},
                "argument": {"name": "a", "value": ""},
            },
        ),
    ],
)
def test_what_is_no_tool_fails_in_words_too(
    estate: Estate, method: str, params: dict[str, object]
) -> None:
    house = estate.start("shop")
    estate.start("api")

    async def main() -> None:
        async with estate.raw() as raw:
            await raw.ask("tools/list")
            await estate.end(house)

            async def is_over() -> bool:
                found = await raw.ask("tools/call", name="shop__who", arguments={})
                return bool(found["isError"])

            await eventually(is_over)
            with pytest.raises(MCPError, match=r"shop \(/work/shop\)"):
                await raw.ask(method, **params)

    asyncio.run(main())


def test_a_task_whose_home_nobody_remembers_is_found(estate: Estate) -> None:
    estate.start("api")
    estate.start("shop")

    async def main() -> None:
        async with estate.raw() as raw:
            begun = await raw.ask(
                "tools/call", name="shop__slow_compute", arguments={"seconds": 0}
            )
        async with estate.raw() as another:
            found = await another.ask("tasks/get", taskId=begun["taskId"])

            assert found["taskId"] == begun["taskId"]

    asyncio.run(main())


def test_a_task_is_not_denied_while_its_home_cannot_be_asked(estate: Estate) -> None:
    house = estate.start("shop")
    estate.start("api")

    async def main() -> None:
        async with estate.raw() as raw:
            begun = await raw.ask(
                "tools/call", name="shop__slow_compute", arguments={"seconds": 0}
            )
            id_ = begun["taskId"]
            await asyncio.to_thread(house.server.close)
            for state in ("retrying", "dead"):
                await until(raw, "shop", state, "dead")
                with pytest.raises(MCPError, match=r"reached now .* then ask again"):
                    await raw.ask("tasks/get", taskId=id_)
            estate.show(replace(house.sighting, is_alive=False))

            async def is_over() -> bool:
                try:
                    await raw.ask("tasks/get", taskId=id_)
                except MCPError as error:
                    return "so has the task" in str(error)
                return False

            await eventually(is_over)

    asyncio.run(main())


def test_a_task_of_nobody_known_is_not_denied_while_somebody_cannot_be_asked(
    estate: Estate,
) -> None:
    house = estate.start("shop")
    estate.start("api")
    with bound(0) as listener:
        estate.show(replace(house.sighting, port=listener.getsockname()[1]))

    async def main() -> None:
        async with estate.raw() as raw:
            with pytest.raises(MCPError, match=r"shop .* cannot be reached now"):
                await raw.ask("tasks/get", taskId="task_of_somebody")

    asyncio.run(main())


def test_many_calls_end_with_their_instance_and_those_of_others_go_on(
    estate: Estate,
) -> None:
    house, other = estate.start("shop"), estate.start("api")

    async def main() -> None:
        async with estate.client("auto") as client:
            lost = asyncio.gather(*(client.call_tool("shop__hold") for _ in range(20)))
            kept = asyncio.ensure_future(client.call_tool("api__hold"))
            await happened(house.begun)
            await happened(other.begun)

            await estate.end(house)
            async with asyncio.timeout(PATIENCE):
                found = await lost

            assert all(each.is_error for each in found)
            assert not kept.done()
            assert not other.cancelled.is_set()
            kept.cancel()
            with suppress(asyncio.CancelledError):
                await kept

    asyncio.run(main())


def test_a_call_of_one_that_is_suspended_says_that_nobody_knows_what_was_done(
    estate: Estate, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = estate.start("shop")
    monkeypatch.setattr("brummer.mcp.hub.vigil.QUIET", 0.05)
    monkeypatch.setattr(
        "tests.mcp.hub.estate.TIMING", replace(TIMING, answer=0.2, opening=PATIENCE)
    )

    async def main() -> None:
        async with estate.raw() as raw:
            async with asyncio.timeout(PATIENCE / 2):
                found = await raw.ask("tools/call", name="freeze", arguments={})
            house.thawed.set()

            assert found["isError"]
            told = found["content"][0]["text"]
            assert "ended before tools/call was answered" in told
            assert "whether it was done is not known" in told

    asyncio.run(main())


def test_one_that_has_quit_is_still_told_of(estate: Estate) -> None:
    house = estate.start("depot")
    estate.start("shop")

    async def main() -> None:
        async with estate.raw() as raw:
            await raw.ask("tools/list")
            begun = await raw.ask(
                "tools/call", name="depot__slow_compute", arguments={"seconds": 0}
            )
            await asyncio.to_thread(house.server.close)
            estate.remove(house)
            await until(raw, "depot", "dead")
            found = await raw.ask("tools/call", name="depot__who", arguments={})

            assert found["isError"]
            told = found["content"][0]["text"]
            assert "depot (/work/depot) is dead: it has ended; start brum there" in told
            with pytest.raises(MCPError, match="has ended, and so has the task"):
                await raw.ask("tasks/get", taskId=begun["taskId"])

    asyncio.run(main())


def test_about_knows_the_tool_of_the_hub_too(estate: Estate) -> None:
    estate.start("shop")

    async def main() -> None:
        async with estate.raw() as raw:
            found = await raw.ask(
                "tools/call", name="about", arguments={"tool": "instances_list"}
            )

            assert "label (the prefix of its tools" in found["content"][0]["text"]

    asyncio.run(main())
