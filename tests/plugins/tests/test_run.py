import pytest

from brummer_tests.run import lasting


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0, "0 ms"), (0.35, "350 ms"), (4.2, "4.2 s"), (200.0, "3 m 20 s")],
)
def test_times_are_short(seconds: float, text: str) -> None:
    assert lasting(seconds) == text
