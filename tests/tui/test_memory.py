"""Tests of what was typed before."""

from brummer.tui.memory import REMEMBERED, Memory


def test_the_latest_is_last_and_everything_is_there_once() -> None:
    memory = Memory()

    for text in ("one", "two", "one"):
        memory.put(text, memory.searches)

    assert list(memory.searches) == ["two", "one"]
    assert not memory.filters


def test_no_more_is_remembered_than_anybody_leafs_through() -> None:
    memory = Memory()

    for number in range(REMEMBERED + 5):
        memory.put(str(number), memory.filters)

    assert len(memory.filters) == REMEMBERED
    assert memory.filters[-1] == str(REMEMBERED + 4)
