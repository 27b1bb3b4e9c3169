"""Expressions, and many of them at once."""

import pytest

from brummer_errors.regex import Regex, Starts


def test_groups_that_took_part_are_fields() -> None:
    regex = Regex(r"^(?P<file>\w+)(?::(?P<line>\d+))?( x)?$")

    assert regex.fields(b"a:1") == {"file": "a", "line": "1"}
    assert regex.fields(b"a") == {"file": "a"}
    assert regex.fields(b"-") is None


def test_a_match_without_groups_has_no_fields() -> None:
    assert Regex("x").fields(b"axb") == {}


def test_what_is_no_expression_says_why() -> None:
    with pytest.raises(ValueError, match="is no pattern"):
        Regex("(?=x)").fields(b"x")


def test_all_that_match_are_found_at_once() -> None:
    starts = Starts([Regex("^b"), Regex("a"), Regex("c$")])

    assert starts.matching(b"bac") == [0, 1, 2]
    assert starts.matching(b"xa") == [1]
    assert starts.matching(b"x") == []


def test_nothing_matches_nothing() -> None:
    assert Starts([]).matching(b"x") == []
