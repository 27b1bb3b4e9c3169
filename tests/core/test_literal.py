from hypothesis import given
from hypothesis import strategies as st

from brummer.core.literal import Literals


def test_it_finds_the_beginnings_of_the_lines_that_hold_one() -> None:
    literals = Literals([b"error", b"panic:"])

    assert literals.starts(b"fine\nan ERROR, error\n\nPanic: x\nfine\nerror") == [
        5,
        22,
        36,
    ]


def test_characters_of_regular_expressions_stand_for_themselves() -> None:
    literals = Literals([b"a.b", b"(c", b"\xe2\x97\x8f"])

    assert literals.starts("axb\na.b\n(c\n●\n".encode()) == [4, 8, 11]


def test_no_literals_find_nothing() -> None:
    assert Literals([]).starts(b"anything\n") == []


@given(st.lists(st.sampled_from([b"error", b"warn", b"fine", b"\xff", b""])))
def test_it_finds_what_looking_at_each_line_finds(lines: list[bytes]) -> None:
    data = b"\n".join(lines)

    found = Literals([b"ERR", b"warn"]).starts(data)

    expected, position = [], 0
    for line in lines:
        if b"err" in line or b"warn" in line:
            expected.append(position)
        position += len(line) + 1
    assert found == expected
