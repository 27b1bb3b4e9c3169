import tomllib
from typing import Any

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from brummer.config.document import (
    DEEPEST,
    DocumentError,
    end_of_table,
    read_document,
    read_value,
)


def lines(text: str) -> dict[str, int]:
    """Return the line of each statement by its path."""
    return {".".join(one.path): one.line for one in read_document(text)}


def test_every_key_knows_its_line() -> None:
    text = """\
# a comment with [brackets] and "quotes

mcp_port = 1  # here
[eventbus]   # and [here]
  queue_sizes = [
    1,  # ] one
    2, 3,
  ]
fallback_mode = true
[ scripts . "dev:web" ]
command = '''
[not a table]
'''
env.A = "x"
"""

    assert lines(text) == {
        "mcp_port": 3,
        "eventbus": 4,
        "eventbus.queue_sizes": 5,
        "eventbus.fallback_mode": 9,
        "scripts.dev:web": 10,
        "scripts.dev:web.command": 11,
        "scripts.dev:web.env.A": 14,
    }


def test_a_table_in_line_is_the_value_of_its_key() -> None:
    (statement,) = read_document("a.b = { c = 1, d = { e = [] } }")

    assert statement.path == ("a", "b")
    assert statement.value == {"c": 1, "d": {"e": []}}


def test_an_array_of_tables_is_one_value_at_its_first_header() -> None:
    text = "[[a.b]]\nx = 1\n[a.b.sub]\ny = 2\n[[a.b]]\nx = 3\n[c]\nz = 4\n"

    found = [(one.path, one.value, one.line) for one in read_document(text)]

    assert found == [
        (("a", "b"), [{"x": 1, "sub": {"y": 2}}, {"x": 3}], 1),
        (("c",), {}, 7),
        (("c", "z"), 4, 8),
    ]


@pytest.mark.parametrize(
    "string",
    [
        '"""a"b""c"""',
        '"""ends with two quotes"""""',
        "'''it's'''",
        "'''ends with one''''",
        '"""line\n[one]\nb = 1\n"""',
        '"escaped \\" # quote"',
        "'C:\\'",
        '""',
        '""""""',
        "''''''",
        '"""\\"""\n[x]"""',
    ],
)
def test_a_string_hides_what_looks_like_more(string: str) -> None:
    text = f"a = {string} # c\nb = 1\n"

    found = {one.path: one.value for one in read_document(text)}

    assert found == {("a",): tomllib.loads(text)["a"], ("b",): 1}


def test_lines_may_end_as_on_windows() -> None:
    assert lines('a = 1\r\nb = """\r\n"""\r\nc = 1\r\n') == {"a": 1, "b": 2, "c": 4}


@pytest.mark.parametrize(
    ("text", "line", "column", "problem"),
    [
        ("a = 1\nb = full\n", 2, 5, "invalid value; text needs quotes"),
        ("a = 1\nb = ", 2, 5, "invalid value; text needs quotes"),
        ("[a\n", 1, 3, "expected ']' at the end of a table declaration"),
        ("a = 1\n  a = 2\n", 2, 3, "a is set twice, first in line 1"),
        ("[t]\na = 1\n[u]\n[t]\n", 4, 1, "t is set twice, first in line 1"),
        ('[t]\na = 1\n"a" = [\n2]\n', 3, 1, "t.a is set twice, first in line 2"),
        (
            "[[t]]\na = 1\n[[t]]\na = 1\na = 2",
            5,
            1,
            "t.a is set twice, first in line 4",
        ),
        ('a = "\n', 1, 6, "illegal character '\\n'"),
    ],
)
def test_a_mistake_is_told_with_its_place(
    text: str, line: int, column: int, problem: str
) -> None:
    with pytest.raises(DocumentError) as caught:
        list(read_document(text))

    assert (caught.value.line, caught.value.column) == (line, column)
    assert str(caught.value) == problem


@pytest.mark.parametrize(
    "text",
    [
        f"a = {'[' * 5000}{']' * 5000}",
        f"a = {'[' * (DEEPEST + 1)}{']' * (DEEPEST + 1)}",
        f"{'a.' * DEEPEST}a = 1",
        f"a = {'[' * 5000}",
    ],
)
def test_what_is_nested_without_end_is_refused(text: str) -> None:
    with pytest.raises(DocumentError, match="nested more than"):
        list(read_document(text))


@pytest.mark.parametrize("quote", ['"', '"""'])
def test_a_string_without_an_end_does_not_take_for_ever(quote: str) -> None:
    with pytest.raises(DocumentError, match=r"nterminated|end of document|nclosed"):
        list(read_document("a = " + quote + '\\"' * 300_000))


def test_a_number_that_python_refuses_is_no_crash() -> None:
    with pytest.raises(DocumentError, match="digits"):
        list(read_document(f"a = {'9' * 5000}"))


@pytest.mark.parametrize("text", ["1\nb = 2", "", "full", "1 2", "]"])
def test_more_or_less_than_one_value_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_value(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", 1), ('"x"', "x"), ("{a.b = {}}", {"a": {"b": {}}}), ("[[1]]", [[1]])],
)
def test_a_value_is_read_by_itself(text: str, value: object) -> None:
    assert read_value(text) == value


@pytest.mark.parametrize(
    ("text", "table", "before"),
    [
        ("a = 1\n\n# x\n[t]\n", (), "a = 1"),
        ("# only a comment\n", (), ""),
        ("[t]\n", (), ""),
        ("[t] # c\n\n[u]\n", ("t",), "[t] # c"),
        ("[t]\na = [\n1]\n\n# u\n[u]\n", ("t",), "[t]\na = [\n1]"),
        ("[t]\na = 1", ("t",), "[t]\na = 1"),
    ],
)
def test_one_more_key_goes_behind_the_last_of_its_table(
    text: str, table: tuple[str, ...], before: str
) -> None:
    end = end_of_table(text, table)

    assert end is not None
    assert text[:end] == before


def test_a_table_without_a_header_has_no_end() -> None:
    assert end_of_table("t.a = 1\n[t.u]\n", ("t",)) is None


SCALARS = (
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
TABLES = st.dictionaries(
    NAMES,
    st.recursive(
        SCALARS | st.lists(SCALARS, max_size=3),
        lambda inner: (
            st.dictionaries(NAMES, inner, max_size=3)
            | st.lists(st.dictionaries(NAMES, inner, max_size=2), max_size=2)
        ),
        max_leaves=8,
    ),
    max_size=4,
)


@given(TABLES)
def test_the_statements_say_what_the_document_says(table: dict[str, Any]) -> None:
    text = tomlkit.dumps(table)

    assert rebuilt(text) == tomllib.loads(text)


def rebuilt(text: str) -> dict[str, Any]:
    """Return the document that the statements of *text* make."""
    whole: dict[str, Any] = {}
    for statement in read_document(text):
        table = whole
        for name in statement.path[:-1]:
            table = table.setdefault(name, {})
        if statement.value == {}:
            table.setdefault(statement.path[-1], {})
        else:
            table[statement.path[-1]] = statement.value
    return whole
