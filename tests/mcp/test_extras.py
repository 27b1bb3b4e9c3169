"""What plugins offer, beside what is ours."""

from dataclasses import replace

import pytest

from brummer.mcp.catalogue import Catalogue
from brummer.mcp.offering import Choice, Extras
from brummer.model.offer import Offers
from brummer.model.tool import ENDS, READS, Tool, answer


def tool(name: str) -> Tool:
    return Tool(
        name=name,
        title=name,
        description=f"Have {name}. It is of use.",
        run=lambda _: answer("ran"),
        effect=READS,
    )


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue()


@pytest.fixture
def refusals() -> list[str]:
    return []


def extras(
    catalogue: Catalogue, refusals: list[str], choice: Choice | None = None
) -> Extras:
    return Extras(catalogue, choice or Choice(), refusals.append)


def test_what_is_offered_later_takes_the_place_of_what_was(
    catalogue: Catalogue, refusals: list[str]
) -> None:
    made = extras(catalogue, refusals)
    made.put(Offers(tools=(tool("a"), tool("b"))))

    made.put(Offers(tools=(tool("b"), tool("c"))))

    assert list(catalogue.offer.tools) == ["b", "c"] == list(made.told)
    assert refusals == []


def test_what_is_ours_stays_and_the_other_of_its_name_is_refused(
    catalogue: Catalogue, refusals: list[str]
) -> None:
    own = tool("a")
    catalogue.add(tools=[own])
    made = extras(catalogue, refusals)
    made.told["a"] = own

    made.put(Offers(tools=(tool("a"), tool("b"))))
    made.put(Offers())

    assert refusals == ["left out of what agents are offered: there is a already"]
    assert catalogue.offer.tools == {"a": own} == made.told


def test_only_what_is_chosen_is_offered_in_as_many_words_as_wanted(
    catalogue: Catalogue, refusals: list[str]
) -> None:
    made = extras(catalogue, refusals, Choice(read_only=True, compact=True))

    made.put(Offers(tools=(tool("a"), replace(tool("b"), effect=ENDS))))

    (offered,) = catalogue.offer.tools.values()
    assert offered.description == "Have a."
    assert made.told["a"].description == "Have a. It is of use."


def test_of_a_tool_that_is_left_out_it_is_known_why(
    catalogue: Catalogue, refusals: list[str]
) -> None:
    ours, ends = replace(tool("a"), group="mine"), replace(tool("b"), effect=ENDS)
    made = extras(catalogue, refusals, Choice(read_only=True))

    made.put(Offers(tools=(ours, ends, tool("c"))))
    assert dict(catalogue.withheld) == {
        "a": "groups in [mcp] does not name its group, mine",
        "b": "the server is read-only (read_only in [mcp])",
    }

    made.put(Offers(tools=(ends,)))
    assert list(catalogue.withheld) == ["b"]
