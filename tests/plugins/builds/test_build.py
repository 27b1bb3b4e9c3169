import pytest

from brummer_builds.build import lasting


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.002, "2 ms"), (1.25, "1.2 s"), (59.0, "59.0 s"), (125.0, "2 m 05 s")],
)
def test_times_are_short(seconds: float, text: str) -> None:
    assert lasting(seconds) == text
