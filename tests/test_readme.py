"""Tests of what the README promises."""

import re
import shlex
from pathlib import Path
from types import ModuleType

import pytest

from brummer.cli.ctlparser import build_ctl_parser
from brummer.cli.parser import parse

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.rst").read_text("utf-8")
#: The blocks that stand indented after a double colon.
BLOCKS = [
    re.sub(r"^ {4}", "", block, flags=re.MULTILINE)
    for block in re.findall(r"::\n\n((?: {4}.*\n|\n)+)", README)
]
COMMANDS = [
    command.strip()
    for block in BLOCKS[1:]
    for line in block.splitlines()
    for command in line.partition("#")[0].split("&&")
    if re.match(r"(brum|brumctl) ", command.strip())
]


def test_it_is_short_and_its_screen_fits() -> None:
    assert len(README.splitlines()) <= 150
    assert all(len(line) <= 80 for line in BLOCKS[0].splitlines())
    assert all(len(line) <= 88 for line in README.splitlines())


def test_it_shows_both_programs() -> None:
    assert {command.split()[0] for command in COMMANDS} == {"brum", "brumctl"}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_that_it_shows_can_be_given(command: str) -> None:
    program, *words = shlex.split(command)

    if program == "brum":
        assert parse(words).targets
    else:
        assert build_ctl_parser().parse_args(words).command


def test_the_plugin_that_it_shows_works(tmp_path: Path) -> None:
    (tmp_path / "Justfile").write_text("test:\n\tpytest\nname := 'x'\nlint: test\n")
    (source,) = [block for block in BLOCKS if "hookimpl" in block]
    plugin = ModuleType("just")

    exec(source, vars(plugin))

    scripts = plugin.brummer_detect_scripts(tmp_path)
    assert [script.name for script in scripts] == ["test", "lint"]
    assert plugin.brummer_detect_scripts(tmp_path / "elsewhere") is None
