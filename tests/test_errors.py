"""Tests of the errors that users see."""

import re

import pytest

from brummer import errors
from brummer.errors import (
    BrummerError,
    ConfigError,
    PluginError,
    ScriptNotFound,
    quoted,
)

CLASSES = [
    value
    for value in vars(errors).values()
    if isinstance(value, type) and issubclass(value, BrummerError)
]


@pytest.mark.parametrize("cls", CLASSES)
def test_the_tree_at_the_top_shows_every_error_with_its_code(
    cls: type[BrummerError],
) -> None:
    if cls is BrummerError:
        return
    row = re.search(rf"{cls.__name__} .*\(exit (\d)\)", errors.__doc__ or "")

    assert row is not None
    assert int(row[1]) == cls.exit_code


def test_a_missing_script_is_told_with_those_that_look_alike() -> None:
    assert str(ScriptNotFound("dve")) == "no script named 'dve'"
    assert str(ScriptNotFound("dve", ["dev", "de"])).endswith("did you mean dev or de?")


def test_of_what_is_long_the_beginning_is_quoted() -> None:
    assert quoted("web") == "'web'"
    assert len(str(ScriptNotFound("x" * 100_000))) < 120


def test_a_setting_is_told_with_its_place() -> None:
    assert str(ConfigError("a.toml:3", "no key 'x'")) == "a.toml:3: no key 'x'"


def test_a_plugin_is_told_by_name() -> None:
    assert str(PluginError("lantern", "no oil")) == "plugin 'lantern': no oil"
