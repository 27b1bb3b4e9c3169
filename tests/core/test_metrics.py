"""Tests of the text format of metrics."""

import math

import pytest

from brummer.core.metrics import Kind, Metric, exposition, values


def metric(value: float, **labels: str) -> Metric:
    return Metric(name="lamps", about="lamps that burn", value=value, labels=labels)


def test_siblings_share_one_head() -> None:
    text = exposition([metric(1, room="hall"), metric(2.5, room="attic")])

    assert text.splitlines() == [
        "# HELP brummer_lamps lamps that burn",
        "# TYPE brummer_lamps gauge",
        'brummer_lamps{room="hall"} 1',
        'brummer_lamps{room="attic"} 2.5',
    ]


def test_a_counter_says_so() -> None:
    counter = Metric(name="x", about="y", value=1, kind=Kind.COUNTER)

    assert "# TYPE brummer_x counter" in exposition([counter])


def test_labels_are_escaped() -> None:
    text = exposition([metric(1, room='a"b\\c\nd')])

    assert 'room="a\\"b\\\\c\\nd"' in text
    assert text.count("\n") == 3


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (math.inf, "+Inf"),
        (-math.inf, "-Inf"),
        (math.nan, "NaN"),
        (1e-9, "1e-09"),
    ],
)
def test_numbers_are_written_as_the_format_wants(value: float, text: str) -> None:
    assert exposition([metric(value)]).endswith(f" {text}\n")


def test_values_are_found_by_name_and_labels() -> None:
    assert values([metric(3, room="hall")]) == {'brummer_lamps{room="hall"}': 3}
