"""Answers as they are carried, within their bounds."""

from typing import Any

import mcp_types as wire
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer.mcp.size import MOST
from brummer.mcp.wire import content, contents, result
from brummer.model.tool import Answer, Link, Media, Resource, Text, answer, failure

TEXTS = st.text(st.characters(codec=None, categories=None), max_size=50)


def carried(answered: Answer) -> tuple[wire.CallToolResult, int]:
    found = result(answered)
    return found, len(found.model_dump_json(by_alias=True, exclude_none=True).encode())


def words(found: wire.CallToolResult) -> str:
    return "\n".join(getattr(part, "text", "") for part in found.content)


@given(
    st.lists(TEXTS, max_size=5),
    st.integers(1, 2_000),
    st.dictionaries(TEXTS, TEXTS, max_size=5),
    st.integers(1, 500),
)
def test_no_answer_is_larger_than_all_may_be(
    texts: list[str], times: int, data: dict[str, str], more: int
) -> None:
    content = tuple(Text(text=text * times) for text in texts)
    rows = {key: value * more for key, value in data.items()}

    _, taken = carried(Answer(content=content, data=rows))

    assert taken <= MOST


def test_an_answer_that_fits_is_carried_as_it_is() -> None:
    found, _ = carried(answer("all of it", {"a": 1}))

    assert (words(found), found.structured_content) == ("all of it", {"a": 1})


def test_a_text_that_is_too_long_is_cut_and_that_is_told() -> None:
    found, taken = carried(answer("x" * 100_000, {"a": 1}))

    assert "characters are left out" in words(found)
    assert MOST * 0.9 < taken <= MOST


def test_data_that_is_too_large_is_told_as_an_error() -> None:
    found, _ = carried(answer("in words", {"rows": ["x" * 100] * 1_000}))

    assert found.is_error
    assert found.structured_content is None
    assert words(found).startswith("too much: 103,")
    assert "in words" in words(found)


def test_halves_of_characters_do_no_harm() -> None:
    found, _ = carried(answer("a\ud800b", {"\udfff": "\ud800"}))

    assert words(found) == "a?b"
    assert found.structured_content == {"?": "?"}


HIDDEN = "no\u202e id\u200b\U000e0049"
SHOWN = "no\ufffd id\ufffd\ufffd"


def test_what_cannot_be_seen_is_shown_as_such_wherever_it_is() -> None:
    part = Resource(uri="a://b", mime_type="text/plain", content=HIDDEN)

    found, _ = carried(
        Answer(content=(Text(text=HIDDEN), part), data={"rows": [HIDDEN]})
    )

    assert words(found).strip() == SHOWN
    assert found.structured_content == {"rows": [SHOWN]}
    assert "\u202e" not in found.model_dump_json()
    assert contents(part).model_dump()["text"] == SHOWN
    assert content(Text(text=HIDDEN)).model_dump()["text"] == SHOWN


@given(st.text("\u061c", max_size=9_000))
def test_what_grows_when_it_is_shown_still_fits(text: str) -> None:
    assert carried(answer(text))[1] <= MOST


def test_data_that_nothing_can_carry_is_told() -> None:
    found, _ = carried(answer("x", {"a": object()}))

    assert found.is_error
    assert "JSON knows no object" in words(found)


def test_pictures_are_no_text() -> None:
    found, taken = carried(
        Answer(content=(Media(data=b"x" * 30_000, mime_type="image/png"),))
    )

    assert not found.is_error
    assert taken > MOST


def test_resources_count_as_their_text() -> None:
    part = Resource(uri="a://b", mime_type="text/plain", content="y" * 50_000)

    _, taken = carried(
        Answer(content=(part, Link(uri="a://c", name="c"), Text(text="z" * 50_000)))
    )

    assert taken <= MOST


@pytest.mark.parametrize("data", [None, {"a": 1}])
def test_errors_stay_errors(data: Any) -> None:
    assert carried(failure("no", data))[0].is_error
