"""Tests of changes at some places of a text."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer.mcp.install.edit import (
    Edit,
    FormError,
    applied,
    canonical,
    inserted,
    margin_of,
    narrowed,
    spans_of,
    step_of,
    value_at,
    with_value,
    without_value,
)

texts = st.text("ab\n", max_size=8)


@given(texts, texts)
def test_the_narrowest_edit_makes_one_text_of_the_other(old: str, new: str) -> None:
    edit = narrowed(old, new)

    assert applied(old, [edit]) == new
    assert len(edit.new) <= len(new)
    if len(new) > len(old) and new.startswith(old):
        assert edit.start == edit.end


@given(texts, st.lists(st.tuples(st.integers(0, 8), texts), max_size=4))
def test_what_was_put_in_is_where_it_is_said_to_be(
    text: str, additions: list[tuple[int, str]]
) -> None:
    edits = [inserted(min(at, len(text)), new) for at, new in additions]

    after = applied(text, edits)
    spans = spans_of(edits)

    assert spans is not None
    assert sorted(after[start:end] for start, end in spans) == sorted(
        new for _, new in additions if new
    )
    assert applied(after, [Edit(start, end, "") for start, end in spans]) == text


def test_what_was_taken_away_cannot_be_cut_out() -> None:
    assert spans_of([inserted(0, "a"), Edit(1, 2, "b")]) is None


def test_values_are_found_set_and_taken_out_by_their_path() -> None:
    tree = {"a": {"b": 1}, "void": None}

    assert value_at(tree, ("a", "b")) == 1
    assert value_at(tree, ("a", "b", "c")) is None
    assert with_value(tree, ("a", "c"), 2) == {"a": {"b": 1, "c": 2}, "void": None}
    assert with_value(tree, ("void", "c"), 2) == {"a": {"b": 1}, "void": {"c": 2}}
    assert without_value(tree, ("a", "b")) == {"a": {}, "void": None}
    assert without_value(tree, ("x", "b")) == tree
    assert tree == {"a": {"b": 1}, "void": None}


def test_what_is_no_mapping_holds_nothing() -> None:
    with pytest.raises(FormError, match="'b' is no mapping"):
        with_value({"a": [1]}, ("a", "b"), 2)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ([1, 2], [2, 1], False),
        (1, True, False),
        (1, 1.0, False),
        ("1", 1, False),
        (math.nan, float("nan"), True),
        ({"a": {}}, {"a": []}, False),
        ({1: "x"}, {"1": "x"}, False),
    ],
)
def test_only_what_says_the_same_is_the_same(
    one: object, other: object, *, same: bool
) -> None:
    assert (canonical(one) == canonical(other)) is same


def test_indentation_is_read_from_the_text() -> None:
    assert step_of("{\n    a") == "    "
    assert step_of("{\n\t\ta") == "\t"
    assert step_of("{}") == "  "
    assert margin_of('a\n \t"b": 1', 5) == " \t"
