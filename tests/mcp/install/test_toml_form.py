"""Tests of changing TOML in place."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer.mcp.install.edit import FormError, KeyPath, spans_of
from brummer.mcp.install.form import Form, with_entry, without_entry
from tests.mcp.install.conftest import drawn

PATH = ("mcp_servers", "brummer")
LEAVES: dict[KeyPath, object] = {("command",): "/bin/brum", ("args",): ["--mcp"]}
TABLE = '[mcp_servers.brummer]\ncommand = "/bin/brum"\nargs = ["--mcp"]\n'


def added(text: str) -> str:
    return with_entry(Form.TOML, text, PATH, LEAVES)[0]


def removed(text: str) -> str:
    return without_entry(Form.TOML, text, PATH)


statements = st.sampled_from(
    [
        "# a comment",
        "",
        "[a]",
        "[a.b] # why",
        "[mcp_servers.other]",
        "[mcp_servers.other.env]",
        "[[list]]",
        "[[list.inner]]",
        'x = "# [no.header]"',
        'y = """\n# not\n\n[this]\n"""',
        "z = [\n  1, # one\n\n  2,\n]",
        "w = { a = 1, b = [] }",
        '"quo ted" = 1979-05-27T07:32:00Z',
        "d.e.f = nan",
    ]
)


def is_right(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


files = (
    st.lists(statements, max_size=8, unique=True)
    .map("\n".join)
    .flatmap(lambda text: st.sampled_from([text, text + "\n", text + "\n\n"]))
    .filter(is_right)
)


@drawn
@given(files)
def test_a_table_comes_and_goes_without_a_trace(text: str) -> None:
    assert removed(added(text)) == text


@drawn
@given(files)
def test_what_was_added_can_be_cut_out(text: str) -> None:
    after, edits = with_entry(Form.TOML, text, PATH, LEAVES)

    spans = spans_of(edits)

    assert spans is not None
    for start, end in reversed(spans):
        after = after[:start] + after[end:]
    assert after == text


@drawn
@given(files)
def test_line_ends_of_windows_stay(text: str) -> None:
    text = text.replace("\n", "\r\n")

    after = added(text)

    assert "\r\n" not in text or "\n" not in after.replace("\r\n", "")
    assert removed(after) == text


@drawn
@given(files, st.integers(0, 7))
def test_it_goes_wherever_it_stands(text: str, line: int) -> None:
    lines = text.split("\n")
    whole = "\n".join([*lines[:line], TABLE, *lines[line:]])
    if not is_right(whole) or "[mcp_servers.brummer]" not in tomllib.loads(whole):
        whole = f"{TABLE}\n# of the next\n{text if text.startswith('[') else ''}"

    after = removed(whole)

    assert "/bin/brum" not in after
    assert "# of the next" in after


@drawn
@given(st.text('[]{}"#\n a=1.', max_size=20))
def test_no_text_makes_it_do_harm(text: str) -> None:
    try:
        after = added(text)
    except FormError:
        return

    tree = tomllib.loads(after)
    assert tree["mcp_servers"].pop("brummer")["command"] == "/bin/brum"
    before = tomllib.loads(text)
    assert tree == {"mcp_servers": {}} | before


def test_it_goes_to_the_end_with_a_blank_line_before_it() -> None:
    assert added("a = 1\n") == f"a = 1\n\n{TABLE}"


def test_of_an_entry_that_is_there_only_what_is_ours_changes() -> None:
    text = (
        "[mcp_servers.brummer]\n"
        'command = "/old" # was moved\n'
        'args = ["--mcp"]\n'
        "tool_timeout_sec = 90\n"
        "\n"
        "# of the next\n"
        "[mcp_servers.other]\n"
    )

    assert added(text) == text.replace("/old", "/bin/brum")


def test_a_key_that_is_new_goes_before_the_comments_of_the_next_table() -> None:
    text = "[mcp_servers.brummer]\nargs = []\n\n# of the next\n[z]\n"

    assert added(text) == (
        '[mcp_servers.brummer]\nargs = ["--mcp"]\ncommand = "/bin/brum"\n'
        "\n# of the next\n[z]\n"
    )


def test_tables_below_ours_go_with_it() -> None:
    text = f"a = 1\n\n{TABLE}\n[mcp_servers.brummer.env]\nX = '1'\n\n# z\n[z]\n"

    assert removed(text) == "a = 1\n\n# z\n[z]\n"


@pytest.mark.parametrize(
    "text",
    [
        "mcp_servers = {}\n",
        "mcp_servers = { other = { command = 'x' } } # why\n",
        "[mcp_servers]\nother = { command = 'x' }\n",
        "mcp_servers.other.command = 'x'\n",
    ],
)
def test_tables_in_line_are_changed_as_well(text: str) -> None:
    after = added(text)

    assert tomllib.loads(after)["mcp_servers"]["brummer"] == {
        "command": "/bin/brum",
        "args": ["--mcp"],
    }
    assert text.partition("#")[2] in after


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_stands_before_the_last_table_stays_however_lines_end(end: str) -> None:
    text = f'a = 1\r\n# mine{end}[mcp_servers.brummer]\ncommand = "x"'

    assert removed(text) == "a = 1\r\n# mine"


@pytest.mark.parametrize(
    ("text", "problem", "line"),
    [
        ("a = 1\nb =\n", "is not TOML: invalid value", 2),
        ("mcp_servers = 3\n", "no mapping", 0),
        ("[mcp_servers]\nbrummer = 'x'\n", "no mapping", 0),
        ("[[mcp_servers]]\n", "no mapping", 0),
        ("a = " + "[" * 100, "nested", 1),
        ("mcp_servers = {}\r\na = 1\n", "lines end in different ways", 0),
    ],
)
def test_what_cannot_be_changed_safely_is_refused(
    text: str, problem: str, line: int
) -> None:
    with pytest.raises(FormError, match=problem) as caught:
        added(text)

    assert caught.value.line == line
