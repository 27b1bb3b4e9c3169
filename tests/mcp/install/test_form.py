"""Tests of changes in any form that change nothing else."""

import pytest

from brummer.mcp.install.edit import FormError, KeyPath
from brummer.mcp.install.form import (
    Form,
    entry,
    parse,
    rendered,
    with_entry,
    without_entry,
)

PATH = ("servers", "brummer")
HUB: dict[KeyPath, object] = {
    ("command",): "brum",
    ("args",): ["--mcp"],
    ("url",): None,
    ("headers", "Authorization"): None,
}
WEB: dict[KeyPath, object] = {
    ("command",): None,
    ("args",): None,
    ("url",): "http://127.0.0.1:1/mcp",
    ("headers", "Authorization"): "Bearer ${X}",
}

in_each_form = pytest.mark.parametrize("form", Form)


@in_each_form
def test_what_is_rendered_says_what_it_should(form: Form) -> None:
    text = rendered(form, PATH, entry(HUB))

    assert parse(form, text) == {
        "servers": {"brummer": {"command": "brum", "args": ["--mcp"]}}
    }


@in_each_form
def test_an_entry_turns_into_another_and_back(form: Form) -> None:
    first = rendered(form, PATH, entry(HUB))

    second = with_entry(form, first, PATH, WEB)[0]
    third = with_entry(form, second, PATH, HUB)[0]

    assert parse(form, second) == {"servers": {"brummer": entry(WEB)}}
    assert parse(form, third) == parse(form, first)


@in_each_form
def test_what_the_user_added_within_ours_stays(form: Form) -> None:
    mine: dict[KeyPath, object] = {
        **WEB,
        ("headers", "X-Mine"): "1",
        ("env", "DEBUG"): "yes",
    }
    text = rendered(form, PATH, entry(mine))

    after = parse(form, with_entry(form, text, PATH, HUB)[0])

    assert after == {
        "servers": {
            "brummer": {
                "headers": {"X-Mine": "1"},
                "env": {"DEBUG": "yes"},
                **entry(HUB),
            }
        }
    }


@in_each_form
def test_what_is_not_there_is_removed_without_a_change(form: Form) -> None:
    text = rendered(form, ("servers", "other"), {"command": "x"})

    assert without_entry(form, text, PATH) == text


@in_each_form
def test_an_entry_that_is_no_mapping_is_left_alone(form: Form) -> None:
    text = rendered(form, ("servers",), {"brummer": "by hand"})

    with pytest.raises(FormError):
        with_entry(form, text, PATH, HUB)
