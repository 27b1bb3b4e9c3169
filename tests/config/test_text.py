import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer.config.text import dotted, hint, nearest, shown, visible

#: What a TOML document can hold.
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.lists(TEXT, min_size=1))
def test_a_dotted_name_is_read_back_as_it_was(path: list[str]) -> None:
    table: object = tomllib.loads(f"{dotted(tuple(path))} = 1")

    for name in path:
        assert isinstance(table, dict)
        table = table[name]
    assert table == 1


@given(st.text())
def test_visible_text_is_printable(text: str) -> None:
    assert visible(text).isprintable()


def test_printable_text_is_visible_as_it_is() -> None:
    assert visible("~/Käse/naïve") == "~/Käse/naïve"


def test_an_escape_sequence_is_made_visible() -> None:
    assert visible("\x1b[2J") == "\\U0000001b[2J"


def test_a_long_value_is_cut() -> None:
    assert shown("x" * 1000).endswith("x...")
    assert len(shown("x" * 1000)) < 70


@pytest.mark.parametrize("wrong", ["mcp_prt", "MCP_PORT", "mcpport"])
def test_a_slip_of_the_pen_is_understood(wrong: str) -> None:
    assert nearest(wrong, ["no_mcp", "mcp_port"]) == "mcp_port"


def test_there_is_no_hint_at_names_that_are_quite_different() -> None:
    assert hint("zzz", ["no_mcp", "mcp_port"]) == ""
