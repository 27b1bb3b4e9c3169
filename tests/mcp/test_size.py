import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer.errors import BrummerError
from brummer.mcp.size import cleaned, compact, fitted, size, sound

#: Texts with halves of characters, controls and everything else.
TEXTS = st.text(st.characters(codec=None, categories=None))

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=10,
)


@given(VALUES)
def test_whatever_is_cleaned_can_be_carried(value: object) -> None:
    carried = compact(cleaned(value))

    assert len(carried.encode()) == size(cleaned(value))
    json.loads(carried)


@given(TEXTS, st.integers(0, 300))
def test_a_text_fits_whatever_is_in_it(text: str, room: int) -> None:
    kept = fitted(sound(text), room)

    assert size(kept) <= max(room, 2)


def test_what_is_left_out_is_counted() -> None:
    kept = fitted("x" * 1_000, 100)

    shown = kept.index("\n")
    assert kept.endswith(f"... {1_000 - shown:,} characters are left out")


def test_controls_count_as_what_they_take() -> None:
    assert size("\x01") == len('"\\u0001"')


@pytest.mark.parametrize("value", [object(), b"bytes", {"a": {1j}}])
def test_what_json_does_not_know_is_told(value: object) -> None:
    with pytest.raises(BrummerError, match="JSON knows no"):
        cleaned(value)


def test_what_is_too_deep_is_told() -> None:
    value: object = []
    for _ in range(100):
        value = [value]

    with pytest.raises(BrummerError, match="more than 50 levels"):
        cleaned(value)


def test_what_is_no_number_is_none() -> None:
    assert cleaned([math.nan, math.inf, (1.5,)]) == [None, None, [1.5]]
