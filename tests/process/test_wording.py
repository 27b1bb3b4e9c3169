import signal

import pytest

from brummer.errors import BrummerError
from brummer.process.system import Relative
from brummer.process.wording import (
    ending,
    left_running,
    members,
    ordinal,
    signal_name,
    signal_number,
    span,
    unended,
)


@pytest.mark.parametrize("name", ["SIGINT", "sigint", "INT", " int ", "2"])
def test_a_signal_is_found_by_every_name_people_give_it(name: str) -> None:
    assert signal_number(name) == signal.SIGINT


@pytest.mark.parametrize("name", ["", "SIGFOO", "999", "-9", "SIG", "²"])
def test_an_unknown_signal_is_refused_with_names_that_exist(name: str) -> None:
    with pytest.raises(BrummerError, match="SIGTERM"):
        signal_number(name)


def test_a_signal_without_a_name_is_told_by_its_number() -> None:
    assert signal_name(15) == "SIGTERM"
    assert signal_name(200) == "signal 200"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0, "exited with 0 after 2.3 s"),
        (1, "exited with 1 after 2.3 s"),
        (127, "exited with 127 (command not found) after 2.3 s"),
        (139, "was killed by SIGSEGV after 2.3 s"),
        (128, "exited with 128 after 2.3 s"),
        (255, "exited with 255 after 2.3 s"),
        (-1, "exited with -1 after 2.3 s"),
    ],
)
def test_an_exit_code_is_told_in_words(code: int, words: str) -> None:
    assert ending(code, 2.34) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "0.0 s"),
        (59.94, "59.9 s"),
        (59.96, "1 min 0 s"),
        (250.0, "4 min 10 s"),
        (10_930.0, "3 h 2 min"),
    ],
)
def test_a_span_of_time_is_as_exact_as_people_need(seconds: float, words: str) -> None:
    assert span(seconds) == words


def test_ordinals_know_the_teens() -> None:
    told = [ordinal(number) for number in (1, 2, 3, 4, 11, 12, 13, 21, 111)]

    assert told == [
        *["1st", "2nd", "3rd", "4th"],
        *["11th", "12th", "13th", "21st", "111th"],
    ]


def test_a_family_is_told_by_its_first_members() -> None:
    family = [Relative(41, "node"), Relative(42, "esbuild"), Relative(43, "sh")]

    assert members(family[:0]) == "nobody"
    assert members(family[:1]) == "node (pid 41)"
    assert members(family[:2]) == "node (pid 41) and esbuild (pid 42)"
    assert members(family) == "node (pid 41) and 2 others"


def test_leftovers_are_counted_in_good_grammar() -> None:
    assert left_running(1) == "1 process it started is still running"
    assert left_running(2) == "2 processes it started are still running"


def test_who_could_not_be_ended_hangs_or_keeps_forking() -> None:
    family = [Relative(41, "node"), Relative(42, "sh")]
    both = "node (pid 41) and sh (pid 42)"

    assert unended(family, forking=False) == f"could not be ended: {both}"
    assert unended(family, forking=True) == (
        f"could not be ended: 2 processes keep forking: {both}"
    )
