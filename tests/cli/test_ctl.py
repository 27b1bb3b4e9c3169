"""Tests of what brumctl does with its command line."""

import subprocess
import sys

import brummer
from brummer.cli.ctl import GROUPS
from brummer.cli.ctlparser import build_ctl_parser
from tests.cli.conftest import Desk


def test_every_command_of_the_parser_is_there() -> None:
    names = [name for _, group in GROUPS for name in group()]

    assert sorted(names) == sorted(build_ctl_parser().commands)


def test_a_group_has_the_commands_that_it_is_known_for() -> None:
    wrong = [names for names, group in GROUPS if names.split() != [*group()]]

    assert wrong == []


def test_setting_clients_up_needs_neither_screen_nor_protocol() -> None:
    program = (
        "import sys; from brummer.cli.ctl import main; main(['mcp', 'print', 'zed']);"
        "print([m for m in ('urwid', 'mcp', 'yaml', 're2') if m in sys.modules])"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout.splitlines()[-1] == "[]"


def test_looking_at_processes_imports_neither_screen_nor_plugins() -> None:
    program = (
        "import sys; from brummer.cli.ctl import main; main(['-d', '/', 'ps']);"
        "print([m for m in ('urwid', 'pluggy', 'asyncio') if m in sys.modules])"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout == "[]\n"


def test_the_version_needs_no_instance(lonely: Desk) -> None:
    assert lonely.ctl("--version").out == f"brumctl version {brummer.__version__}\n"


def test_without_a_command_it_says_what_there_is(lonely: Desk) -> None:
    said = lonely.ctl()

    assert said.code == 2
    assert "restart" in said.err


def test_a_folder_that_is_not_there_is_an_error(lonely: Desk) -> None:
    said = lonely.ctl("-d", "/nowhere", "ps")

    assert said.code == 2
    assert "--dir /nowhere: no such folder" in said.err


def test_an_instance_can_be_named(desk: Desk) -> None:
    assert desk.ctl("-d", "/", "--instance", "shop-1", "status").code == 0
    assert desk.ctl("--instance", "other", "status").code == 1
