"""A table that drops columns."""

from brummer.tui.row import Size
from brummer.tui.selection import Selection
from brummer.tui.widgets.table import Column, Line, Table
from tests.tui.stage import text_of, width_of

TABLE = Table(
    columns=(
        Column(title="NAME", width=0),
        Column(title="CPU", width=5, right=True),
        Column(title="PORT", width=6, least=40),
    ),
    mark=">",
)


def drawn(size: Size, items: str = "abc", *, focus: bool = True) -> list[str]:
    selection: Selection[str] = Selection()
    selection.show(items)
    return text_of(TABLE.draw(size, selection, line, focus=focus))


def line(item: str) -> Line:
    return Line("*", "good", [item * 3, "12%", "5173"])


def test_a_table_has_a_head_and_marks_the_selected_item() -> None:
    assert drawn(Size(40, 4)) == [
        "   NAME                       CPU PORT",
        ">* aaa                        12% 5173",
        " * bbb                        12% 5173",
        " * ccc                        12% 5173",
    ]


def test_narrow_tables_drop_columns_and_low_ones_the_head() -> None:
    assert drawn(Size(20, 1)) == [">* aaa           12%"]
    assert drawn(Size(20, 2)) == ["   NAME          CPU", ">* aaa           12%"]


def test_every_row_is_as_wide_as_the_table() -> None:
    selection: Selection[str] = Selection()
    selection.show("abc")
    for columns in range(60):
        rows = TABLE.draw(Size(columns, 4), selection, line, focus=True)

        assert {width_of(row) for row in rows} == {columns}


def test_only_a_focused_table_lights_its_selection() -> None:
    selection: Selection[str] = Selection()
    selection.show("abc")

    lit = TABLE.draw(Size(40, 4), selection, line, focus=True)[1][0][0]
    off = TABLE.draw(Size(40, 4), selection, line, focus=False)[1][0][0]

    assert (lit, off) == ("select", "select off")


def test_a_table_has_exactly_the_rows_it_was_asked_for() -> None:
    for rows in range(8):
        assert len(drawn(Size(40, rows))) == rows
