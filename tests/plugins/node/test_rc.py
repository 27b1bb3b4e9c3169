from collections.abc import Mapping
from pathlib import Path

from brummer_node.package import read_package
from brummer_node.rc import read_settings
from tests.plugins.node.machine import FakeMachine
from tests.plugins.project import write


def settings(folder: Path, environ: Mapping[str, str]) -> Mapping[str, str]:
    return read_settings(read_package(folder, ""), environ)


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
        "pnpm_config_shell_emulator": "true",
    }

    found = settings(root, environ)

    assert found["scriptshell"] == "zsh"
    assert found["cache"] == "y"
    assert found["shellemulator"] == "true"


def test_the_user_may_keep_the_file_elsewhere(
    root: Path, machine: FakeMachine, tmp_path: Path
) -> None:
    other = tmp_path / "elsewhere"
    other.write_text("script-shell=ksh")

    found = settings(root, {**machine.environ, "NPM_CONFIG_USERCONFIG": str(other)})

    assert found["scriptshell"] == "ksh"


def test_pnpm_has_its_settings_in_the_workspace_file(
    root: Path, machine: FakeMachine
) -> None:
    write(
        root,
        {
            "pnpm-workspace.yaml": "shellEmulator: true\nscriptShell: bash\n"
            "useNodeVersion: 20.1\npackages: [a]\noverrides: {a: b}\n",
            "pnpm-lock.yaml": "",
        },
    )

    found = settings(root, machine.environ)

    assert found == {
        "shellemulator": "true",
        "scriptshell": "bash",
        "usenodeversion": "20.1",
    }


def test_npm_does_not_read_the_workspace_file_of_pnpm(
    root: Path, machine: FakeMachine
) -> None:
    write(root, {"pnpm-workspace.yaml": "scriptShell: bash", "package-lock.json": ""})

    assert settings(root, machine.environ) == {}


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

    found = read_settings(read_package(root, ""), machine.environ, [system])

    assert found == {"scriptshell": "user", "prefix": "/opt"}
