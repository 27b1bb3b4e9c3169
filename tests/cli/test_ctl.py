"""Tests of what brumctl does with its command line."""

import brummer
from brummer.cli.ctl import COMMANDS
from brummer.cli.ctlparser import build_ctl_parser
from tests.cli.conftest import Desk


def test_every_command_of_the_parser_is_there() -> None:
    assert set(COMMANDS) == set(build_ctl_parser().commands)


def test_the_version_needs_no_instance(lonely: Desk) -> None:
    assert lonely.ctl("--version").out == f"brumctl version {brummer.__version__}\n"


def test_without_a_command_it_says_what_there_is(lonely: Desk) -> None:
    said = lonely.ctl()

    assert said.code == 2
    assert "restart" in said.err


def test_a_folder_that_is_not_there_is_an_error(lonely: Desk) -> None:
    said = lonely.ctl("-d", "/nowhere", "ps")

    assert said.code == 1
    assert "no folder /nowhere" in said.err


def test_an_instance_can_be_named(desk: Desk) -> None:
    assert desk.ctl("-d", "/", "--instance", "shop-1", "status").code == 0
    assert desk.ctl("--instance", "other", "status").code == 1
