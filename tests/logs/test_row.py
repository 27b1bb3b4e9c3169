"""A row that is written over."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer.logs.row import Row
from brummer.logs.style import PLAIN, Style

RED = Style(1)

ACTIONS = st.one_of(
    st.tuples(st.just("write"), st.text("ab", max_size=9)),
    st.tuples(st.sampled_from("CDGKPX@`J"), st.none() | st.integers(0, 99_999)),
    st.tuples(st.sampled_from(["home", "tab", "back"]), st.none()),
)


@given(st.lists(ACTIONS))
def test_nothing_makes_a_row_longer_than_its_limit(
    actions: list[tuple[str, str | int | None]],
) -> None:
    row = Row(40)

    for name, argument in actions:
        if name == "write":
            row.write(str(argument), RED)
        elif name in {"home", "tab", "back"}:
            {"home": row.home, "tab": row.tab, "back": row.back}[name]()
        else:
            row.edit(name, argument if isinstance(argument, int) else None)

    assert len(row.text) <= 40
    assert sum(length for _, length in row.runs) == len(row.text)


def test_what_was_jumped_over_is_plain() -> None:
    row = Row(100)

    row.edit("C", 2)
    row.write("x", RED)

    assert row.text == "  x"
    assert row.runs == ((PLAIN, 2), (RED, 1))


@pytest.mark.parametrize("final", ["A", "J", "H", "h", "m"])
def test_what_concerns_other_rows_does_nothing(final: str) -> None:
    row = Row(100)
    row.write("text", RED)

    row.edit(final, 2)

    assert row.text == "text"


def test_a_row_that_was_written_over_too_often_says_so() -> None:
    row = Row(10_000)
    writes = 0

    while not row.is_worn_out:
        row.write("x" * 10_000, RED)
        row.home()
        writes += 1

    assert writes == 20


@pytest.mark.parametrize("final", ["X", "@"])
def test_blanking_and_inserting_wear_a_row_out(final: str) -> None:
    row = Row(10_000)
    row.write("x" * 10_000, RED)
    row.home()

    for _ in range(20):
        row.edit(final, 9999)

    assert row.is_worn_out
