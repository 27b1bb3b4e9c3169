import pytest

from brummer.errors import BrummerError
from brummer.mcp.moment import ago, since

NOW = 1_790_000_000.0


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(-1, "0s"), (42.9, "42s"), (190, "3m10s"), (7_500, "2h05m"), (300_000, "3d")],
)
def test_a_stretch_of_time_is_told_in_few_characters(seconds: float, told: str) -> None:
    assert ago(seconds) == told


@pytest.mark.parametrize(
    ("word", "then"),
    [
        ("", 0.0),
        ("10m", NOW - 600),
        ("1789999999.5", 1_789_999_999.5),
        ("2026-09-21T13:33:20Z", 1_789_997_600.0),
        ("2026-09-21T13:33:20+00:00", 1_789_997_600.0),
    ],
)
def test_a_moment_is_understood_in_every_form(word: str, then: float) -> None:
    assert since(word, NOW) == then


@pytest.mark.parametrize("word", ["soon", "-5", "1e9", "nan", "9" * 40])
def test_what_is_no_moment_is_told_with_what_is(word: str) -> None:
    with pytest.raises(BrummerError, match=r"none of 10s, 5m.*or seconds since"):
        since(word, NOW)
