from collections.abc import Mapping
from pathlib import Path

import pytest

from brummer_node.choice import Manager
from brummer_node.package import read_package
from brummer_node.rc import read_settings, sources
from tests.plugins.node.machine import FakeMachine
from tests.plugins.project import write


def settings(
    folder: Path,
    environ: Mapping[str, str],
    manager: Manager = Manager.NPM,
    release: tuple[int, ...] = (),
    system: tuple[Path, ...] = (),
) -> Mapping[str, str]:
    looked_for = sources(manager, release, system)
    return read_settings(read_package(folder, ""), looked_for, environ)


def test_a_file_of_settings_is_read_as_npm_reads_it(
    root: Path, machine: FakeMachine
) -> None:
    write(
        root,
        {
            ".npmrc": "\ufeff; a comment\n# another\n[section]\nscript-shell = bash\n"
            "node-options='--max-old-space-size=4096 --trace'\nignore-scripts\n"
            "cache=${HOME}/npm\nother=${UNKNOWN}\n=nothing\n"
        },
    )

    found = settings(root, machine.environ)

    assert found == {
        "scriptshell": "bash",
        "nodeoptions": "--max-old-space-size=4096 --trace",
        "ignorescripts": "true",
        "cache": f"{machine.home}/npm",
        "other": "${UNKNOWN}",
    }


def test_the_nearer_place_counts_more(root: Path, machine: FakeMachine) -> None:
    write(machine.home, {".npmrc": "script-shell=user\ncache=user\nprefix=user"})
    write(
        root,
        {
            "package.json": {"workspaces": ["web"]},
            ".npmrc": "script-shell=root\ncache=root",
            "web/.npmrc": "script-shell=web",
        },
    )

    found = settings(root / "web", machine.environ)

    assert found == {"scriptshell": "web", "cache": "root", "prefix": "user"}


def test_the_environment_counts_most(root: Path, machine: FakeMachine) -> None:
    write(root, {".npmrc": "script-shell=bash\ncache=x"})
    environ = {
        **machine.environ,
        "npm_config_script_shell": "zsh",
        "NPM_CONFIG_CACHE": "y",
    }

    found = settings(root, environ)

    assert found["scriptshell"] == "zsh"
    assert found["cache"] == "y"


def test_the_user_may_keep_the_file_elsewhere(
    root: Path, machine: FakeMachine, tmp_path: Path
) -> None:
    other = tmp_path / "elsewhere"
    other.write_text("script-shell=ksh")

    found = settings(root, {**machine.environ, "NPM_CONFIG_USERCONFIG": str(other)})

    assert found["scriptshell"] == "ksh"


@pytest.mark.parametrize(
    ("manager", "release", "expected"),
    [
        (Manager.NPM, (11, 0), {"scriptshell": "rc", "x": "npm"}),
        (Manager.YARN, (1, 22), {"scriptshell": "rc", "x": "yarn"}),
        (Manager.BUN, (1, 4), {}),
        (Manager.PNPM, (9, 0), {"scriptshell": "rc", "x": "npm"}),
        (Manager.PNPM, (10, 0), {"scriptshell": "file", "x": "npm", "loud": "true"}),
        (Manager.PNPM, (11, 0), {"scriptshell": "file", "x": "pnpm", "loud": "true"}),
        (Manager.PNPM, (), {"scriptshell": "file", "x": "pnpm", "loud": "true"}),
    ],
)
def test_each_manager_looks_in_places_of_its_own(
    root: Path,
    machine: FakeMachine,
    manager: Manager,
    release: tuple[int, ...],
    expected: dict[str, str],
) -> None:
    file = "scriptShell: file\nloud: true\npackages: [a]\noverrides: {a: b}\n"
    write(root, {".npmrc": "script-shell=rc", "pnpm-workspace.yaml": file})
    variables = {"npm_config_x": "npm", "pnpm_config_x": "pnpm", "yarn_x": "yarn"}

    found = settings(root, {**machine.environ, **variables}, manager, release)

    assert found == expected


def test_what_cannot_be_read_is_left_to_the_package_manager(
    root: Path, machine: FakeMachine
) -> None:
    (root / ".npmrc").mkdir()
    (machine.home / ".npmrc").write_bytes(b"\xff\xfe")

    assert settings(root, machine.environ) == {}


def test_the_files_of_the_system_count_least(root: Path, machine: FakeMachine) -> None:
    system = machine.root / "npmrc"
    system.write_text("script-shell=system\nprefix=/opt")
    write(machine.home, {".npmrc": "script-shell=user"})

    found = settings(root, machine.environ, system=(system,))

    assert found == {"scriptshell": "user", "prefix": "/opt"}
