from collections.abc import Mapping
from pathlib import Path

import pytest

from brummer_node.environment import variables
from brummer_node.situation import look_around
from brummer_node.tool import machine as this_machine
from tests.plugins.node.machine import FakeMachine
from tests.plugins.project import write

PACKAGE = {
    "name": "@acme/web",
    "version": "2.3.4",
    "description": "Web",
    "config": {"port": "80", "a-b": 1.0, "deep": {"list": [True, False, None]}},
    "engines": {"node": ">=18"},
    "bin": {"web": "web.js"},
    "readme": "long",
    "_hidden": "x",
}


@pytest.fixture(name="web")
def _web(root: Path) -> Path:
    write(root, {"package.json": {"workspaces": ["apps/*"]}})
    write(root, {"apps/web/package.json": PACKAGE})
    return root / "apps" / "web"


def of(
    folder: Path, machine: FakeMachine, manager: str, **more: str
) -> Mapping[str, str]:
    return variables(look_around(folder, manager, {**machine.environ, **more}))


def test_npm_shows_a_script_where_it_is(web: Path, machine: FakeMachine) -> None:
    home = machine.install("npm", "11.2.0")
    machine.install_node("v20.1.0")
    node = machine.root / "node" / "bin" / "node"
    write(home, {"lib/commands/run.js": ""})

    found = of(web, machine, "npm")

    expected = {
        "NODE": str(node),
        "npm_node_execpath": str(node),
        "npm_execpath": str(home / "bin" / "npm.js"),
        "npm_command": "run",
        "npm_config_local_prefix": str(web.parent.parent),
        "npm_config_global_prefix": str(machine.root / "node"),
        "npm_config_userconfig": str(machine.home / ".npmrc"),
        "npm_config_cache": str(machine.home / ".npm"),
        "npm_config_user_agent": (
            f"npm/11.2.0 node/v20.1.0 {this_machine()} workspaces/true"
        ),
        "npm_package_json": str(web / "package.json"),
        "INIT_CWD": str(web),
    }
    assert expected.items() <= found.items()


def test_older_npm_calls_its_command_by_the_long_name(
    web: Path, machine: FakeMachine
) -> None:
    machine.install("npm", "10.2.0")

    assert of(web, machine, "npm")["npm_command"] == "run-script"


def test_npm_shows_a_part_of_the_package(web: Path, machine: FakeMachine) -> None:
    machine.install("npm", "11.0.0")

    found = of(web, machine, "npm")

    package = {k: v for k, v in found.items() if k.startswith("npm_package_")}
    assert package == {
        "npm_package_name": "@acme/web",
        "npm_package_version": "2.3.4",
        "npm_package_config_port": "80",
        "npm_package_config_a-b": "1",
        "npm_package_config_deep_list_0": "true",
        "npm_package_config_deep_list_1": "",
        "npm_package_config_deep_list_2": "",
        "npm_package_engines_node": ">=18",
        "npm_package_bin_web": "web.js",
        "npm_package_json": str(web / "package.json"),
    }


def test_pnpm_makes_names_that_a_shell_can_say(web: Path, machine: FakeMachine) -> None:
    machine.install("pnpm", "10.0.0")

    found = of(web, machine, "pnpm")

    assert found["npm_package_config_a_b"] == "1"
    assert found["npm_package_config_deep_list_1"] == "false"
    assert found["PNPM_SCRIPT_SRC_DIR"] == str(web)
    assert "npm_package_description" not in found


@pytest.mark.parametrize(
    ("manager", "version"), [("pnpm", "9.1.0"), ("yarn", "1.22.22")]
)
def test_older_managers_show_nearly_everything(
    web: Path, machine: FakeMachine, manager: str, version: str
) -> None:
    machine.install(manager, version)

    found = of(web, machine, manager)

    assert found["npm_package_description"] == "Web"
    assert not {"npm_package_readme", "npm_package__hidden"} & found.keys()


def test_bun_shows_the_texts_of_config(web: Path, machine: FakeMachine) -> None:
    machine.install_bun("1.4.5")

    found = of(web, machine, "bun")

    config = {k: v for k, v in found.items() if k.startswith("npm_package_config")}
    assert config == {"npm_package_config_port": "80"}
    assert found["npm_config_user_agent"] == (
        f"bun/1.4.5 npm/? node/v26.3.0 {this_machine()}"
    )
    assert "INIT_CWD" not in found


@pytest.mark.parametrize("manager", ["npm", "bun"])
def test_programs_are_looked_for_in_every_parent(
    web: Path, machine: FakeMachine, manager: str
) -> None:
    path = of(web, machine, manager)["PATH"].split(":")

    bins = [str(p / "node_modules" / ".bin") for p in (web, *web.parents)]
    assert path == [*bins, str(machine.bin)]


@pytest.mark.parametrize("manager", ["pnpm", "yarn"])
def test_programs_are_looked_for_in_the_package_and_the_workspace(
    web: Path, machine: FakeMachine, manager: str
) -> None:
    path = of(web, machine, manager)["PATH"].split(":")

    bins = [str(p / "node_modules" / ".bin") for p in (web, web.parent.parent)]
    assert path == [*bins, str(machine.bin)]


@pytest.mark.parametrize(
    ("manager", "inside"),
    [
        ("npm", "node_modules/@npmcli/run-script/lib/node-gyp-bin"),
        ("pnpm", "dist/node-gyp-bin"),
    ],
)
def test_node_gyp_is_where_the_manager_has_it(
    web: Path, machine: FakeMachine, manager: str, inside: str
) -> None:
    home = machine.install(manager, "10.0.0")

    assert str(home / inside) in of(web, machine, manager)["PATH"].split(":")


def test_options_for_node_are_handed_on(web: Path, machine: FakeMachine) -> None:
    machine.install("npm", "11.0.0")
    machine.install_node()
    write(web, {".npmrc": "node-options=--trace-warnings"})

    assert of(web, machine, "npm")["NODE_OPTIONS"] == "--trace-warnings"


def test_without_any_program_there_is_still_the_package(
    web: Path, machine: FakeMachine
) -> None:
    found = of(web, machine, "npm")

    assert found["npm_package_name"] == "@acme/web"
    assert "NODE" not in found
    assert "npm_execpath" not in found


def test_values_that_no_program_could_be_started_with_are_left_out(
    root: Path, machine: FakeMachine
) -> None:
    config: dict[str, object] = {
        "long": "x" * 200_000,
        "nul": "\0",
        "a=b": "c",
        "d": "e",
    }
    nest: dict[str, object] = {"end": "far"}
    for _ in range(50):
        nest = {"n": nest}
    write(root, {"package.json": {"config": {**config, "nest": nest}}})

    found = of(root, machine, "npm")

    names = [name for name in found if name.startswith("npm_package_config")]
    assert names == ["npm_package_config_d"]


def test_the_path_of_the_script_is_the_one_that_counts(
    root: Path, machine: FakeMachine
) -> None:
    found = of(root, machine, "npm", PATH="/own/bin")

    assert found["PATH"].endswith(":/own/bin")
