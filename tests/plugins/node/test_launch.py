import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

import brummer
from brummer_node.detection import detect
from brummer_node.launch import launch
from tests.plugins.node.machine import FakeMachine
from tests.plugins.project import write

STAGES = {
    "prebuild": "echo pre; cd /",
    "build": "echo main",
    "postbuild": "echo post $npm_lifecycle_event",
}


def named(root: Path, name: str, *arguments: str) -> brummer.Script:
    """Return a script of the project at *root* as the host hands it on."""
    found = {script.name: script for script in detect(root, "").scripts}
    return replace(found[name], source="node", arguments=arguments)


def launched(
    script: brummer.Script, machine: FakeMachine, manager: str = "npm"
) -> brummer.Launch:
    return launch(script, manager, machine.environ)


def run(made: brummer.Launch) -> tuple[int, list[str]]:
    done = subprocess.run(
        made.argv,
        cwd=made.folder,
        env={**made.environment, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout.split("\n")[:-1]


def test_a_script_is_its_own_command_line(root: Path, machine: FakeMachine) -> None:
    write(root, {"package.json": {"scripts": {"dev": "vite && echo $PORT"}}})

    made = launched(named(root, "dev"), machine)

    assert made.argv == ("sh", "-c", "vite && echo $PORT")
    assert made.shell_command == "vite && echo $PORT"
    assert made.folder == root
    assert made.environment["npm_lifecycle_event"] == "dev"
    assert made.environment["npm_lifecycle_script"] == "vite && echo $PORT"


@pytest.mark.parametrize("manager", ["npm", "pnpm", "yarn", "bun"])
def test_arguments_arrive_as_they_are(
    root: Path, machine: FakeMachine, manager: str
) -> None:
    nasty = ("$HOME", "it's", 'a "b"', "*", "", "a\nb", "\\", "`x`", "-p", "~", "é")
    script = "printf '[%s]\\n'"
    write(root, {"package.json": {"scripts": {"dev": script}}})

    made = launched(named(root, "dev", *nasty), machine, manager)

    code, lines = run(made)
    assert code == 0
    assert "\n".join(lines) == "\n".join(f"[{word}]" for word in nasty)


def test_neighbours_run_in_order_and_in_shells_of_their_own(
    root: Path, machine: FakeMachine
) -> None:
    write(root, {"package.json": {"scripts": {**STAGES, "build": "pwd; echo $0 $@"}}})

    made = launched(named(root, "build", "x"), machine)

    assert run(made) == (0, ["pre", str(root), "sh x", "post postbuild"])
    assert made.shell_command == (
        "echo pre; cd / && pwd; echo $0 $@ x && echo post $npm_lifecycle_event"
    )


@pytest.mark.parametrize(
    ("stages", "expected"),
    [
        ({"prebuild": "exit 3", "build": "echo main"}, (3, [])),
        ({"build": "exit 4", "postbuild": "echo post"}, (4, [])),
        ({"build": "echo main", "postbuild": "exit 5"}, (5, ["main"])),
        ({"prebuild": "exit 0; echo no", "build": "exit 6"}, (6, [])),
    ],
)
def test_the_first_failure_ends_the_chain(
    root: Path,
    machine: FakeMachine,
    stages: dict[str, str],
    expected: tuple[int, list[str]],
) -> None:
    write(root, {"package.json": {"scripts": stages}})

    assert run(launched(named(root, "build"), machine)) == expected


@pytest.mark.parametrize(
    ("manager", "settings", "expected"),
    [
        ("npm", "", ["pre", "main", "post postbuild"]),
        ("npm", "ignore-scripts=true", ["main"]),
        ("pnpm", "", ["pre", "main", "post postbuild"]),
        ("pnpm", "enable-pre-post-scripts=false", ["main"]),
        ("yarn", "", ["pre", "main", "post postbuild"]),
        ("bun", "", ["pre", "main", "post postbuild"]),
    ],
)
def test_neighbours_run_where_the_manager_would_run_them(
    root: Path, machine: FakeMachine, manager: str, settings: str, expected: list[str]
) -> None:
    machine.install("pnpm", "10.0.0")
    write(root, {"package.json": {"scripts": STAGES}, ".npmrc": settings})

    code, lines = run(launched(named(root, "build"), machine, manager))

    assert (code, lines) == (0, expected)


def test_pnpm_leaves_out_a_neighbour_that_the_script_names(
    root: Path, machine: FakeMachine
) -> None:
    scripts = {"prebuild": "echo pre", "build": "echo prebuild"}
    write(root, {"package.json": {"scripts": scripts}})

    made = launched(named(root, "build"), machine, "pnpm")

    assert run(made) == (0, ["prebuild"])


def test_the_shell_is_the_one_that_the_settings_name(
    root: Path, machine: FakeMachine
) -> None:
    write(root, {"package.json": {"scripts": STAGES}, ".npmrc": "script-shell=bash"})

    made = launched(named(root, "build"), machine)

    assert made.argv[0] == "bash"
    assert "bash -c 'echo main'" in made.argv[2]


def test_a_script_may_ask_for_the_wrapper(root: Path, machine: FakeMachine) -> None:
    write(root, {"package.json": {"scripts": {"dev": "vite"}}})
    script = replace(named(root, "dev", "-p", "a b"), wrapper=True)

    made = {
        manager: launched(script, machine, manager).argv
        for manager in ("npm", "pnpm", "yarn", "bun")
    }

    assert made == {
        "npm": ("npm", "run", "dev", "--", "-p", "a b"),
        "pnpm": ("pnpm", "run", "dev", "-p", "a b"),
        "yarn": ("yarn", "run", "dev", "-p", "a b"),
        "bun": ("bun", "run", "dev", "-p", "a b"),
    }


def test_a_wrapper_that_is_needed_is_explained(
    root: Path, machine: FakeMachine
) -> None:
    machine.install("yarn", "4.1.0")
    write(root, {"package.json": {"scripts": {"dev": "vite"}}})

    made = launched(named(root, "dev"), machine, "yarn")

    assert made.argv == ("yarn", "run", "dev")
    assert made.shell_command == "yarn run dev"
    assert made.notes == (
        "run through yarn: yarn 2 and later run scripts in a shell of their own",
    )


def test_a_manager_that_is_missing_is_said(root: Path, machine: FakeMachine) -> None:
    write(root, {"package.json": {"scripts": {"dev": "vite"}}})

    made = launched(named(root, "dev"), machine, "pnpm")

    assert made.argv == ("sh", "-c", "vite")
    assert made.notes == ("pnpm (chosen by preferred_package_manager) is not on PATH",)


@pytest.mark.parametrize("event", ["dev", "a#b", "a:b"])
def test_a_script_of_a_package_runs_in_its_folder_under_its_own_name(
    root: Path, machine: FakeMachine, event: str
) -> None:
    write(
        root,
        {
            "package.json": {"workspaces": ["apps/*"], "scripts": {event: "root"}},
            "apps/web/package.json": {"name": "@acme/web", "scripts": {event: "vite"}},
        },
    )

    made = launched(named(root, f"web#{event}"), machine)

    assert made.folder == root / "apps" / "web"
    assert made.environment["npm_lifecycle_event"] == event
    assert made.environment["npm_package_name"] == "@acme/web"


def test_a_target_of_nx_finds_its_program_and_has_no_event(
    root: Path, machine: FakeMachine
) -> None:
    write(root, {"nx.json": {}, "web/project.json": {"targets": {"serve": {}}}})

    made = launched(replace(named(root, "web#serve", "--x"), wrapper=True), machine)

    assert made.argv == ("sh", "-c", "nx run web:serve --x")
    assert f"{root}/node_modules/.bin" in made.environment["PATH"].split(":")
    assert "npm_lifecycle_event" not in made.environment


def test_a_command_that_the_user_set_keeps_its_surroundings(
    root: Path, machine: FakeMachine
) -> None:
    write(root, {"package.json": {"scripts": {"dev": "vite"}}})
    script = replace(named(root, "dev"), command="vite --debug")

    made = launched(script, machine)

    assert made.argv == ("sh", "-c", "vite --debug")
    assert made.environment["npm_lifecycle_event"] == "dev"


def test_variables_of_the_script_reach_the_decision(
    root: Path, machine: FakeMachine
) -> None:
    write(root, {"package.json": {"scripts": {"dev": "vite"}}})
    script = replace(
        named(root, "dev"), environment={"npm_config_script_shell": "fish"}
    )

    made = launched(script, machine)

    assert made.notes[0] == "run through npm: script-shell is fish"


def test_a_manifest_that_broke_since_is_named(root: Path, machine: FakeMachine) -> None:
    write(root, {"package.json": {"scripts": {"dev": "vite"}}})
    script = named(root, "dev")
    write(root, {"package.json": "{"})

    with pytest.raises(brummer.BrummerError, match=r"package\.json:1:2"):
        launched(script, machine)
