"""Tests of tables and times for people."""

from brummer.cli.table import table


def test_columns_line_up_and_no_line_ends_in_spaces() -> None:
    text = table(("ID", "STATUS"), [("web-1", "running"), ("a", 7)])

    assert text.splitlines() == ["ID     STATUS", "web-1  running", "a      7"]


def test_nothing_is_cut() -> None:
    assert "x" * 500 in table(("A",), [("x" * 500,)])
