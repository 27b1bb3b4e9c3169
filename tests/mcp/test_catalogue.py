from collections.abc import Sequence

import pytest

from brummer.mcp.catalogue import Catalogue, Part
from brummer.model.offer import Recipe, Source
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
