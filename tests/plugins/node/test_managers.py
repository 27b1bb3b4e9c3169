"""The real package managers beside us, on the same projects.

Each test starts a script through the manager that is installed and through our
own launch, and compares what the script saw.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

import brummer
from brummer_node.detection import detect
from brummer_node.launch import launch
from tests.plugins.project import write

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(120),
    pytest.mark.skipif(shutil.which("node") is None, reason="node is not on PATH"),
]

NASTY = ("$HOME", "it's", 'a "b"  c', "*", "", "a\nb", "back\\slash", "`x`", "-p", "!")

#: What a manager sets and we do not: its own settings (each of which depends on
#: its files), and words of it to itself.
LEFT_OUT = re.compile(
    r"npm_config_(?!(user_agent|local_prefix|node_gyp)$)\w+"
    r"|pnpm_config_\w+|YARN_WRAP_OUTPUT|COLOR|EDITOR|HOME|_|PWD|OLDPWD|SHLVL"
)

#: Writes what a script sees, and the order in which scripts ran.
DUMP = """
const fs = require('fs')
fs.writeFileSync(process.env.DUMP, JSON.stringify({
  environment: process.env, arguments: process.argv.slice(2), folder: process.cwd(),
}))
"""

PACKAGE = {
    "name": "@acme/web",
    "version": "2.3.4",
    "config": {"port": "99", "odd-name": "x"},
    "engines": {"node": ">=18"},
    "bin": {"web": "web.js"},
    "scripts": {
        "dump": "node ../../dump.js",
        "prebuild": "echo pre >> $LOG",
        "build": "echo $npm_lifecycle_event >> $LOG",
        "postbuild": "echo $npm_lifecycle_event >> $LOG",
        "fail": "exit 7",
        "prestop": "exit 3",
        "stop": "echo stop >> $LOG",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a script saw."""

    environment: Mapping[str, str]
    arguments: list[str]
    folder: str


class Project:
    """A workspace with one package, and the two ways to run its scripts."""

    def __init__(self, root: Path, manager: str) -> None:
        self.root = root
        self.manager = manager
        self.environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(root / "home"),
            "DUMP": str(root / "dump.json"),
            "LOG": str(root / "log"),
        }
        workspace = {"name": "root", "private": True, "workspaces": ["apps/*"]}
        write(
            root,
            {
                "package.json": workspace,
                "pnpm-workspace.yaml": "packages: ['apps/*']",
                "apps/web/package.json": PACKAGE,
                "dump.js": DUMP,
            },
        )
        for folder in ("home", "node_modules/.bin", "apps/web/node_modules/.bin"):
            (root / folder).mkdir(parents=True)

    def script(
        self, event: str, *arguments: str, wrapper: bool = False
    ) -> brummer.Script:
        """Return a script of the package, as the host hands it on."""
        found = {
            script.name: script for script in detect(self.root, self.manager).scripts
        }
        return replace(
            found[f"web#{event}"], source="node", arguments=arguments, wrapper=wrapper
        )

    def run(self, script: brummer.Script) -> int:
        """Run *script* to its end; return its exit code."""
        made = launch(script, self.manager, self.environ)
        done = subprocess.run(
            made.argv,
            cwd=made.folder,
            env={**self.environ, **made.environment},
            capture_output=True,
            check=False,
            timeout=60,
        )
        return done.returncode

    def sight(self, script: brummer.Script) -> Sight:
        """Run *script*, which dumps; return what it saw."""
        assert self.run(script) == 0
        return Sight(**json.loads((self.root / "dump.json").read_text()))

    def log(self, script: brummer.Script) -> tuple[int, str]:
        """Run *script*; return its exit code and what it and its neighbours wrote."""
        (self.root / "log").write_text("")
        return self.run(script), (self.root / "log").read_text()


@pytest.fixture(name="project", params=["npm", "pnpm", "yarn", "bun"])
def _project(request: pytest.FixtureRequest, tmp_path: Path) -> Project:
    manager = str(request.param)
    if shutil.which(manager) is None:
        pytest.skip(f"{manager} is not on PATH")
    project = Project(tmp_path / "project", manager)
    notes = launch(project.script("dump"), manager, project.environ).notes
    if notes:
        pytest.skip(f"nothing to compare: {notes[0]}")
    return project


