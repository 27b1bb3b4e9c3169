"""Tests of the tool that lists instances."""

from dataclasses import replace
from pathlib import Path

from jsonschema import Draft202012Validator

from brummer.mcp.hub.instances import NAME, TOOL, about, answer, is_asked_about
from brummer.mcp.hub.link import Peer, PeerState
from brummer.mcp.hub.sighting import Sighting

SHOP = Peer(
    label="shop",
    sighting=Sighting(
        id="shop-1",
        name="shop",
        directory=Path("/work/shop"),
        pid=41,
        port=7777,
        token="secret",
    ),
    state=PeerState.ACTIVE,
    since=10.0,
)
API = replace(
    SHOP,
    label="api",
    sighting=replace(SHOP.sighting, id="api-1", directory=Path("/work/api")),
    state=PeerState.DEAD,
    problem="it has ended",
)


def test_it_tells_all_of_each_and_the_dead_last() -> None:
    told = answer([API, SHOP], 100.0)

    lines = told["content"][0]["text"].splitlines()
    assert [line.split() for line in lines[1:]] == [
        ["shop", "active", "1m30s", "41", "/work/shop"],
        ["api", "dead", "1m30s", "41", "/work/api", "it", "has", "ended"],
    ]
    rows = told["structuredContent"]["instances"]
    assert rows[0] == {
        "label": "shop",
        "id": "shop-1",
        "name": "shop",
        "folder": "/work/shop",
        "state": "active",
        "for_s": 90.0,
        "pid": 41,
        "port": 7777,
        "ssh": "",
        "retries": 0,
        "problem": "",
    }


def test_it_tells_nobody_a_token() -> None:
    assert "secret" not in str(answer([SHOP], 0.0))


def test_it_says_how_to_start_one_where_there_is_none() -> None:
    assert "Start one with brum" in answer([], 0.0)["content"][0]["text"]


def test_very_many_are_counted() -> None:
    peers = [replace(SHOP, label=f"shop_{number}") for number in range(103)]

    told = answer(peers, 0.0)

    assert len(told["structuredContent"]["instances"]) == 100
    assert told["content"][0]["text"].endswith("... 3 more, dead or last by label")


def test_its_schemas_hold() -> None:
    Draft202012Validator.check_schema(TOOL["inputSchema"])
    Draft202012Validator(TOOL["outputSchema"]).validate(
        answer([SHOP], 0.0)["structuredContent"]
    )


def test_it_is_asked_about_like_the_tools_of_an_instance() -> None:
    assert is_asked_about("about", {"tool": NAME})
    assert is_asked_about("shop__about", {"tool": NAME})
    assert not is_asked_about("about", {"tool": "scripts_list"})
    assert not is_asked_about("about", {})
    assert not is_asked_about("scripts_list", {"tool": NAME})

    told = about()

    assert told["content"][0]["text"].startswith("instances_list: Every Brummer")
    assert told["structuredContent"] == {"name": NAME}
