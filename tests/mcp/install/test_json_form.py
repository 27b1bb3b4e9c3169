"""Tests of changing JSON in place, with comments and commas too many."""

import json
import re

import json5
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer.mcp.install.edit import FormError, KeyPath, canonical, spans_of, with_value
from brummer.mcp.install.form import Form, parse, with_entry, without_entry
from tests.mcp.install.conftest import drawn

PATH = ("mcpServers", "brummer")
LEAVES: dict[KeyPath, object] = {("command",): "/bin/brum", ("args",): ["--mcp"]}
ENTRY = {"command": "/bin/brum", "args": ["--mcp"]}


def added(text: str) -> str:
    return with_entry(Form.JSON, text, PATH, LEAVES)[0]


def comments(text: str) -> list[str]:
    return re.findall(r"//[^\n]*|/\*.*?\*/", text)


def removed(text: str) -> str:
    return without_entry(Form.JSON, text, PATH)


# Texts as people write them.

blanks = st.text(" \t\n", max_size=3)
line_comments = st.text("ab\"'{}[],:*/\\é ", max_size=8).map(lambda text: f"//{text}\n")
block_comments = st.text("ab\"'{}[],:/\\\n\té ", max_size=8).map(
    lambda text: f"/*{text}*/"
)
gaps = st.lists(st.one_of(blanks, line_comments, block_comments), max_size=2).map(
    "".join
)
# json5 takes the two halves of one character beyond these for two characters.
characters = st.characters(max_codepoint=0xFFFF, codec="utf-8")
names = st.text(characters, max_size=4) | st.sampled_from(
    ["mcpServers", "a//b", '"', "/*", ",}"]
)
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | names
).map(json.dumps)


@st.composite
def objects(
    draw: st.DrawFn, values: st.SearchStrategy[str], keys: st.SearchStrategy[str]
) -> str:
    found = draw(st.lists(keys, max_size=3, unique=True))
    members = [
        f"{draw(gaps)}{json.dumps(key)}{draw(gaps)}:{draw(gaps)}{draw(values)}{draw(gaps)}"
        for key in found
    ]
    comma = draw(st.sampled_from(["", ","])) if members else ""
    return f"{{{','.join(members)}{comma}{draw(gaps)}}}"


@st.composite
def lists(draw: st.DrawFn, values: st.SearchStrategy[str]) -> str:
    items = draw(st.lists(values, max_size=3))
    comma = draw(st.sampled_from(["", ","])) if items else ""
    return f"[{f'{draw(gaps)},{draw(gaps)}'.join(items)}{comma}{draw(gaps)}]"


anything = st.recursive(
    scalars, lambda inner: objects(inner, names) | lists(inner), max_leaves=8
)
others = names.filter(lambda name: name not in {"mcpServers", "brummer"})
servers = objects(anything, others)


@st.composite
def files(draw: st.DrawFn) -> str:
    """Draw a file; most have servers already."""
    if draw(st.integers(0, 3)) == 0:
        body = draw(objects(anything, others))
    else:
        before, after = (draw(objects(anything, others)) for _ in range(2))
        held = f'"mcpServers"{draw(gaps)}:{draw(gaps)}{draw(servers)}'
        body = f'{{"first": {before},{draw(gaps)}{held}{draw(gaps)},"z":{after}}}'
        if draw(st.booleans()):
            body = f'{{"first": {before},{draw(gaps)}{held}{draw(gaps)}}}'
    return draw(gaps) + body + draw(gaps)


@drawn
@given(files())
def test_it_is_read_as_others_read_it(text: str) -> None:
    assert canonical(parse(Form.JSON, text)) == canonical(json5.loads(text))


@drawn
@given(files())
def test_an_entry_is_all_that_is_new(text: str) -> None:
    after = added(text)

    expected = with_value(json5.loads(text), PATH, ENTRY)
    assert canonical(json5.loads(after)) == canonical(expected)


@drawn
@given(files())
def test_what_was_added_can_be_cut_out(text: str) -> None:
    after, edits = with_entry(Form.JSON, text, PATH, LEAVES)

    spans = spans_of(edits)

    assert spans is not None
    for start, end in reversed(spans):
        after = after[:start] + after[end:]
    assert after == text


@drawn
@given(files())
def test_a_second_time_nothing_changes(text: str) -> None:
    once = added(text)

    assert added(once) == once


@drawn
@given(files())
def test_a_removal_takes_the_entry_and_keeps_every_comment(text: str) -> None:
    after = removed(added(text))

    tree = json5.loads(text)
    tree.setdefault("mcpServers", {})
    assert canonical(json5.loads(after)) == canonical(tree)
    assert after.count("/*") >= text.count("/*")


@drawn
@given(files())
def test_windows_line_ends_stay_the_only_ones(text: str) -> None:
    text = "{\r\n" + text.replace("\n", "\r\n").lstrip("{ \t\r\n")
    try:
        parse(Form.JSON, text)
    except FormError:
        return

    after = added(text)

    assert after.replace("\r\n", "").count("\n") == 0


