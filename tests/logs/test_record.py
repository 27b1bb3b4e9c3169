"""Tests of what lines say of themselves."""

import json
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer.logs.record import Record, record_of
from brummer.logs.style import PLAIN
from brummer.model.level import Level

#: 2026-05-04T10:00:00Z
READ = 1777888800.0


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def record(text: str) -> Record:
    return record_of(text.encode(), READ)


def test_a_plain_line_is_its_message() -> None:
    made = record("2026-05-04 10:00:00 ERROR db: query failed")

    assert made.message == made.summary == "2026-05-04 10:00:00 ERROR db: query failed"
    assert made.level is Level.ERROR
    assert made.stamp == (READ, 0, 19)
    assert "sql" in made.tags
    assert list(made.pretty()) == []


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        (
            '{"level":50,"time":1777888800123,"pid":7,"msg":"query failed"}',
            "10:00:00.123 ERROR query failed pid=7",
        ),
        (
            '{"level":"info","ts":1777888800.5,"logger":"db","msg":"ready","port":80}',
            "10:00:00.500 INFO db: ready port=80",
        ),
        (
            '{"time":1777888800,"level":"WARN","fields":{"message":"slow","ms":12}}',
            "10:00:00.000 WARN slow fields.ms=12",
        ),
        (
            '{"t":{"$date":"2026-05-04T10:00:00Z"},"s":"I","c":"NETWORK","msg":"up"}',
            "10:00:00.000 INFO NETWORK: up",
        ),
        (
            'time=2026-05-04T10:00:00Z level=info msg="two words" path="/a b" n=1',
            '10:00:00.000 INFO two words path="/a b" n=1',
        ),
        (
            '2026-05-04T10:00:00Z\tINFO\tlistening\t{"port": 80}',
            "10:00:00.000 INFO 2026-05-04T10:00:00Z\tINFO\tlistening port=80",
        ),
        ('{"a": {"b": [1, null]}, "c": true}', 'a.b="[1, null]" c=true'),
        ('{"msg": "two\\nlines", "stack": "a\\nb"}', r'two\nlines stack="a\nb"'),
        ('{"msg": 5, "event": "started"}', "started msg=5"),
    ],
)
def test_a_record_is_summed_up_in_a_line(text: str, summary: str) -> None:
    assert record(text).summary == summary


def test_a_summary_has_an_end() -> None:
    made = record(json.dumps({f"key{n}": "x" * 1_000 for n in range(50)}))

    assert len(made.summary) < 2_100
    assert made.summary.endswith("...")


def test_nothing_in_a_record_steers_a_terminal() -> None:
    made = record('{"msg": "\\u001b[2J\\u202eevil", "k\\u0007": "\\u009b1m"}')

    shown = made.summary + "".join(line.text for line in made.pretty())

    assert not set(shown) & set("\x1b\x07\x9b\u202e")


def test_a_record_can_be_read_at_leisure() -> None:
    lines = list(record('{"a":{"b":[1,"x\\"y",null]},"c":-1.5e3,"d":{}}').pretty())

    assert [line.text for line in lines] == [
        "{",
        '  "a": {',
        '    "b": [',
        "      1,",
        r'      "x\"y",',
        "      null",
        "    ]",
        "  },",
        '  "c": -1.5e3,',
        '  "d": {}',
        "}",
    ]


def test_what_is_pretty_has_colours() -> None:
    lines = list(record('{"a":"b","n":1,"t":true}').pretty())

    styles = [{style for style, _ in line.runs} - {PLAIN} for line in lines]

    assert [len(found) for found in styles] == [0, 2, 2, 2, 0]
    assert all(sum(n for _, n in line.runs) == len(line.text) for line in lines)


def test_a_pretty_record_has_an_end() -> None:
    lines = list(record(json.dumps({"a": [0] * 5_000})).pretty())

    assert len(lines) == 2_001
    assert lines[-1].text == "... 3,004 more lines"


values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9)
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner)
    ),
    max_leaves=8,
)
names = st.sampled_from(["level", "msg", "time", "ts", "logger", "log", "fields", "x"])


@given(st.dictionaries(names, values))
def test_no_object_is_too_odd(fields: dict[str, object]) -> None:
    made = record(json.dumps(fields))

    assert "\n" not in made.summary
    assert all(sum(n for _, n in line.runs) == len(line.text) for line in made.pretty())


@given(st.binary(max_size=200))
def test_no_line_is_too_odd(line: bytes) -> None:
    made = record_of(line.replace(b"\n", b""), READ)

    assert isinstance(made.summary, str)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({f"key{n}": "value" for n in range(10_000)}),
        json.dumps({"a": [1] * 60_000}),
        '{"a":' * 40_000,
        " ".join(f'k{n}="a b"' for n in range(18_000)),
        'a="' * 60_000,
        'a="' + r"\"" * 100_000,
        "a" * 200_000 + "=",
        " " * 200_000 + "x",
        "SELECT " + "x " * 100_000,
    ],
    ids=range(9),
)
def test_nothing_takes_long(text: str) -> None:
    begin = time.thread_time()

    made = record(text)
    shown = len(made.summary) + sum(len(line.text) for line in made.pretty())

    assert shown
    # Some thirty times what it takes, and a tenth of what is quadratic.
    assert time.thread_time() - begin < 3.0
