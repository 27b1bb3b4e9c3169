"""Tests of amounts in few characters."""

import pytest

from brummer.core.amount import ago, duration, memory, percent


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (59.9, "59s"),
        (60, "1m00"),
        (761, "12m41"),
        (3 * 3600 + 7 * 60, "3h07"),
        (2 * 86400 + 4 * 3600, "2d04h"),
    ],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "now"),
        (59, "now"),
        (60, "1 min ago"),
        (7300, "2 h ago"),
        (99999, "1 d ago"),
    ],
)
def test_times_past(seconds: float, text: str) -> None:
    assert ago(seconds) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0K"), (512 << 10, "512K"), (210 << 20, "210M"), (1434 << 20, "1.4G")],
)
def test_memory(size: int, text: str) -> None:
    assert memory(size) == text


@pytest.mark.parametrize(
    ("share", "text"), [(0.0, "0%"), (0.44, "0.4%"), (31.4, "31%"), (812.0, "812%")]
)
def test_shares(share: float, text: str) -> None:
    assert percent(share) == text
