"""Tests of levels: what real lines say, and what they do not."""

import time
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer.logs import ansi
from brummer.logs.level import level_of, likely
from brummer.logs.structure import LONGEST
from brummer.model.level import WORDS, Level
from brummer.model.log import Stream
from tests.corpus.cases import Case, cases

TABLE = tomllib.loads(Path(__file__).with_name("levels.toml").read_text("utf-8"))

#: The one group of lines that were printed on standard error.
ON_ERR = "standard error"

LINES = [(tool, word, text) for tool in TABLE for word, text in TABLE[tool]["lines"]]

every_tool = pytest.mark.parametrize("tool", TABLE)


def word_of(text: str, stream: Stream) -> str:
    level = level_of(text, stream)
    return level.word if level else "none"


def stream_of(tool: str) -> Stream:
    return Stream.ERR if tool == ON_ERR else Stream.OUT


def test_the_table_is_large() -> None:
    assert len({text for _, _, text in LINES}) >= 300
    assert {word for _, word, _ in LINES} == {"none", *(level.word for level in Level)}


@every_tool
def test_a_line_has_the_level_that_it_says(tool: str) -> None:
    expected = TABLE[tool]["lines"]

    found = [[word_of(text, stream_of(tool)), text] for _, text in expected]

    assert found == expected


@every_tool
def test_the_hint_of_a_level_finds_every_line_that_has_it(tool: str) -> None:
    lines = [
        (text, level_of(text, stream_of(tool))) for _, text in TABLE[tool]["lines"]
    ]

    missed = [
        text
        for text, level in lines
        if level and not likely({level}).matches(text.encode())
    ]

    assert missed == []


GOOD = [case for case in cases() if not case.findings]


@pytest.mark.parametrize("stream", [Stream.OUT, Stream.ERR])
@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.name)
def test_what_went_well_has_no_error(case: Case, stream: Stream) -> None:
    levels = {line: level_of(line, stream) for line in case.lines()}

    assert [line for line, level in levels.items() if (level or 0) >= Level.ERROR] == []


def test_most_errors_of_real_tools_say_so() -> None:
    said = [
        any((level_of(line, Stream.ERR) or 0) >= Level.ERROR for line in lines)
        for case in cases()
        for label in case.findings
        if label.severity == "error"
        for lines in [case.lines()[label.first_line : label.last_line + 1]]
    ]

    # Of the others many have no word for it, such as the tests that are listed at the
    # end of a run, and what containers print.
    assert said.count(True) >= 0.75 * len(said)


def test_the_hints_find_every_line_of_the_corpus_that_has_a_level() -> None:
    for case in cases():
        plain = ansi.strip(case.output() + b"\n")
        lines = plain.split(b"\n")[:-1]
        levels = [level_of(line, Stream.ERR) for line in lines]
        for level in Level:
            found = set(likely({level}).lines(plain))

            missed = [n for n, has in enumerate(levels) if has == level]

            assert set(missed) <= found, (case.name, level)


@given(
    st.sampled_from(sorted(WORDS)),
    st.sampled_from(["[{}] x", "{}: x", "12:00:00 {} x", '{{"level":"{}"}}', "{}  x"]),
    st.sampled_from([str.upper, str.lower]),
)
def test_any_word_that_is_read_as_a_level_is_hinted_at(
    word: str, form: str, case: Callable[[str], str]
) -> None:
    text = form.format(case(word))

    level = level_of(text)

    assert level is None or likely({level}).matches(text.encode())
    assert level is None or level == WORDS[word]


@given(st.text(max_size=300), st.sampled_from(list(Stream)))
def test_no_line_is_too_odd(text: str, stream: Stream) -> None:
    level = level_of(text, stream)

    assert level is None or likely({level}).matches(text.encode("utf-8", "replace"))


def test_a_line_may_be_bytes_that_are_not_text() -> None:
    assert level_of(b"ERROR: \xff\xfe is no text") is Level.ERROR


def test_of_a_very_long_line_the_beginning_decides() -> None:
    assert level_of(b"ERROR: " + b"x" * 2 * LONGEST) is Level.ERROR
    assert level_of(b"x" * LONGEST + b" ERROR: ") is None


@pytest.mark.parametrize(
    "text",
    [
        '{"level":' * 20_000,
        "a=" * 20_000,
        'a="' * 20_000,
        "[" * 20_000,
        "12:" * 20_000,
        "error " * 20_000,
        " " * 20_000 + "x",
        "A" * 20_000,
        "a." * 20_000 + "Error",
        '{"a":' + "[" * 20_000,
        '{"a":' * 5_000 + "1" + "}" * 5_000,
    ],
    ids=range(11),
)
def test_nothing_takes_long(text: str) -> None:
    begin = time.thread_time()

    level_of(text, Stream.ERR)

    # A hundred times what it takes, and a thousandth of what is quadratic.
    assert time.thread_time() - begin < 1.0
