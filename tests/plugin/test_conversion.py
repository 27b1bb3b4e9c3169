from typing import NewType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer.plugin.conversion import MismatchError, convert
from brummer.plugin.shape import fits

TOML = st.recursive(
    st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)

Port = NewType("Port", int)

HINTS = [str, int, float, bool, Port, int | None, str | int, tuple[int, ...]]


@given(TOML, st.sampled_from(HINTS))
def test_what_is_converted_fits_and_everything_else_is_refused(
    value: object, hint: object
) -> None:
    try:
        made = convert(value, hint)
    except MismatchError:
        return

    assert fits(made, hint)


class LocatedText(str):
    """Text that knows where it stands, as parsers of TOML make it."""

    __slots__ = ()


def test_text_that_knows_its_place_becomes_plain_text() -> None:
    assert type(convert(LocatedText("x"), str)) is str


def test_nothing_cannot_be_written_in_toml() -> None:
    with pytest.raises(MismatchError):
        convert({}, int | None)


def test_a_union_takes_the_first_that_fits() -> None:
    assert convert(3, str | int) == 3
