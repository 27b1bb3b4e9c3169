"""Tests of patterns."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer.core.pattern import (
    PIECE,
    SHOWN,
    SPANS,
    Pattern,
    PatternTooSlowError,
)
from brummer.errors import UsageError

TEXT = b"abc\n\nxyz foo\n\nfoo\n"


@pytest.mark.parametrize(
    ("pattern", "lines"),
    [
        ("foo", [2, 4]),
        ("^foo", [4]),
        ("c$", [0]),
        ("^$", [1, 3]),
        ("", [0, 1, 2, 3, 4]),
        ("x*", [0, 1, 2, 3, 4]),
        ("[^a]", [0, 2, 4]),
        (r"\s", [2]),
        (r"abc\n", []),
        (r"\bf", [2, 4]),
        (r"\Afoo|z", [2]),
    ],
)
def test_a_match_stays_within_its_line(pattern: str, lines: list[int]) -> None:
    assert Pattern(pattern, is_regex=True).lines(TEXT) == lines


@pytest.mark.parametrize("pattern", ["Foo", "Ü", "F"])
def test_capitals_count_where_a_text_has_one(pattern: str) -> None:
    assert Pattern(pattern).lines(f"x{pattern}\nx{pattern.lower()}\n".encode()) == [0]


@pytest.mark.parametrize("pattern", ["foo", "ü", ""])
def test_capitals_do_not_count_where_a_text_has_none(pattern: str) -> None:
    assert Pattern(pattern).lines(f"{pattern}\n{pattern.upper()}\n".encode()) == [0, 1]


@pytest.mark.parametrize(
    "pattern", [r"\Soo", r"\p{Ll}oo", r"\PNoo", "(?P<Name>foo)", "(?i)Foo"]
)
def test_a_capital_that_names_a_class_does_not_count(pattern: str) -> None:
    assert Pattern(pattern, is_regex=True).lines(b"foo\nFOO\nFoo\n") == [0, 1, 2]


def test_capitals_count_where_a_regular_expression_has_one() -> None:
    assert Pattern(r"\SOo", is_regex=True).lines(b"foo\nFOO\nFOo\n") == [2]


def test_what_was_asked_for_goes_before_what_the_pattern_looks_like() -> None:
    assert Pattern("FOO", case=False).lines(TEXT) == [2, 4]
    assert Pattern("foo", case=True).lines(b"FOO\nfoo\n") == [1]


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(", r"missing \): \("),
        ("[a", r"missing \]: \[a"),
        ("(?=x)", "looking ahead is not supported"),
        ("(?<!x)y", "looking behind is not supported"),
        (r"(a)\1", "no references to groups"),
        ("x{2000}", "more than 1,000 repetitions"),
        ("((a{100}){100}){100}", "more than 1,000 repetitions"),
        ("*", "no argument for repetition"),
        ("\udc80", "cannot be in any line"),
    ],
)
def test_what_is_no_pattern_is_refused_with_the_reason(
    pattern: str, reason: str
) -> None:
    with pytest.raises(UsageError, match=reason):
        Pattern(pattern, is_regex=True)


def test_a_text_is_no_regular_expression() -> None:
    assert Pattern("a.c[").lines(b"abc[\na.c[\n") == [1]


@pytest.mark.parametrize("text", ["o", "O"])
@pytest.mark.parametrize("share", [1, 3, 40])
def test_frequent_and_rare_matches_are_found_alike(text: str, share: int) -> None:
    lines = [b"foO" if number % share == 0 else b"bar" for number in range(2_000)]

    found = Pattern(text).lines(b"\n".join(lines) + b"\n")

    assert found == list(range(0, 2_000, share))


def test_a_long_line_is_searched_to_its_end() -> None:
    long = b"x" * (PIECE + 1000) + b"needle" + b"y" * PIECE
    text = long + b"\nneedle\n" + b"z" * PIECE + b"\n" + b"needle" * 3 + b"\n"

    assert Pattern("needle").lines(text) == [0, 1, 3]
    assert Pattern("ne+dle", is_regex=True).lines(text) == [0, 1, 3]


def test_a_match_across_two_pieces_is_found() -> None:
    text = b"x" * (PIECE - 3) + b"needle" + b"y" * PIECE + b"\n"

    assert Pattern("needle").lines(text) == [0]


def test_a_pattern_that_takes_too_long_is_given_up() -> None:
    numbers = random.Random(1)
    text = b"".join(numbers.choice([b"x", b"a", b"b ", b"word "]) for _ in range(2**18))
    slow = Pattern("(.{0,100}a.{0,100}){2}zz", is_regex=True)

    with pytest.raises(PatternTooSlowError, match="takes too long"):
        slow.lines(text + b"\n")


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"(a|a)*b", r"(a|aa)+$", "(.*)*x"])
def test_what_hangs_other_engines_ends(pattern: str) -> None:
    Pattern(pattern, is_regex=True).lines(b"a" * 100_000 + b"!\n")


def test_matches_are_located_in_bytes_and_in_text() -> None:
    pattern = Pattern("fo+", is_regex=True)

    assert pattern.spans(b"xyz foo fooo") == ((4, 7), (8, 12))
    assert pattern.spans("größe foo") == ((6, 9),)
    assert pattern.spans("größe foo".encode()) == ((8, 11),)
    assert Pattern("x*", is_regex=True).spans("axxb") == ((1, 3),)


def test_the_number_of_matches_that_are_shown_is_bounded() -> None:
    assert len(Pattern("x").spans("x" * 10_000)) == SPANS
    assert Pattern("y").spans("x" * SHOWN + "y") == ()


@pytest.mark.parametrize("letter", ["a", "\N{LATIN SMALL LETTER A WITH DIAERESIS}"])
def test_matches_of_nothing_are_not_looked_at_for_ever(letter: str) -> None:
    pattern = Pattern("x*", is_regex=True)

    # To look for each on its own takes a minute, which no test has.
    assert pattern.spans(letter * 10 + "xx" + letter * SHOWN) == ((10, 12),)
    assert pattern.spans(letter * SHOWN + "x") == ()


@pytest.mark.parametrize(
    ("pattern", "line", "size", "reaches"),
    [
        (r"\.|F", "." * 120, 120, False),
        (r"\.|F", "." * 120 + "F", 120, True),
        (r"\.|F", "." * 60_000 + "xxxF", 60_003, True),
        ("^x.*F", "x" * 60_000 + "F", 60_000, True),
        ("^x", "x" * 60_000, 100, False),
        ("abc", "abcd", 2, True),
        ("abc", "abcd", 3, False),
        ("x*", "ä" * 10_000, 10, False),
        ("$", "abc", 2, False),
        ("a|", "", 0, False),
    ],
)
def test_it_tells_whether_a_match_ends_beyond_a_place(
    pattern: str, line: str, size: int, *, reaches: bool
) -> None:
    regex = Pattern(pattern, is_regex=True, case=True)

    assert regex.reaches_beyond(line.encode(), size) is reaches


def test_to_look_beyond_a_place_is_given_up_if_it_takes_too_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("brummer.core.pattern.PATIENCE", -1.0)

    with pytest.raises(PatternTooSlowError, match="takes too long"):
        Pattern("a").reaches_beyond(b"aaa", 3)


def test_one_line_can_be_asked() -> None:
    assert Pattern("foo").matches(b"a foo")
    assert not Pattern("^foo", is_regex=True).matches(b"a foo")


@given(
    st.sampled_from(["a", "ab", "a.b", "^a", "b$", "[ab]c", "a|c", "(a|b)+c", "a?"]),
    st.lists(st.text("abc", max_size=6), min_size=1, max_size=50),
)
def test_it_finds_what_the_standard_library_finds(
    pattern: str, lines: list[str]
) -> None:
    text = "".join(f"{line}\n" for line in lines).encode()

    found = Pattern(pattern, is_regex=True, case=True).lines(text)

    assert found == [n for n, line in enumerate(lines) if re.search(pattern, line)]


@pytest.mark.parametrize("text", ["o", "O", "字", "é", "a.c", "(", "ß", "İ", "\\"])
@pytest.mark.parametrize("case", [None, True, False])
def test_a_simple_text_is_shown_where_it_is_found(text: str, *, case: bool) -> None:
    line = "Oh no: 字 É é a.c abc ( SS ß \\ İ"
    pattern = Pattern(text, case=case)

    shown = pattern.spans(line)

    encoded = [line[:at].encode() for span in shown for at in span]
    edges = [edge for span in pattern.spans(line.encode()) for edge in span]
    assert [len(before) for before in encoded] == edges
