"""Tests of the options of brum."""

import pytest

from brummer.cli.parser import parse
from brummer.errors import UsageError


def test_words_are_targets_and_those_after_two_dashes_are_arguments() -> None:
    line = parse(["dev", "--", "--port", "4000", "--", "-v"])

    assert line.targets == ("dev",)
    assert line.arguments == ("--port", "4000", "--", "-v")
    assert not line.options.version


def test_options_may_stand_behind_targets() -> None:
    line = parse(["web", "--no-tui", "npm run api", "-d", "shop"])

    assert line.targets == ("web", "npm run api")
    assert line.options.no_tui
    assert line.options.dir == "shop"


def test_only_options_that_were_given_set_a_key() -> None:
    line = parse(["-p", "8000", "--no-proxy"])

    assert line.flags == {
        "mcp_port": (8000, "--port"),
        "no_proxy": (True, "--no-proxy"),
    }


def test_options_add_up() -> None:
    line = parse(["-o", "a.b=1", "-o", "c=2", "-P", "no:node", "-P", "./mine.py"])

    assert line.options.option == ["a.b=1", "c=2"]
    assert line.options.plugin == ["no:node", "./mine.py"]


@pytest.mark.parametrize(
    "words",
    [
        ["--nonsense"],
        ["-p", "many"],
        ["--exit-on", "sunday", "--no-tui"],
        ["--exit-on", "done", "dev"],
        ["a", "b", "--", "x"],
        ["--", "x"],
        ["--no-t"],
        ["--mcp", "dev"],
        ["--mcp", "-p", "7000"],
        ["--mcp", "--no-mcp"],
        ["--mcp", "-d", "shop"],
        ["--mcp", "-o", "a=1"],
        ["--mcp-compact", "always"],
        ["--mcp", "--mcp-compact", "sometimes"],
    ],
)
def test_what_makes_no_sense_is_a_usage_error(words: list[str]) -> None:
    with pytest.raises(UsageError):
        parse(words)


def test_the_hub_goes_with_its_own_options_alone() -> None:
    line = parse(["--mcp", "--mcp-compact", "never"])

    assert line.options.mcp
    assert line.options.mcp_compact == "never"
    with pytest.raises(UsageError, match="leave out --no-tui, --debug, dev"):
        parse(["--mcp", "--debug", "dev", "--no-tui"])


def test_help_is_printed_and_leaves(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        parse(["--help"])

    assert leaving.value.code == 0
    assert "--exit-on" in capsys.readouterr().out
