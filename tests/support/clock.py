"""A clock that only tests turn."""


class FakeClock:
    """Stands still until it is turned."""

    def __init__(self, now: float = 1_000_000.0) -> None:
        self._now = now

    def now(self) -> float:
        return self._now

    def monotonic(self) -> float:
        return self._now

    def turn(self, seconds: float) -> None:
        """Let time pass."""
        self._now += seconds