def own_folders(path: str) -> list[str]:
    """Return the folders on *path* that exist, without those made for one run."""
    return [
        folder
        for folder in dict.fromkeys(path.split(":"))
        if Path(folder).is_dir() and not re.match(r".*/yarn--\d", folder)
    ]


def test_a_script_sees_the_same_environment(project: Project) -> None:
    theirs = project.sight(project.script("dump", wrapper=True)).environment
    ours = project.sight(project.script("dump")).environment

    different = {
        name: (theirs.get(name), ours.get(name))
        for name in theirs.keys() | ours.keys()
        if theirs.get(name) != ours.get(name)
        and name != "PATH"
        and not LEFT_OUT.fullmatch(name)
    }
    assert different == {}
    assert own_folders(ours["PATH"]) == own_folders(theirs["PATH"])


def test_what_we_set_is_what_they_set(project: Project) -> None:
    promised = launch(
        project.script("dump"), project.manager, project.environ
    ).environment
    theirs = project.sight(project.script("dump", wrapper=True)).environment

    different = {
        name: (theirs.get(name), value)
        for name, value in promised.items()
        # A shell passes on only names that it could say itself.
        if theirs.get(name) != value and name != "PATH" and name.isidentifier()
    }
    assert different == {}


def test_arguments_arrive_the_same(project: Project) -> None:
    theirs = project.sight(project.script("dump", *NASTY, wrapper=True))
    ours = project.sight(project.script("dump", *NASTY))

    assert ours.arguments == theirs.arguments == list(NASTY)
    assert ours.folder == theirs.folder
    line = "npm_lifecycle_script"
    assert shlex.split(ours.environment[line]) == shlex.split(theirs.environment[line])


@pytest.mark.parametrize("event", ["build", "fail", "stop"])
def test_neighbours_and_exit_codes_are_the_same(project: Project, event: str) -> None:
    theirs = project.log(project.script(event, wrapper=True))
    ours = project.log(project.script(event))

    assert ours == theirs


@pytest.mark.parametrize(
    ("file", "content"),
    [
        (".npmrc", "ignore-scripts=true"),
        (".npmrc", "enable-pre-post-scripts=false"),
        ("pnpm-workspace.yaml", "packages: ['apps/*']\nenablePrePostScripts: false"),
        ("pnpm-workspace.yaml", "packages: ['apps/*']\nignoreScripts: true"),
    ],
)
def test_neighbours_can_be_switched_off_the_same_way(
    project: Project, file: str, content: str
) -> None:
    write(project.root, {file: content})

    theirs = project.log(project.script("build", wrapper=True))
    ours = project.log(project.script("build"))

    assert ours == theirs


@pytest.mark.parametrize(
    ("file", "content"),
    [
        (".npmrc", "script-shell={shell}"),
        ("pnpm-workspace.yaml", "packages: ['apps/*']\nscriptShell: {shell}"),
    ],
)
def test_the_shell_is_the_same(project: Project, file: str, content: str) -> None:
    shell = shutil.which("bash")
    if shell is None:
        pytest.skip("bash is not on PATH")
    scripts = {"build": "echo ${BASH_VERSION:+bash} >> $LOG"}
    write(
        project.root,
        {
            file: content.format(shell=shell),
            "apps/web/package.json": {**PACKAGE, "scripts": scripts},
        },
    )

    theirs = project.log(project.script("build", wrapper=True))
    ours = project.log(project.script("build"))

    assert ours == theirs


def test_yarn_2_is_left_to_itself(tmp_path: Path) -> None:
    root = write(
        tmp_path / "project",
        {
            ".yarnrc.yml": "nodeLinker: pnp\n",
            "package.json": {"packageManager": "yarn@4.0.0", "scripts": {"dev": "x"}},
        },
    )
    (script,) = detect(root, "").scripts

    made = launch(replace(script, source="node"), "", os.environ)

    assert made.argv == ("yarn", "run", "dev")
    assert "a shell of their own" in made.notes[0]
