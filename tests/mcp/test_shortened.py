"""Tests of arguments as they are shown and kept."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brummer.mcp.shortened import MOST, line, sentence, shortened

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def test_arguments_are_shown_as_json() -> None:
    assert shortened({"name": "web", "wait_s": 5}) == '{"name": "web", "wait_s": 5}'


@pytest.mark.parametrize(
    "arguments",
    [
        {"process": "db", "text": "hunter2", "hidden": True},
        {"processId": "db", "input": "hunter2", "hidden": True},
        {"password": "hunter2"},
        {"payload": {"api": {"API_TOKEN": "hunter2"}}},
        {"keys": ["hunter2"]},
        {"arguments": ["--user", "me", "--password", "hunter2", "--now"]},
        {"name": "PGPASSWORD=hunter2 psql"},
        {"name": f'password="hunter2{"x" * 500}"'},
        {"name": "psql postgres://me:hunter2@db/app"},
    ],
)
def test_secrets_are_masked_wherever_they_stand(arguments: dict[str, Any]) -> None:
    shown = shortened(arguments)

    assert "hunter2" not in shown
    assert "****" in shown


def test_words_of_a_command_that_are_no_secrets_are_shown() -> None:
    words = ["--password", "x", "--now", "--api-key=y", "web"]

    shown = json.loads(shortened({"arguments": words}))

    assert shown["arguments"] == [
        "--password",
        "****",
        "--now",
        "--api-key=****",
        "web",
    ]


def test_into_what_something_hidden_is_typed_is_shown() -> None:
    shown = shortened({"process": "db", "text": "x", "enter": True, "hidden": True})

    assert json.loads(shown) == {
        "process": "db",
        "text": "****",
        "enter": True,
        "hidden": True,
    }


def test_what_is_typed_openly_is_shown() -> None:
    assert "yes" in shortened({"process": "db", "text": "yes", "hidden": False})


def test_a_long_value_is_cut() -> None:
    shown = json.loads(shortened({"query": "x" * 300}))

    assert len(shown["query"]) == 200
    assert shown["query"].endswith("...")


def test_more_arguments_than_anybody_reads_are_counted() -> None:
    shown = shortened({f"a{number}": 0 for number in range(25)})

    assert shown.endswith("and 5 more")


def test_what_is_nested_deeply_is_left_out() -> None:
    value: object = "bottom"
    for _ in range(5_000):
        value = [value]

    assert "bottom" not in shortened({"payload": value})


def test_megabytes_are_not_looked_at() -> None:
    values = ["key" * 600, "a://b" * 400, "--token" * 300]
    payload = {f"n{n}": [{"x": values} for _ in range(50)] for n in range(50)}
    shown = shortened({"payload": payload, "n": 10**5_000})

    assert len(shown) <= MOST


def test_halves_of_characters_can_be_written() -> None:
    shown = shortened({"text": "a\ud800b", "\udfff": 1}) + line("\ud800")

    assert shown.encode()


@settings(max_examples=50)
@given(st.dictionaries(st.text(), JSON))
def test_whatever_is_given_the_text_is_short(arguments: dict[str, Any]) -> None:
    assert len(shortened(arguments)) <= MOST


def test_a_line_is_cut_after_its_secrets_are_masked() -> None:
    assert line("token=" + "x" * 1_000) == "token=****"


def test_a_sentence_is_one_line_without_secrets() -> None:
    said = sentence(f"it failed:\n  PASSWORD=hunter2\n{'and more ' * 500}")

    assert said.startswith("it failed: PASSWORD=**** and more and")
    assert len(said) <= 200
