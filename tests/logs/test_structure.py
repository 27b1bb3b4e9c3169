"""Tests of lines that are made of fields."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer.logs.structure import LONGEST, Fields, flat, json_of, logfmt_of


@pytest.mark.parametrize(
    ("text", "fields", "begin"),
    [
        ('{"a": 1}', {"a": 1}, 0),
        ('  {"a": [1, {"b": null}]}  ', {"a": [1, {"b": None}]}, 2),
        ('INFO ready {"port": 80}', {"port": 80}, 11),
        ('{"a": 1, "a": 2}', {"a": 2}, 0),
        ('{"a": NaN, "b": -Infinity}', {"a": "NaN", "b": "-Infinity"}, 0),
        ('{"a": "\\ud800"}', {"a": "\ud800"}, 0),
        ("{}", {}, 0),
        ('{"a": 1', {}, 7),
        ("{'a': 1}", {}, 8),
        ("[1]", {}, 3),
        ("no object", {}, 9),
        ("x" * 300 + '{"a": 1}', {}, 308),
        ('{"a":' * 5_000 + "1" + "}" * 5_000, {}, 30_001),
    ],
    ids=range(13),
)
def test_an_object_is_read(text: str, fields: object, begin: int) -> None:
    assert json_of(text) == (fields, begin)


def test_a_huge_object_is_text() -> None:
    text = '{"a": "' + "x" * LONGEST + '"}'

    assert json_of(text) == ({}, len(text))


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("a=1 b=two", {"a": "1", "b": "two"}),
        ('msg="slow query" ms=12', {"msg": "slow query", "ms": "12"}),
        (r'msg="a \"b\" \n c\\" k=', {"msg": 'a "b" \n c\\', "k": ""}),
        ("level=info some words msg=x", {"level": "info", "msg": "x"}),
        ("2026-11-21 app level=info msg=x", {"level": "info", "msg": "x"}),
        ("a=1", {}),
        ("see a=1 b=2", {}),
        ("run with --level=debug x=1", {}),
        ("a = 1 b = 2", {}),
        ("", {}),
    ],
)
def test_logfmt_is_read(text: str, fields: object) -> None:
    assert logfmt_of(text) == fields


def test_inner_objects_are_laid_beside_the_others() -> None:
    fields: Fields = {"a": {"b": {"c": 1}, "d": [{}]}, "e": {}, "f": 2}

    assert flat(fields) == {"a.b.c": 1, "a.d": [{}], "e": {}, "f": 2}


@given(st.text(max_size=200))
def test_nothing_is_too_odd(text: str) -> None:
    fields, begin = json_of(text)

    assert 0 <= begin <= len(text)
    assert fields == {} or text[begin] == "{"
    assert isinstance(dict(logfmt_of(text)), dict)
