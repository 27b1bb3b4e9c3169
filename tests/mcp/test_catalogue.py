from collections.abc import Sequence
from dataclasses import replace

import pytest

from brummer.mcp.catalogue import Catalogue, Part
from brummer.model.offer import Offers, Recipe, Source
from brummer.model.tool import Answer, Call, Resource, Tool, answer


def run(_: Call) -> Answer:
    return answer("ran")


def tool(name: str) -> Tool:
    return Tool(name=name, title=name, description=name, run=run)


def source(uri: str) -> Source:
    return Source(
        uri=uri,
        name=uri,
        title=uri,
        description=uri,
        read=lambda at: Resource(uri=at, mime_type="text/plain", content=""),
    )


def recipe(name: str) -> Recipe:
    return Recipe(name=name, title=name, description=name, make=lambda _: ())


@pytest.fixture
def told() -> list[Part]:
    return []


@pytest.fixture
def catalogue(told: list[Part]) -> Catalogue:
    made = Catalogue()
    made.watch(told.append)
    return made


def names(catalogue: Catalogue) -> Sequence[str]:
    return list(catalogue.offer.tools)


def test_tools_are_in_the_order_of_their_names(catalogue: Catalogue) -> None:
    catalogue.add(tools=[tool("b"), tool("c")])
    catalogue.add(tools=[tool("a")])

    assert names(catalogue) == ["a", "b", "c"]


def test_whoever_watches_is_told_which_list_changed(
    catalogue: Catalogue, told: list[Part]
) -> None:
    catalogue.add(tools=[tool("a")], recipes=[recipe("p")])
    catalogue.add(sources=[source("logs://recent")])

    assert told == [Part.TOOLS, Part.PROMPTS, Part.RESOURCES]


def test_nothing_is_told_of_what_stays_as_it_is(
    catalogue: Catalogue, told: list[Part]
) -> None:
    catalogue.add()
    catalogue.remove_tools(["nobody"])

    assert told == []


def test_a_name_is_taken_once(catalogue: Catalogue, told: list[Part]) -> None:
    catalogue.add(tools=[tool("a")])
    told.clear()

    with pytest.raises(ValueError, match="there is a already"):
        catalogue.add(tools=[tool("b"), tool("a")])

    assert names(catalogue) == ["a"]
    assert told == []


def test_a_removed_tool_can_come_back(catalogue: Catalogue, told: list[Part]) -> None:
    catalogue.add(tools=[tool("a"), tool("b")])
    catalogue.remove_tools(["a"])
    assert names(catalogue) == ["b"]

    catalogue.add(tools=[tool("a")])

    assert names(catalogue) == ["a", "b"]
    assert told == [Part.TOOLS] * 3


def test_what_was_read_stays_as_it_was(catalogue: Catalogue) -> None:
    before = catalogue.offer

    catalogue.add(tools=[tool("a")])

    assert not before.tools


def test_templates_are_told_from_resources(catalogue: Catalogue) -> None:
    catalogue.add(sources=[source("logs://recent"), source("logs://process/{id}")])

    assert [s.uri for s in catalogue.offer.resources] == ["logs://recent"]
    assert [s.uri for s in catalogue.offer.templates] == ["logs://process/{id}"]


def test_some_take_the_place_of_others_and_that_is_told_once(
    catalogue: Catalogue, told: list[Part]
) -> None:
    old = Offers(tools=(tool("b"), tool("c")), recipes=(recipe("p"),))
    catalogue.add(tools=[tool("z")])
    catalogue.exchange(Offers(), old)
    told.clear()

    taken = catalogue.exchange(old, old._replace(tools=(tool("a"), tool("c"))))

    assert taken == []
    assert names(catalogue) == ["a", "c", "z"]
    assert list(catalogue.offer.recipes) == ["p"]
    assert told == [Part.TOOLS]


def test_a_tool_that_only_says_something_else_of_itself_is_another_list(
    catalogue: Catalogue, told: list[Part]
) -> None:
    old = Offers(tools=(tool("a"),))
    catalogue.exchange(Offers(), old)
    told.clear()

    catalogue.exchange(old, Offers(tools=(replace(tool("a"), description="new"),)))

    assert told == [Part.TOOLS]


def test_the_same_with_other_functions_is_no_other_list(
    catalogue: Catalogue, told: list[Part]
) -> None:
    old = Offers((tool("a"),), (source("lantern://colour"),), (recipe("p"),))
    catalogue.exchange(Offers(), old)
    told.clear()
    new = replace(tool("a"), run=lambda _: answer("ran anew"))

    catalogue.exchange(
        old, Offers((new,), (source("lantern://colour"),), (recipe("p"),))
    )

    assert told == []
    assert catalogue.offer.tools["a"] is new


def test_of_an_exchange_what_is_taken_is_left_out_and_stays(
    catalogue: Catalogue,
) -> None:
    own = tool("a")
    catalogue.add(tools=[own])
    more = Offers(tools=(tool("a"), tool("b")))

    taken = catalogue.exchange(Offers(), more)
    catalogue.exchange(more, Offers())

    assert taken == ["a"]
    assert catalogue.offer.tools == {"a": own}
