"""Tests of what is called how, and who is meant."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from brummer.mcp.hub.link import Peer, PeerState
from brummer.mcp.hub.offer import Offer
from brummer.mcp.hub.roster import (
    Compact,
    Form,
    Member,
    Roster,
    UnknownError,
    UnroutableError,
)
from brummer.mcp.hub.sighting import Sighting


def tool(name: str, **properties: object) -> Mapping[str, Any]:
    schema = {"type": "object", "properties": properties}
    return {"name": name, "title": name.upper(), "inputSchema": schema}


def member(label: str, *tools: Mapping[str, Any] | str, is_new: bool = False) -> Member:
    sighting = Sighting(
        id=f"{label}-id",
        name=f"{label} name",
        directory=Path("/work", label),
        pid=1,
        port=7777,
        token="",
    )
    found = [tool(each) if isinstance(each, str) else each for each in tools]
    offer = Offer(
        tools={each["name"]: each for each in found},
        prompts={"plan": {"name": "plan"}},
        resources={"logs://recent": {"name": "recent", "uri": "logs://recent"}},
        templates={
            "process://{id}": {"name": "process", "uriTemplate": "process://{id}"}
        },
    )
    return Member(Peer(label=label, sighting=sighting), None if is_new else offer)


def roster(*members: Member, form: Form | None = None) -> Roster:
    return Roster(members, Compact.AUTO.form(len(members)) if form is None else form)


def names(found: list[Any], key: str = "name") -> list[str]:
    return [thing[key] for thing in found]


@pytest.mark.parametrize(
    ("compact", "forms"),
    [
        (Compact.AUTO, [Form.PLAIN, Form.PLAIN, Form.PREFIXED, Form.COMPACT]),
        (Compact.ALWAYS, [Form.PLAIN, Form.PLAIN, Form.COMPACT, Form.COMPACT]),
        (Compact.NEVER, [Form.PLAIN, Form.PLAIN, Form.PREFIXED, Form.PREFIXED]),
    ],
)
def test_more_instances_have_a_shorter_list(
    compact: Compact, forms: list[Form]
) -> None:
    assert [compact.form(count) for count in range(4)] == forms


def test_one_instance_is_listed_as_it_is() -> None:
    one = roster(member("shop", "run", "about"))

    assert names(one.tools()) == ["about", "run"]
    assert one.tools()[0]["title"] == "ABOUT"
    assert names(one.prompts()) == ["plan"]
    assert names(one.resources(), "uri") == ["logs://recent"]
    assert names(one.templates(), "uriTemplate") == ["process://{id}"]


def test_two_are_told_apart_by_what_stands_before() -> None:
    two = roster(member("api", "run"), member("shop", "run"))

    assert names(two.tools()) == ["api__run", "shop__run"]
    assert [thing["title"] for thing in two.tools()] == ["RUN (api)", "RUN (shop)"]
    assert names(two.prompts()) == ["api__plan", "shop__plan"]
    assert names(two.resources(), "uri") == [
        "hub://api/logs://recent",
        "hub://shop/logs://recent",
    ]
    assert names(two.templates(), "uriTemplate")[0] == "hub://api/process://{id}"


def test_three_share_a_tool_that_is_told_which() -> None:
    size = {"type": "integer"}
    three = roster(*(member(label, tool("run", size=size)) for label in "abc"))

    (found,) = three.tools()

    assert found["name"] == "run"
    schema = found["inputSchema"]
    assert list(schema["properties"]) == ["instance", "size"]
    assert schema["properties"]["instance"]["enum"] == ["a", "b", "c"]
    assert schema["required"] == ["instance"]


def test_one_of_an_odd_form_is_told_which_as_well() -> None:
    odd = {"name": "run", "inputSchema": {"type": "object", "required": None}}
    three = roster(*(member(label, odd) for label in "abc"))

    (found,) = three.tools()

    assert found["inputSchema"]["required"] == ["instance"]


def test_what_differs_or_is_alone_or_takes_that_argument_keeps_its_prefix() -> None:
    three = roster(
        member("a", tool("run", size={}), tool("own", instance={})),
        member("b", tool("run"), tool("own", instance={})),
        member("c", "other"),
    )

    assert names(three.tools()) == ["a__own", "a__run", "b__own", "b__run", "c__other"]


def test_what_is_not_known_yet_is_not_listed() -> None:
    assert roster(member("a", "run"), member("b", is_new=True)).tools() == [
        {**tool("run"), "name": "a__run", "title": "RUN (a)"}
    ]


@pytest.mark.parametrize("form", Form)
def test_a_name_with_a_prefix_is_understood_in_every_form(form: Form) -> None:
    found = roster(member("api", "run"), member("shop", "run"), form=form).tool(
        "shop__run", {"size": 1}
    )

    assert (found.member.label, found.name) == ("shop", "run")
    assert found.arguments == {"size": 1}


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("wanted", ["shop", "shop-id", "shop name", "/work/shop"])
def test_an_instance_may_be_named_beside_the_arguments(form: Form, wanted: str) -> None:
    found = roster(member("api", "run"), member("shop", "run"), form=form).tool(
        "run", {"size": 1, "instance": wanted}
    )

    assert (found.member.label, found.name) == ("shop", "run")
    assert found.arguments == {"size": 1}


@pytest.mark.parametrize("form", Form)
def test_a_name_that_only_one_has_means_that_one(form: Form) -> None:
    found = roster(member("api", "run"), member("shop", "sell"), form=form).tool(
        "sell", {}
    )

    assert (found.member.label, found.name) == ("shop", "sell")


def test_where_there_is_one_everything_is_its_own_but_its_prefix() -> None:
    one = roster(member("shop", "run"))

    assert one.tool("shop__run", {}).name == "run"
    # It says itself why it has none.
    assert one.tool("shop__else", {}).name == "else"
    assert one.tool("new", {}).name == "new"


def test_a_name_that_several_have_means_none_and_how_to_say_it_is_told() -> None:
    two = roster(member("api", "run"), member("shop", "run"))

    with pytest.raises(UnroutableError, match="instance='api', or as api__run") as told:
        two.tool("run", {})

    assert "shop (/work/shop)" in str(told.value)


def test_one_that_is_just_coming_may_have_it_too() -> None:
    two = roster(member("api", "run"), member("shop", is_new=True))

    with pytest.raises(UnroutableError, match="2 instances may be meant"):
        two.tool("run", {})
    assert two.tool("shop__run", {}).member.label == "shop"


def test_what_nobody_has_is_unknown() -> None:
    two = roster(member("api", "run"), member("shop", "run"))

    with pytest.raises(UnknownError, match="no instance has a tool 'fly'"):
        two.tool("fly", {})


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("scripts_statsu", "scripts_status"),
        ("shpo__scripts_status", "shop__scripts_status"),
    ],
)
def test_of_what_nobody_has_the_nearest_name_is_told(wrong: str, right: str) -> None:
    two = roster(member("api", "run"), member("shop", "run", "scripts_status"))

    with pytest.raises(UnknownError, match=f"; did you mean {right}[?]"):
        two.tool(wrong, {})


def test_what_has_a_prefix_already_gets_no_second_one() -> None:
    two = roster(member("api", "run"), member("shop", "run"))

    with pytest.raises(UnknownError, match="no instance has a tool") as told:
        two.tool("nobody__fly", {})

    assert "api__nobody__fly" not in str(told.value)


def test_what_one_may_be_made_to_leave_out_it_is_asked_for_with_a_prefix() -> None:
    two = roster(member("api", "run"), member("shop", "run"))

    with pytest.raises(
        UnknownError, match=r"; call api__fly to learn why api has none$"
    ):
        two.tool("fly", {})
    assert two.tool("shop__fly", {}).member.label == "shop"
    assert two.tool("shop__fly", {}).name == "fly"


def test_a_tool_may_have_a_name_that_begins_like_a_label() -> None:
    two = roster(member("api", "shop__fly"), member("shop", "run"))

    found = two.tool("shop__fly", {})

    assert (found.member.label, found.name) == ("api", "shop__fly")


def test_an_instance_that_is_not_there_is_not_replaced_by_another() -> None:
    one = roster(member("shop", "run"))

    with pytest.raises(UnroutableError, match="no instance 'api'"):
        one.tool("run", {"instance": "api"})
    with pytest.raises(UnroutableError, match="no instance 'api'"):
        one.resource("hub://api/logs://recent")


def test_of_one_that_has_ended_it_is_said_that_it_has() -> None:
    over = replace(member("api").peer, state=PeerState.DEAD, problem="killed")
    one = Roster((member("shop", "run"),), Form.PREFIXED, (over,))

    for name, arguments in (("api__run", {}), ("run", {"instance": "api"})):
        with pytest.raises(UnroutableError, match=r"api .* is dead: killed; start"):
            one.tool(name, arguments)
    with pytest.raises(UnroutableError, match="is dead"):
        one.resource("hub://api/logs://recent")
    assert one.tool("run", {}).member.label == "shop"


def test_of_one_that_runs_no_server_it_is_said_how_it_would() -> None:
    one = Roster((member("shop", "run"),), Form.PREFIXED, (member("api").peer,))

    for name, arguments in (("api__run", {}), ("run", {"instance": "api"})):
        with pytest.raises(UnroutableError, match=r"no MCP server.* without --no-mcp"):
            one.tool(name, arguments)


def test_without_instances_it_is_said_how_to_start_one() -> None:
    with pytest.raises(UnroutableError, match="start brum"):
        Roster().tool("run", {})


def test_an_argument_of_that_name_may_be_the_tools_own() -> None:
    one = roster(member("shop", tool("run", instance={"type": "string"})))

    assert one.tool("run", {"instance": "x"}).arguments == {"instance": "x"}


@pytest.mark.parametrize("form", Form)
def test_an_address_is_understood_with_its_label_in_every_form(form: Form) -> None:
    two = roster(member("api"), member("shop"), form=form)

    found = two.resource("hub://shop/process://web-1")

    assert (found.member.label, found.name) == ("shop", "process://web-1")


def test_an_address_without_a_label_means_the_one_that_has_it() -> None:
    alone = roster(member("shop"))
    several = roster(member("api"), member("shop"))

    assert alone.resource("process://web-1").member.label == "shop"
    with pytest.raises(UnroutableError, match="hub://api/process://web-1"):
        several.resource("process://web-1")
    with pytest.raises(UnknownError):
        several.resource("else://where")


def test_prompts_are_found_like_tools() -> None:
    two = roster(member("api"), member("shop"))

    assert two.prompt("shop__plan").member.label == "shop"
    with pytest.raises(UnroutableError, match="call it api__plan"):
        two.prompt("plan")


def test_labels_that_begin_alike_are_told_apart() -> None:
    two = roster(member("web", "run"), member("web_2", "run"))

    assert two.tool("web_2__run", {}).member.label == "web_2"
    assert two.tool("web__run", {}).member.label == "web"
