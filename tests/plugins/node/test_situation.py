from pathlib import Path

import pytest

from brummer_node.choice import Manager
from brummer_node.situation import look_around
from tests.plugins.node.machine import FakeMachine
from tests.plugins.project import write


def test_a_look_around_finds_package_tool_and_node(
    root: Path, machine: FakeMachine
) -> None:
    write(root, {"package.json": {"name": "web"}, "pnpm-lock.yaml": ""})
    machine.install("pnpm", "10.0.0")
    machine.install_node("v22.0.0")

    found = look_around(root, "", machine.environ)

    assert found.manager is Manager.PNPM
    assert found.manifest.name == "web"
    assert found.tool is not None
    assert found.node is not None
    assert found.node.version == "v22.0.0"


def test_what_is_not_installed_is_none(root: Path, machine: FakeMachine) -> None:
    found = look_around(root, "", machine.environ)

    assert (found.tool, found.node) == (None, None)


def test_npm_has_settings_that_it_was_shipped_with(
    root: Path, machine: FakeMachine
) -> None:
    home = machine.install("npm", "11.0.0")
    write(home, {"npmrc": "prefix=/opt/homebrew"})

    assert look_around(root, "", machine.environ).settings["prefix"] == "/opt/homebrew"


def test_the_settings_of_the_machine_stand_beside_node(
    root: Path, machine: FakeMachine
) -> None:
    machine.install_node()
    write(machine.root / "node", {"etc/npmrc": "script-shell=bash"})

    assert look_around(root, "", machine.environ).settings["scriptshell"] == "bash"


@pytest.mark.parametrize(
    ("value", "on"),
    [("true", True), ("yes", True), ("1", True), ("false", False), ("", False)],
)
def test_a_setting_is_on_unless_it_says_no(
    root: Path, machine: FakeMachine, value: str, *, on: bool
) -> None:
    environ = {**machine.environ, "npm_config_ignore_scripts": value}

    assert look_around(root, "", environ).is_on("ignorescripts") is on
