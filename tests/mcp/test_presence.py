"""Who leaves stops what is done for him, and nothing else."""

from typing import Any

from brummer.mcp.presence import has_left, leave, stopped_by_leaving


def test_who_leaves_stops_what_is_done_for_him() -> None:
    scope: dict[str, Any] = {}
    stopped: list[bool] = []

    with stopped_by_leaving(scope, lambda: stopped.append(True)):
        leave(scope)
        leave(scope)

    assert stopped == [True]


def test_who_leaves_later_stops_nothing() -> None:
    scope: dict[str, Any] = {}
    stopped: list[bool] = []

    with stopped_by_leaving(scope, lambda: stopped.append(True)):
        pass
    leave(scope)

    assert stopped == []


def test_who_left_before_is_known_to_have_left() -> None:
    scope: dict[str, Any] = {}
    before = has_left(scope)

    leave(scope)

    assert not before
    assert has_left(scope)
