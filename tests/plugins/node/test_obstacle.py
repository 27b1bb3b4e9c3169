from pathlib import Path

import pytest

from brummer_node.obstacle import obstacle
from brummer_node.situation import look_around
from tests.plugins.node.machine import FakeMachine
from tests.plugins.project import write


def reason(root: Path, machine: FakeMachine, manager: str, **more: str) -> str:
    return obstacle(look_around(root, manager, {**machine.environ, **more}))


@pytest.fixture(autouse=True)
def _machine_with_everything(machine: FakeMachine, root: Path) -> None:
    machine.install("npm", "11.0.0")
    machine.install("pnpm", "10.4.0")
    machine.install("yarn", "1.22.22")
    machine.install_bun("1.4.5")
    machine.install_node()
    write(root, {"package.json": {"scripts": {"dev": "vite"}}})


@pytest.mark.parametrize("manager", ["npm", "pnpm", "yarn", "bun"])
def test_an_ordinary_project_has_none(
    root: Path, machine: FakeMachine, manager: str
) -> None:
    assert reason(root, machine, manager) == ""


@pytest.mark.parametrize(
    ("manager", "file", "words"),
    [
        ("yarn", (".yarnrc.yml", "nodeLinker: pnp"), "a shell of their own"),
        ("yarn", (".pnp.cjs", ""), "Plug'n'Play"),
        ("yarn", (".yarnrc", 'yarn-path ".yarn/yarn.js"'), "yarn-path"),
        ("npm", (".npmrc", "script-shell=pwsh"), "script-shell is pwsh"),
        ("npm", (".npmrc", "script-shell=/usr/bin/fish"), "/usr/bin/fish"),
        ("pnpm", (".npmrc", "shell-emulator=true"), "shell-emulator"),
        (
            "pnpm",
            ("pnpm-workspace.yaml", "verifyDepsBeforeRun: install"),
            "looks after",
        ),
        ("pnpm", ("pnpm-workspace.yaml", "useNodeVersion: 20.0.0"), "its own node"),
        ("pnpm", (".npmrc", "ignore-scripts=true"), "ignore-scripts"),
        ("bun", ("bunfig.toml", '[run]\nshell = "bun"'), "bunfig.toml"),
        ("bun", ("bunfig.toml", "run.bun = true"), "bunfig.toml"),
    ],
)
def test_a_file_of_the_project_may_ask_for_the_manager(
    root: Path, machine: FakeMachine, manager: str, file: tuple[str, str], words: str
) -> None:
    name, content = file
    (root / name).write_text(content)

    assert words in reason(root, machine, manager)


@pytest.mark.parametrize(
    ("manager", "name", "content"),
    [
        ("npm", ".npmrc", "script-shell=/bin/bash"),
        ("npm", ".yarnrc.yml", "x: 1"),
        ("npm", ".npmrc", "shell-emulator=true"),
        ("npm", ".npmrc", "ignore-scripts=true"),
        ("pnpm", "pnpm-workspace.yaml", "verifyDepsBeforeRun: false"),
        ("yarn", ".yarnrc", "# yarn-path is not set\nregistry x"),
        ("bun", "bunfig.toml", "[install]\nexact = true"),
        ("bun", "bunfig.toml", "broken ["),
        ("bun", ".npmrc", "script-shell=fish"),
    ],
)
def test_a_file_that_changes_nothing_is_no_obstacle(
    root: Path, machine: FakeMachine, manager: str, name: str, content: str
) -> None:
    (root / name).write_text(content)

    assert reason(root, machine, manager) == ""


@pytest.mark.parametrize(
    ("fields", "manager", "words"),
    [
        ({"packageManager": "yarn@4.1.0"}, "", "a shell of their own"),
        ({"packageManager": "pnpm@9.0.0"}, "", "asks for pnpm 9.0.0, this is 10.4.0"),
        ({"devEngines": {"runtime": {"name": "node"}}}, "npm", "devEngines"),
        ({"devEngines": {}}, "pnpm", "devEngines"),
        ({"volta": {"node": "20.1.0", "yarn": "1.22.0"}}, "yarn", "Volta"),
    ],
)
def test_the_manifest_may_ask_for_the_manager(
    root: Path,
    machine: FakeMachine,
    fields: dict[str, object],
    manager: str,
    words: str,
) -> None:
    write(root, {"package.json": fields})

    assert words in reason(root, machine, manager)


@pytest.mark.parametrize("pin", ["pnpm@10.4.0", "npm@9.0.0", "yarn@1.22.1"])
def test_a_pin_that_changes_nothing_is_no_obstacle(
    root: Path, machine: FakeMachine, pin: str
) -> None:
    write(root, {"package.json": {"packageManager": pin}})

    assert reason(root, machine, "") == ""


@pytest.mark.parametrize(
    ("manager", "package", "words"),
    [
        ("npm", ("npm", "6.14.0"), "npm 6.14.0 is too old"),
        ("pnpm", ("pnpm", "8.15.0"), "pnpm 8.15.0 is too old"),
        ("yarn", ("yarn", "4.1.0"), "a shell of their own"),
        ("pnpm", ("corepack", "0.29.0"), "is not pnpm itself, but corepack"),
    ],
)
def test_another_program_under_the_name_is_an_obstacle(
    root: Path, tmp_path: Path, manager: str, package: tuple[str, str], words: str
) -> None:
    machine = FakeMachine(tmp_path / "other")
    owner, version = package
    machine.install(manager, version, package=owner)

    assert words in reason(root, machine, manager)


def test_a_program_that_nobody_knows_is_an_obstacle(root: Path, tmp_path: Path) -> None:
    machine = FakeMachine(tmp_path / "other")
    (machine.bin / "pnpm").write_text("#!/bin/sh\n")
    (machine.bin / "pnpm").chmod(0o755)

    assert "an unknown program" in reason(root, machine, "pnpm")


def test_bun_stands_in_for_a_missing_node(root: Path, tmp_path: Path) -> None:
    machine = FakeMachine(tmp_path / "other")
    machine.install_bun()

    assert "no node on PATH" in reason(root, machine, "bun")


def test_a_missing_manager_is_no_obstacle(root: Path, tmp_path: Path) -> None:
    machine = FakeMachine(tmp_path / "other")

    assert reason(root, machine, "pnpm") == ""
