"""A clock that a test turns by hand."""


class FakeClock:
    """Tells the time that it was told.

    Threads: the test's; readers on others see an old or a new time.
    """

    def __init__(self, now: float = 1_790_000_000.0) -> None:
        self._now = now
        self._monotonic = 1_000.0

    def now(self) -> float:
        """Return the wall-clock time."""
        return self._now

    def monotonic(self) -> float:
        """Return the time for measuring."""
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Let *seconds* pass."""
        self._now += seconds
        self._monotonic += seconds

    def set_wall(self, now: float) -> None:
        """Set the wall clock, as a user or a time server may."""
        self._now = now
