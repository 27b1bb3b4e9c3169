"""Tests of the commands and options of brumctl."""

import pytest

from brummer.cli.ctlparser import build_ctl_parser
from brummer.errors import UsageError

PARSER = build_ctl_parser()


def test_every_command_prints_json_on_request() -> None:
    without = [
        name
        for name, parser in PARSER.commands.items()
        if "--json" not in parser.format_help()
    ]

    assert without == []


def test_a_started_script_takes_arguments_with_dashes() -> None:
    options = PARSER.parse_args(["start", "dev", "--", "--port", "4000"])

    assert options.script == "dev"
    assert options.arguments == ["--port", "4000"]


@pytest.mark.parametrize(
    "words",
    [
        ["plugins", "install", "-n", "foo"],
        ["plugins", "-n", "install", "foo"],
        ["plugins", "install", "foo", "-n"],
    ],
)
def test_options_stand_anywhere_among_words_that_may_be_missing(
    words: list[str],
) -> None:
    options = PARSER.parse_args(words)

    assert (options.action, options.name, options.dry_run) == ("install", "foo", True)
    assert PARSER.parse_args(["plugins"]).action == "list", "and again"


@pytest.mark.parametrize(
    "words",
    [
        ["logs", "-n", "many"],
        ["wait"],
        ["wait", "x", "--for", "rain"],
        ["wait", "x", "--timeout", "nan"],
        ["wait", "x", "--timeout=-1"],
        ["nonsense"],
    ],
)
def test_what_makes_no_sense_is_a_usage_error(words: list[str]) -> None:
    with pytest.raises(UsageError):
        PARSER.parse_args(words)