@drawn
@given(st.text('{}[]:,"/*\n a1\\', max_size=20))
def test_no_text_makes_it_do_harm(text: str) -> None:
    try:
        before = parse(Form.JSON, text)
        after = added(text)
    except FormError:
        return

    assert canonical(parse(Form.JSON, after)) == canonical(
        with_value(before, PATH, ENTRY)
    )


#: Our entry as the others of a file would be written, by what one step is.
MEMBER = """\
"brummer": {
>"command": "/bin/brum",
>"args": ["--mcp"]
}"""


def member(depth: int, step: str) -> str:
    """Return our entry, as far in as *depth* says."""
    return MEMBER.replace(">", step).replace("\n", "\n" + depth * step)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            '{\n  "mcpServers": {\n    "a": 1 // one\n  }\n}\n',
            '{\n  "mcpServers": {\n    "a": 1, // one\n    MEMBER\n  }\n}\n',
        ),
        (
            '{\n\t"mcpServers": {\n\t\t"a": 1, // one\n\t},\n}\n',
            '{\n\t"mcpServers": {\n\t\t"a": 1, // one\n\t\tMEMBER,\n\t},\n}\n',
        ),
        ("", '{\n  "mcpServers": {\n    MEMBER\n  }\n}\n'),
        ("// empty", '// empty\n{\n  "mcpServers": {\n    MEMBER\n  }\n}\n'),
        ('{"mcpServers": {}}\n', '{"mcpServers": {\n  MEMBER\n}}\n'),
    ],
)
def test_it_looks_as_if_the_others_had_written_it(before: str, after: str) -> None:
    step = "\t" if "\t" in before else "  "
    depth = 1 if before.startswith('{"') else 2

    assert added(before) == after.replace("MEMBER", member(depth, step))


def test_what_is_in_one_line_stays_in_one() -> None:
    entry = '"brummer": {"command": "/bin/brum", "args": ["--mcp"]}'

    after = added('{"mcpServers": {"a": 1}}')

    assert after == f'{{"mcpServers": {{"a": 1, {entry}}}}}'


@pytest.mark.parametrize(
    "text",
    [
        '{\n  "mcpServers": {\n    "a": 1, // one\n    BRUM,\n    "b": 2\n  }\n}',
        '{\n  "mcpServers": {\n    BRUM,\n    "b": 2 /* two */\n  }\n}',
        '{"mcpServers": {BRUM, "b": 2}}',
        '{"mcpServers": {"b": 2, BRUM }}',
        '{"mcpServers": {\n  // none\n  BRUM\n}}',
        '{"mcpServers": {"a": /* x */ 1, BRUM,}}',
    ],
)
def test_it_can_be_taken_out_wherever_it_stands(text: str) -> None:
    whole = text.replace("BRUM", '"brummer": {"command": "/bin/brum"}')

    after = removed(whole)

    assert "brum" not in after
    tree = json5.loads(text.replace("BRUM", '"brummer": 0'))
    del tree["mcpServers"]["brummer"]
    assert json5.loads(after) == tree
    assert comments(after) == comments(text)


def test_what_the_user_put_in_our_entry_stays() -> None:
    text = (
        '{"mcpServers": {\n  "brummer": {\n    "command": "/old", // was moved\n'
        '    "args": ["--mcp"],\n    "alwaysAllow": ["logs_search"],\n'
        '    "disabled": true,\n  },\n}}'
    )

    after = added(text)

    assert after == text.replace("/old", "/bin/brum")


@pytest.mark.parametrize(
    ("text", "problem", "line"),
    [
        ('{\n  "a": 1\n  "b": 2\n}', "is not JSON: Expecting ',' delimiter", 3),
        ('{"mcpServers": [1]}', "no mapping", 0),
        ('{"mcpServers": {"brummer": "yes"}}', "no mapping", 0),
        ("[]", "no mapping", 0),
        ('{"mcpServers": {},\n "mcpServers": {}}', "is there twice", 2),
        ('{"a": NaN}', "NaN", 0),
        ("{,}", "unusual", 0),
        ('{"a": 1}\n /* without end', "is not JSON: Extra data", 2),
        ('{"a": 1} /*/', "is not JSON: Extra data", 1),
        ("[" * 100_000, "is not JSON", 0),
    ],
)
def test_what_cannot_be_changed_safely_is_refused(
    text: str, problem: str, line: int
) -> None:
    with pytest.raises(FormError, match=problem) as caught:
        added(text)

    assert caught.value.line == line


def test_a_large_file_takes_no_time_that_grows_faster_than_it() -> None:
    history = [{"display": "x" * 500, "n": n} for n in range(10_000)]
    text = json.dumps({"projects": history, "mcpServers": {}}, indent=2)

    assert removed(added(text)) == text


def test_a_blank_that_json_does_not_know_may_end_a_comment() -> None:
    text = '{\n  "mcpServers": {\n    // none\u00a0\n  }\n}\n'

    assert comments(added(text)) == comments(text)
    assert json5.loads(added(text)) == {"mcpServers": {"brummer": ENTRY}}
