"""What is imported is not searched for garbage."""

import gc
from collections.abc import Iterator

import pytest

from brummer.core.garbage import YOUNG, kept_for_good, look_seldom


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_nothing_is_collected_in_the_block_and_everything_after_it() -> None:
    with kept_for_good():
        during = gc.isenabled()

    assert not during
    assert gc.isenabled()


def test_what_was_made_in_the_block_is_not_looked_at_again() -> None:
    with kept_for_good():
        made: list[object] = [object()]

    assert gc.get_freeze_count()
    assert not any(found is made for found in gc.get_objects())


def test_an_import_that_fails_leaves_it_as_it_was() -> None:
    with pytest.raises(ImportError), kept_for_good():
        raise ImportError

    assert gc.isenabled()


def test_who_turned_it_off_keeps_it_off() -> None:
    gc.disable()
    try:
        with kept_for_good():
            pass

        assert not gc.isenabled()
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("late", "done"), [(True, ["looked", "kept"]), (False, ["kept"])]
)
def test_who_comes_late_keeps_no_garbage(
    monkeypatch: pytest.MonkeyPatch, done: list[str], *, late: bool
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(gc, "collect", lambda: seen.append("looked"))
    monkeypatch.setattr(gc, "freeze", lambda: seen.append("kept"))

    with kept_for_good(late=late):
        pass

    assert seen == done


def test_garbage_is_looked_for_among_more() -> None:
    before = gc.get_threshold()
    try:
        look_seldom()

        assert gc.get_threshold() == (YOUNG, *before[1:])
    finally:
        gc.set_threshold(*before)
