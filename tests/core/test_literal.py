from hypothesis import given
from hypothesis import strategies as st

from brummer.core.literal import Literals, LiteralSets


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


def test_colours_between_words_and_signs_do_not_count() -> None:
    coloured = b"\x1b[1merror\x1b[0;31m:\x1b[0m \x1b[2mx"
    data = b"\x1b[2mfine\x1b[0m\n" + coloured + b"\n\n\x1b[Kfine\nerror"

    assert Literals([b"error: x", b"err"]).starts(data) == [13, data.rfind(b"error")]
    sets = LiteralSets([[b"error: x"], [b"fine"], [b"\x1b[1merr"]])
    assert sets.held(coloured) == [0, 2]


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


def test_sets_are_told_apart_by_what_a_text_holds_of_each() -> None:
    sets = LiteralSets([[b"error"], [], [b"warn", b"erro"], [b"fine"]])

    assert sets.held(b"an ERROR") == [0, 2]
    assert sets.held(b"fine, but a Warning") == [2, 3]
    assert sets.held(b"nothing") == []


def test_no_sets_hold_nothing() -> None:
    assert LiteralSets([]).held(b"anything") == []
    assert LiteralSets([[], []]).held(b"anything") == []


_WORDS = st.sampled_from(
    [b"error", b"warn", b"a.b", b"or: x", b"\xff", b"\xe2\x97\x8f"]
)


@given(st.lists(st.lists(_WORDS)), st.lists(_WORDS | st.just(b" ")))
def test_sets_are_found_as_if_each_literal_was_looked_for(
    sets: list[list[bytes]], words: list[bytes]
) -> None:
    text = b"".join(words)

    found = LiteralSets(sets).held(text)

    assert found == [n for n, of in enumerate(sets) if any(w in text for w in of)]
