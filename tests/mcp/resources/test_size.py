import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer.mcp.resources.size import compact, cut, fitting
from brummer.mcp.size import sound


def test_a_text_that_fits_stays_as_it_is() -> None:
    assert cut("abc", 3) == "abc"


def test_a_text_that_is_cut_says_how_much_is_gone() -> None:
    assert cut("a" * 2_010, 10) == "aaaaaaaaaa ... 2,000 characters more"


@pytest.mark.parametrize("name", ["\udcff.js", "a\ud800b"])
def test_bytes_that_are_no_text_can_be_sent(name: str) -> None:
    assert "?" in compact({"file": name}).encode().decode()


def test_what_does_not_fit_is_counted() -> None:
    assert fitting(["aaa", "bbb", "ccc"], str, room=12) == (["aaa", "bbb"], 1)


def test_nothing_that_follows_what_did_not_fit_is_shown() -> None:
    assert fitting(["a" * 100, "b"], str, room=50) == ([], 2)


@given(st.lists(st.text()), st.integers(0, 200))
def test_what_fits_has_room(texts: list[str], room: int) -> None:
    rows, left = fitting(texts, str, room)

    assert len(rows) + left == len(texts)
    assert len(compact(rows)) <= room + 2
    assert json.loads(compact(rows)) == [sound(t) for t in texts[: len(rows)]]
