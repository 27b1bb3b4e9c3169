from typing import Any

import pytest

from brummer.mcp.tools.adapt import (
    MOST,
    as_text,
    blocking,
    both,
    following,
    into_file,
    renamed,
    without_nothing,
)


def test_arguments_get_the_names_that_we_know() -> None:
    adapt = renamed(processId="process", name="process")

    assert adapt({"processId": "web", "limit": 3}) == {"process": "web", "limit": 3}
    assert adapt({"name": "web"}) == {"process": "web"}
    assert adapt({"process": "web"}) == {"process": "web"}


def test_who_gives_both_names_is_told_of_one() -> None:
    given = {"processId": "api", "process": "web"}

    assert renamed(processId="process")(given) == given


@pytest.mark.parametrize(
    ("given", "kept"),
    [({"cursor": None}, {}), ({"cursor": 0}, {"cursor": 0}), ({}, {})],
)
def test_nothing_is_no_argument(
    given: dict[str, object], kept: dict[str, object]
) -> None:
    assert without_nothing("cursor")({**given, "limit": None}) == {
        **kept,
        "limit": None,
    }


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"ttl": 0}, {}),
        ({"ttl": 0.0}, {}),
        ({"ttl": 5}, {"ttl": 5}),
        ({"ttl": False}, {"ttl": False}),
        ({"ttl": None}, {"ttl": None}),
        ({}, {}),
    ],
)
def test_nothing_may_be_a_number(
    given: dict[str, object], kept: dict[str, object]
) -> None:
    assert without_nothing("ttl", 0)(given) == kept


def test_a_file_takes_as_many_as_there_may_be() -> None:
    adapt = into_file(limit=9)

    assert adapt({"output_file": "a"}) == {"output_file": "a", "limit": 9}
    assert adapt({"output_file": "a", "limit": 2})["limit"] == 2
    assert adapt({"output_file": ""}) == {"output_file": ""}


@pytest.mark.parametrize(
    ("value", "text"), [(5, "5"), (1.5, "1.5"), ("x", "x"), (True, True), (None, None)]
)
def test_a_number_becomes_a_text(value: object, text: object) -> None:
    assert as_text("since")({"since": value}) == {"since": text}


def test_two_are_done_one_after_the_other() -> None:
    adapt = both(renamed(after="since"), as_text("since"))

    assert adapt({"after": 5}) == {"since": "5"}


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ({}, {}),
        ({"follow": True}, {"wait_s": MOST}),
        ({"follow": False}, {"wait_s": 0}),
        ({"follow": "yes"}, {"follow": "yes"}),
        ({"follow": True, "wait_s": 3}, {"follow": True, "wait_s": 3}),
    ],
)
def test_who_follows_waits_for_new_lines(given: Any, meant: Any) -> None:
    assert following(given) == meant


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ({"channel": "a"}, {"channel": "a"}),
        ({"blocking": True}, {"wait_s": 30}),
        ({"blocking": False, "timeout": 9}, {"wait_s": 0}),
        ({"blocking": True, "timeout": 9}, {"wait_s": 9}),
        ({"blocking": True, "timeout": 10**9}, {"wait_s": MOST}),
        ({"blocking": True, "timeout": -1}, {"wait_s": 0}),
        ({"blocking": True, "timeout": "x"}, {"wait_s": 30, "timeout": "x"}),
        ({"timeout": 9}, {"timeout": 9}),
    ],
)
def test_who_blocks_waits_for_a_message(given: Any, meant: Any) -> None:
    assert blocking(given) == meant
