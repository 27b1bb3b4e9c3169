"""Tests of reading what an instance offers."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from brummer.mcp.catalogue import Part
from brummer.mcp.hub.offer import MOST, Offer, read

ALL: Mapping[str, Any] = {"tools": {}, "resources": {}, "prompts": {}}


class Instance:
    """Answers lists from a table of pages, and keeps what it was asked."""

    def __init__(self, **lists: list[list[Any]]) -> None:
        self._lists = lists
        self.asked: list[str] = []

    async def ask(self, method: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
        self.asked.append(method)
        key = {
            "tools/list": "tools",
            "resources/list": "resources",
            "resources/templates/list": "resourceTemplates",
            "prompts/list": "prompts",
        }[method]
        pages = self._lists.get(key, [[]])
        at = int(params.get("cursor", 0))
        more = {"nextCursor": str(at + 1)} if at + 1 < len(pages) else {}
        return {key: pages[at], **more}


def named(*names: str) -> list[Mapping[str, Any]]:
    return [{"name": name, "inputSchema": {"type": "object"}} for name in names]


def test_all_pages_of_all_lists_are_read() -> None:
    instance = Instance(
        tools=[named("b"), named("a")],
        prompts=[named("p")],
        resources=[[{"uri": "x://1", "name": "1"}]],
        resourceTemplates=[[{"uriTemplate": "x://{n}", "name": "n"}]],
    )

    offer = asyncio.run(read(instance.ask, ALL))

    assert list(offer.tools) == ["a", "b"]
    assert list(offer.prompts) == ["p"]
    assert list(offer.resources) == ["x://1"]
    assert list(offer.templates) == ["x://{n}"]


def test_what_an_instance_does_not_know_it_is_not_asked() -> None:
    instance = Instance(tools=[named("a")])

    offer = asyncio.run(read(instance.ask, {"tools": {}}))

    assert instance.asked == ["tools/list"]
    assert list(offer.tools) == ["a"]


def test_one_part_is_read_anew_and_the_others_stay() -> None:
    instance = Instance(tools=[named("new")])
    before = Offer(tools={"old": {"name": "old"}}, prompts={"p": {"name": "p"}})

    offer = asyncio.run(read(instance.ask, ALL, before=before, part=Part.TOOLS))

    assert list(offer.tools) == ["new"]
    assert offer.prompts is before.prompts


def test_what_is_no_thing_is_left_out() -> None:
    schema = {"inputSchema": {"type": "object"}}
    odd = [
        {"title": "nameless", **schema},
        3,
        {"name": 4, **schema},
        {"name": "b"},
        {"name": "c", "inputSchema": [1]},
        {"name": "d", "annotations": 3, **schema},
    ]
    instance = Instance(tools=[[*odd, *named("a")]])

    assert list(asyncio.run(read(instance.ask, ALL)).tools) == ["a"]


@pytest.mark.parametrize("things", [named("a"), [3]])
def test_pages_that_say_the_same_for_ever_are_given_up(
    things: list[Mapping[str, Any]],
) -> None:
    instance = Instance(tools=[things] * 10 * MOST)

    offer = asyncio.run(read(instance.ask, {"tools": {}}))

    assert len(offer.tools) <= 1
    assert len(instance.asked) == MOST


def test_a_list_without_end_is_cut(caplog: pytest.LogCaptureFixture) -> None:
    pages = [named(*(f"{page}-{n}" for n in range(100))) for page in range(50)]
    instance = Instance(tools=pages)

    offer = asyncio.run(read(instance.ask, {"tools": {}}))

    assert len(offer.tools) == MOST
    assert len(instance.asked) == MOST // 100
    assert f"only the first {MOST}" in caplog.text


def test_a_page_with_nothing_on_it_is_the_last() -> None:
    instance = Instance(tools=[[], named("a")])

    assert asyncio.run(read(instance.ask, {"tools": {}})).tools == {}
    assert instance.asked == ["tools/list"]
