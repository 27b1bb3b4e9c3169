"""Tests of forms; what real lines have them is in levels.toml."""

import re

import pytest

from brummer.core.pattern import Pattern
from brummer.logs.form import BODIES, HEADS, Form
from brummer.model.level import Level

SIGNAL = Form(re.compile(r"(up|down): |(left)!"), {"up": Level.INFO}, "%:")


def test_the_group_that_matched_says_the_level() -> None:
    assert SIGNAL.level("up: two floors") is Level.INFO


@pytest.mark.parametrize("text", ["down: no level", "left!", "an up: inside", ""])
def test_a_line_of_another_form_has_no_level(text: str) -> None:
    assert SIGNAL.level(text) is None


def test_hints_are_of_the_levels_asked_for() -> None:
    assert list(SIGNAL.hints([Level.INFO, Level.WARN])) == ["up:"]
    assert list(SIGNAL.hints([Level.WARN])) == []


@pytest.mark.parametrize("form", [*HEADS, *BODIES], ids=lambda form: form.hint)
def test_every_hint_is_a_pattern_that_takes_no_empty_line(form: Form) -> None:
    for hint in form.hints(list(Level)):
        assert not Pattern(hint, is_regex=True, case=False).matches(b"")
