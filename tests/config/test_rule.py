from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer.config.rule import Number, Numbers, Switch, Text, Texts, rule_for

PORT = Number({"minimum": 0, "maximum": 65535}, whole=True)
SECONDS = Number({"minimum": 0.1, "maximum": 3600, "unit": "s"}, whole=False)
MILLIS = Number({"minimum": 1, "maximum": 60_000, "unit": "ms"}, whole=True)
BYTES = Number({"minimum": 1, "maximum": 1024**4, "unit": "B"}, whole=True)
MODE = Text({"choices": ("reverse", "full")})


@pytest.mark.parametrize("value", [0, 1, 65535])
def test_a_number_within_its_limits_is_taken(value: int) -> None:
    assert PORT.read(value) == value


@pytest.mark.parametrize("value", [-1, 65536, 10**30, 1.0, "80", True, None, [80]])
def test_anything_else_is_no_port(value: object) -> None:
    with pytest.raises(ValueError, match="a whole number from 0 to 65535"):
        PORT.read(value)


@pytest.mark.parametrize("text", ["", "x", "80.5", "0x50", "-1", "65536", "9" * 5000])
def test_anything_else_that_is_typed_is_no_port(text: str) -> None:
    with pytest.raises(ValueError, match="but takes a whole number"):
        PORT.parse(text)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [(5, 5.0), (0.5, 0.5), ("5s", 5.0), ("500ms", 0.5), ("2 m", 120.0), ("1h", 3600.0)],
)
def test_a_time_is_a_number_of_seconds_or_has_a_unit(
    written: object, seconds: float
) -> None:
    read = SECONDS.read(written)

    assert read == seconds
    assert isinstance(read, float)


@pytest.mark.parametrize("text", ["5 parsecs", "s", "1e3s", "", "5s5s", "-5s", "٣s"])
def test_a_bad_time_is_refused_with_the_units_there_are(text: str) -> None:
    with pytest.raises(ValueError, match=r"one with a unit \(ms, s, m, h\)"):
        SECONDS.read(text)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e308, 0.05, True])
def test_a_time_that_nobody_could_wait_for_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match=r"from 0\.1 to 3600"):
        SECONDS.read(value)


def test_milliseconds_stay_whole() -> None:
    assert MILLIS.read("1.5s") == 1500
    assert type(MILLIS.read("1.5s")) is int
    with pytest.raises(ValueError, match="whole number"):
        MILLIS.read("1.5ms")


def test_sizes_have_units_too() -> None:
    assert BYTES.read("64 MiB") == 64 * 1024**2
    assert BYTES.parse("1GB") == 1000**3


@given(st.integers(1, 60_000))
def test_a_number_means_the_same_typed_and_written(number: int) -> None:
    assert MILLIS.parse(str(number)) == MILLIS.read(number) == number
    assert MILLIS.parse(f"{number}ms") == number


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("ON", True), ("0", False), (" no ", False)]
)
def test_a_switch_is_typed_in_many_ways(text: str, *, value: bool) -> None:
    assert Switch().parse(text) is value


@pytest.mark.parametrize("value", [1, 0, "true", None])
def test_a_switch_is_written_in_one_way(value: object) -> None:
    with pytest.raises(ValueError, match="true or false"):
        Switch().read(value)


def test_a_bad_choice_is_refused_with_all_there_are_and_the_nearest() -> None:
    expected = "is 'ful', but takes reverse or full; did you mean full?"

    with pytest.raises(ValueError, match="but takes") as caught:
        MODE.read("ful")

    assert str(caught.value) == expected


@pytest.mark.parametrize("text", ["a\0b", "\udcff"])
def test_text_that_the_system_would_choke_on_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="without NUL"):
        Text({}).read(text)


def test_a_list_is_typed_with_commas() -> None:
    assert Texts().parse(" .env, .env.local,") == (".env", ".env.local")
    assert Texts().parse("") == ()


@pytest.mark.parametrize("value", ["a", [1], {"a": 1}, ["a", "b\0"]])
def test_a_list_of_texts_holds_nothing_else(value: object) -> None:
    with pytest.raises(ValueError, match="but takes"):
        Texts().read(value)


def test_a_list_that_is_typed_has_no_brackets() -> None:
    with pytest.raises(ValueError, match="commas"):
        Texts().parse("[a]")


@pytest.mark.parametrize("value", [[1, 2], [1, 2, 3, 4], [1, 2, 0], ["1", 2, 3], 5])
def test_a_list_of_three_numbers_is_just_that(value: object) -> None:
    rule = Numbers({"minimum": 1, "maximum": 9}, 3)

    assert rule.read([1, 2, 3]) == rule.parse("1, 2,3") == (1, 2, 3)
    with pytest.raises(ValueError, match="a list of 3, each a whole number"):
        rule.read(value)


def test_a_message_shows_nothing_that_a_terminal_acts_on() -> None:
    with pytest.raises(ValueError, match="takes") as caught:
        PORT.read("\x1b]0;gotcha\x07")

    assert str(caught.value).isprintable()


def test_a_type_without_a_rule_is_a_mistake_in_the_settings() -> None:
    with pytest.raises(TypeError, match="no rule"):
        rule_for(Mapping[str, int], {})
