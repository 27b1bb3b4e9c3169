import pytest
from mcp.shared.exceptions import MCPError

from brummer.mcp.paging import PAGE, page

NAMES = [f"tool{number:04}" for number in range(2 * PAGE + 5)]


def test_a_short_list_is_one_page() -> None:
    assert page(["a", "b"], ["a", "b"], None) == (["a", "b"], None)


def test_pages_together_are_the_list() -> None:
    found: list[str] = []
    cursor = None
    for _ in range(3):
        shown, cursor = page(NAMES, NAMES, cursor)
        found += shown

    assert found == NAMES
    assert cursor is None


def test_a_list_that_changed_is_gone_on_with_at_the_right_place() -> None:
    _, cursor = page(NAMES, NAMES, None)
    others = sorted([*NAMES[PAGE // 2 :], "tool0000a"])

    shown, _ = page(others, others, cursor)

    assert shown[0] == NAMES[PAGE]


def test_a_cursor_past_the_end_has_nothing() -> None:
    _, cursor = page(NAMES, NAMES, None)

    assert page(["a"], ["a"], cursor) == ([], None)


@pytest.mark.parametrize("cursor", ["", "!", "ÄÖ", "a", "////"])
def test_a_cursor_of_somebody_else_is_refused(cursor: str) -> None:
    with pytest.raises(MCPError, match="no cursor of ours"):
        page(NAMES, NAMES, cursor)
