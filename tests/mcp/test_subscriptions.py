import pytest

from brummer.errors import BrummerError
from brummer.mcp.subscriptions import IDLE, Subscriptions
from tests.support.clock import FakeClock


def test_a_place_stays_where_it_was_moved() -> None:
    places = Subscriptions(FakeClock())
    mine, other = places.subscribe("a", 3), places.subscribe("b", 0)

    places.move(mine, 7)

    assert [places.place(mine), places.place(other)] == [("a", 7), ("b", 0)]
    assert places.counts() == {"a": 1, "b": 1}


def test_a_place_that_nobody_uses_is_forgotten() -> None:
    clock = FakeClock()
    places = Subscriptions(clock)
    used, idle = places.subscribe("a", 0), places.subscribe("b", 0)

    clock.advance(IDLE * 0.7)
    places.place(used)
    clock.advance(IDLE * 0.7)

    assert places.counts() == {"a": 1}
    with pytest.raises(BrummerError, match="nobody uses it for 60 minutes"):
        places.place(idle)


def test_moving_what_is_forgotten_does_nothing() -> None:
    Subscriptions(FakeClock()).move("nothing", 5)
