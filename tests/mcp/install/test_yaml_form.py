"""Tests of changing YAML in place."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from brummer.mcp.install.edit import FormError, KeyPath, canonical, spans_of
from brummer.mcp.install.form import Form, with_entry, without_entry
from brummer.mcp.install.yaml_form import LARGEST
from tests.mcp.install.conftest import drawn

PATH = ("extensions", "brummer")
LEAVES: dict[KeyPath, object] = {
    ("cmd",): "/bin/brum",
    ("args",): ["--mcp"],
    ("enabled",): True,
    ("note",): "yes: no # it is",
}
#: A hundred thousand times as many values as characters, by the names of others.
BOMB = "a0: &a0 [1]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)
)
PAIRS = BOMB.replace("*", "k: *").replace("[1]", "[k: 1]").replace("[", "!!pairs [")
ENTRY = {key: value for (key,), value in LEAVES.items()}


def added(text: str) -> str:
    return with_entry(Form.YAML, text, PATH, LEAVES)[0]


def removed(text: str) -> str:
    return without_entry(Form.YAML, text, PATH)


blocks = st.lists(
    st.sampled_from(
        [
            "# a comment",
            "",
            "a: 1",
            "b: [1, 2] # why",
            "c: {x: y}",
            "d:\n- one\n- two",
            "e:\n    deep: # here\n        er: 1",
            "f: |\n  text\n\n  # no comment",
            "g: >-\n  folded\n  text",
            "h: 'it''s'",
            'i: "a\\\n  b"',
            "j: 2001-12-14",
            "k: .nan",
            "l: &anchor {m: 1}",
        ]
    ),
    max_size=5,
    unique=True,
)
held = st.lists(
    st.sampled_from(
        [
            "# inside",
            "dev: {enabled: true}",
            "git:\n  args:\n  - -y\n  - x # old",
            "mem: &m\n  note: |\n    a\n    b",
            '"quo ted": ~',
        ]
    ),
    min_size=1,
    max_size=4,
    unique=True,
)


@st.composite
def files(draw: st.DrawFn) -> str:
    """Draw a file; most have extensions already."""
    parts = draw(blocks)
    if draw(st.booleans()):
        step = draw(st.sampled_from(["  ", "    "]))
        inner = [step + line for part in draw(held) for line in part.split("\n")]
        mark = draw(st.sampled_from(["", " # all"]))
        parts.insert(draw(st.integers(0, 5)), "\n".join([f"extensions:{mark}", *inner]))
    end = draw(st.sampled_from(["", "\n", "\n\n"]))
    return "\n".join(parts) + end


@drawn
@given(files())
def test_an_entry_is_all_that_is_new(text: str) -> None:
    tree = yaml.safe_load(text) or {}

    found = yaml.safe_load(added(text))

    tree["extensions"] = {**(tree.get("extensions") or {}), "brummer": ENTRY}
    assert canonical(found) == canonical(tree)


@drawn
@given(files())
def test_what_was_added_can_be_cut_out(text: str) -> None:
    after, edits = with_entry(Form.YAML, text, PATH, LEAVES)

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
def test_a_removal_keeps_what_there_was(text: str) -> None:
    after = removed(added(text))

    before = yaml.safe_load(text) or {}
    before["extensions"] = before.get("extensions") or {}
    assert canonical(yaml.safe_load(after)) == canonical(before)
    assert after.count("#") == text.count("#")


@drawn
@given(files())
def test_line_ends_of_windows_stay(text: str) -> None:
    text = text.replace("\n", "\r\n")

    after = added(text)

    assert "\r\n" not in text or "\n" not in after.replace("\r\n", "")


@drawn
@given(st.text("{}[]:&*-#|'\"\n a1", max_size=16))
def test_no_text_makes_it_do_harm(text: str) -> None:
    try:
        after = added(text)
    except FormError:
        return

    tree = yaml.safe_load(after)
    assert tree["extensions"].pop("brummer") == ENTRY
    before = yaml.safe_load(text) or {}
    before["extensions"] = before.get("extensions") or {}
    assert canonical(tree) == canonical(before)


def test_it_goes_right_below_the_name_of_what_holds_it() -> None:
    text = "extensions: # all\n  # of dev\n  dev:\n    x: 1\n  # the end\n"

    after = added(text)

    assert after == (
        "extensions: # all\n"
        "  brummer:\n"
        "    cmd: /bin/brum\n"
        '    args: ["--mcp"]\n'
        "    enabled: true\n"
        '    note: "yes: no # it is"\n'
        "  # of dev\n"
        "  dev:\n"
        "    x: 1\n"
        "  # the end\n"
    )


def test_of_an_entry_that_is_there_only_what_is_ours_changes() -> None:
    text = (
        "extensions:\n"
        "  brummer:\n"
        "    cmd: /old # was moved\n"
        "    args:\n"
        "      - --mcp\n"
        "    enabled: true\n"
        '    note: "yes: no # it is"\n'
        "    timeout: 20 # mine\n"
        "  dev: {}\n"
    )

    assert added(text) == text.replace("/old", "/bin/brum")


def test_a_list_that_cannot_be_changed_in_place_is_written_anew() -> None:
    text = "extensions:\n  brummer:\n    args:\n    - a\n    - b\n    mine: 1\n"

    assert yaml.safe_load(added(text)) == {
        "extensions": {"brummer": {"mine": 1, **ENTRY}}
    }


@pytest.mark.parametrize(
    "text",
    [
        "extensions: {}\n",
        "extensions: {dev: {x: 1}, git: 2} # why\n",
        "{extensions: {dev: 1}}",
        "{a: 1}",
        "extensions: ~\n",
        "extensions: null # none\n",
        "extensions: &all\n  # none\n",
    ],
)
def test_mappings_in_line_are_changed_as_well(text: str) -> None:
    after = added(text)
    without = removed(after)

    assert yaml.safe_load(after)["extensions"]["brummer"] == ENTRY
    assert text.partition("#")[2] in after
    before = yaml.safe_load(text)
    assert yaml.safe_load(without) == {
        **before,
        "extensions": before.get("extensions") or {},
    }


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_stands_before_the_last_line_stays_however_lines_end(end: str) -> None:
    kept = "a: 1\r\nextensions:\n  b: {}\n  # mine"

    assert removed(f"{kept}{end}  brummer: {{cmd: x}}") == kept


@pytest.mark.parametrize(
    ("text", "problem", "line"),
    [
        ("a: 1\nb: [", "is not YAML", 2),
        ("a: 1\n---\nb: 2\n", "is not YAML: but found another document", 2),
        ("- a\n", "no mapping", 0),
        ("extensions: 3\n", "no mapping", 0),
        ("x: &a {b: 1}\nextensions: *a\n", "unusual", 0),
        ("extensions: {}\nextensions: {}\n", "is there twice", 2),
        ("a: \x01", "is not YAML", 0),
        ("a: !!python/object:os.system {}", "is not YAML", 1),
        ("[" * 1000, "nested too deep", 0),
        ("a: &a [*a]", "without end", 0),
        ("a: &a {b: *a}", "without end", 0),
        (BOMB, "stands for more than", 0),
        (PAIRS, "stands for more than", 0),
        ("#" * (LARGEST + 1), "characters", 0),
    ],
)
def test_what_cannot_be_changed_safely_is_refused(
    text: str, problem: str, line: int
) -> None:
    with pytest.raises(FormError, match=problem) as caught:
        added(text)

    assert caught.value.line == line
