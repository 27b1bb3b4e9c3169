from typing import Any

import pytest

from brummer.errors import BrummerError
from brummer.mcp import schema
from brummer.mcp.arguments import Checker, check_schema

SCHEMA = schema.arguments(
    name=schema.text("a name"),
    limit=schema.whole("how many", 10, least=1, most=500),
    level=schema.text("how bad", "all", choices=("all", "error")),
    words=schema.words("some words", []),
)


def problems(**arguments: Any) -> str:
    return Checker(SCHEMA).problems(arguments)


def test_right_arguments_have_no_problems() -> None:
    assert problems(name="web", limit=500, level="error", words=["a"]) == ""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({}, "'name' is a required property"),
        ({"name": 3}, "name: 3 is not of type 'string'"),
        ({"name": "a", "limit": 0}, "limit: 0 is less than the minimum of 1"),
        ({"name": "a", "limit": 501}, "limit: 501 is greater than the maximum of 500"),
        ({"name": "a", "level": "bad"}, "level: 'bad' is not one of ['all', 'error']"),
        ({"name": "a", "words": ["b", 1]}, "words.1: 1 is not of type 'string'"),
        (
            {"name": "a", "nam": "b"},
            "unknown argument 'nam'; there are: name, limit, level, words",
        ),
    ],
)
def test_a_problem_names_the_argument(arguments: Any, told: str) -> None:
    assert problems(**arguments) == told


def test_a_value_that_is_long_is_not_repeated() -> None:
    assert problems(name="a", level="x" * 100_000) == "level: enum does not hold"


def test_not_more_than_a_handful_of_problems_is_told() -> None:
    told = problems(**{f"argument{number}": 1 for number in range(20)}).splitlines()

    assert len(told) == 6
    assert told[-1] == "and more"


def test_a_list_without_end_is_not_looked_into() -> None:
    told = problems(name="a", words=[1] * 10_001)

    assert told == "words: 10,001 values are too many, 10,000 can be"


@pytest.mark.parametrize("given", [5.0, "5", "5.0"])
def test_a_whole_number_is_one_however_it_is_written(given: object) -> None:
    limit = Checker(SCHEMA).loosened({"limit": given})["limit"]

    assert isinstance(limit, int)
    assert limit == 5


@pytest.mark.parametrize("given", [5.5, "5.5"])
def test_a_part_of_a_number_is_none(given: object) -> None:
    arguments = Checker(SCHEMA).loosened({"name": "a", "limit": given})

    assert problems(**arguments) == "limit: 5.5 is not of type 'integer'"


def test_what_a_schema_leaves_open_is_let_through() -> None:
    checker = Checker({"type": "object", "properties": {"a": {"type": "string"}}})

    assert checker.problems({"b": 1}) == ""


def test_missing_arguments_get_their_defaults() -> None:
    completed = Checker(SCHEMA).completed({"name": "web", "limit": 3})

    assert completed == {"name": "web", "limit": 3, "level": "all", "words": []}


@pytest.mark.parametrize(
    "wrong", [{}, {"type": "string"}, {"type": "object", "properties": {"a": 3}}]
)
def test_a_schema_that_is_none_of_an_object_is_refused(wrong: Any) -> None:
    with pytest.raises(BrummerError, match="the schema is"):
        check_schema(wrong)


def test_a_schema_of_ours_is_one() -> None:
    check_schema(SCHEMA)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ({"limit": "10"}, {"limit": 10}),
        ({"limit": "ten"}, {"limit": "ten"}),
        ({"limit": "1e3"}, {"limit": "1e3"}),
        ({"flag": "TRUE"}, {"flag": True}),
        ({"flag": "false"}, {"flag": False}),
        ({"flag": "maybe"}, {"flag": "maybe"}),
        ({"share": "-0.5"}, {"share": -0.5}),
        ({"name": "10", "other": "true"}, {"name": "10", "other": "true"}),
        ({"limit": 10, "flag": 1}, {"limit": 10, "flag": 1}),
    ],
)
def test_numbers_and_truths_that_came_as_texts_are_taken_as_such(
    given: Any, meant: Any
) -> None:
    checker = Checker(
        schema.arguments(
            name=schema.text("a name"),
            limit=schema.whole("how many", 10),
            share=schema.number("how much", 0, least=-1),
            flag=schema.flag("whether", default=False),
        )
    )

    assert checker.loosened(given) == meant
