import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer.mcp.sound import DEEPEST, LARGEST, unsound

SOUND = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-LARGEST, LARGEST)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("ab"), inner),
    max_leaves=20,
)


@given(SOUND)
def test_whatever_json_can_carry_is_sound(value: object) -> None:
    assert unsound(value) == ""


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (math.nan, "nan is no number"),
        (-math.inf, "-inf is no number"),
        (10**400, "a number is too large"),
        (-(2**64), "a number is too large"),
        ("\ud800", "a text has half of a surrogate pair in it"),
    ],
)
def test_what_it_cannot_carry_is_found_wherever_it_is(
    value: object, problem: str
) -> None:
    assert unsound(value) == problem
    assert unsound({"a": [1, {"b": value}]}) == problem


def test_a_name_is_looked_at_as_well() -> None:
    assert unsound({"\udfff": 1}) == "a text has half of a surrogate pair in it"


def test_what_is_nested_without_end_is_refused_before_it_ends_the_stack() -> None:
    value = json.loads("[" * 900 + "]" * 900)

    assert unsound(value) == f"it is nested more than {DEEPEST} deep"
