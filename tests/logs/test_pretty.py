"""JSON over several lines."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer.logs.pretty import pretty


def texts(text: str) -> list[str]:
    return [line.text for line in pretty(text)]


def test_each_value_has_a_line() -> None:
    assert texts('{"a":[1,{"b":null}],"c":"d"}') == [
        "{",
        '  "a": [',
        "    1,",
        "    {",
        '      "b": null',
        "    }",
        "  ],",
        '  "c": "d"',
        "}",
    ]


@pytest.mark.parametrize("text", ["{ }", "[]", "5", '"x"', "", "null"])
def test_what_has_no_parts_is_one_line(text: str) -> None:
    assert texts(text) == [text] * bool(text)


def test_keys_that_occur_twice_and_numbers_stay_as_they_are() -> None:
    huge = "9" * 5_000

    assert texts(f'{{"a":1.10,"a":1e999,"n":{huge},"x":NaN,"y":-Infinity}}') == [
        "{",
        '  "a": 1.10,',
        '  "a": 1e999,',
        f'  "n": {huge},',
        '  "x": NaN,',
        '  "y": -Infinity',
        "}",
    ]


def test_the_lines_of_a_trace_are_lines() -> None:
    assert texts(r'{"stack":"Error: no\n    at f (a.js:1)\n"}') == [
        "{",
        r'  "stack": "Error: no\n',
        r"        at f (a.js:1)\n",
        '    "',
        "}",
    ]


def test_a_backslash_before_an_n_is_no_line() -> None:
    assert texts(r'{"path":"C:\\new"}')[1] == r'  "path": "C:\\new"'


def test_letters_that_are_escaped_can_be_read() -> None:
    assert texts(r'["caf\u00e9 \ud83d\ude00"]')[1] == '  "caf\xe9 \U0001f600"'


def test_deep_nesting_is_indented_no_further_than_can_be_seen() -> None:
    lines = texts("[" * 100_000)

    assert len(lines) == 100_000
    assert max(map(len, lines)) == 81


@pytest.mark.parametrize(
    "text",
    ['{"a', '"\\u12"', '{"a": "\x1b[31m"}', "}}]]", '{"a" "b"}', '"\\ud800"', ":::,,"],
)
def test_what_is_no_json_is_shown_all_the_same(text: str) -> None:
    assert "".join(texts(text))


words = st.text('ab\\"/:,{}[]\xe9', max_size=9)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), words),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(words, inner)),
    max_leaves=12,
)


@given(value=values)
def test_what_is_laid_out_means_the_same(value: object) -> None:
    lines = texts(json.dumps(value))

    assert json.loads("\n".join(lines)) == value


@pytest.mark.parametrize("part", ['"', '"\\', "{", "[ ", ' "a', '"a" ', "\\"])
def test_what_is_made_to_take_long_does_not(part: str) -> None:
    text = part * 20_000

    assert sum(len(line) for line in texts(text)) >= 20_000


@given(text=st.text(max_size=80))
def test_no_text_steers_a_terminal_or_is_too_odd(text: str) -> None:
    for line in pretty(text):
        assert sum(length for _, length in line.runs) == len(line.text)
        assert not set(line.text) & set("\x1b\x07\x9b\u202e\r")
