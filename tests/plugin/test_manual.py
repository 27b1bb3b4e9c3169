"""brum-plugins(7) says what is so, and its plugin works."""

import importlib
import inspect
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import FunctionType

import pytest

import brummer
from brummer.plugin import handle
from brummer.plugin.delivery import CAPACITY
from brummer.plugin.host import SHUTDOWN
from brummer.plugin.implementation import HOOKS
from brummer.plugin.worker import AGENT_CALLS, CALLS, COMMANDS
from brummer.testing import make_host

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "man" / "brum-plugins.7"
MANUAL = PAGE.read_text("utf-8")

#: The files of the examples, in their order.
PYPROJECT, PLUGIN, SETTINGS, TEST, CONFTEST = re.findall(
    r"^\.Bd -literal[^\n]*\n(.*?)^\.Ed$", MANUAL, re.MULTILINE | re.DOTALL
)

#: Columns before the lines of an example, as mandoc shows it.
INDENT = 11

SHIPPED = ("builds", "errors", "node", "procfile", "prompts", "tests", "urls")


def section(hook: str) -> str:
    """Return what the manual says about *hook*."""
    _, _, rest = MANUAL.partition(f".It Fn {hook}")
    return re.split(r"^\.It|^\.El", rest, maxsplit=1, flags=re.MULTILINE)[0]


@pytest.mark.parametrize("hook", HOOKS.values(), ids=HOOKS)
def test_the_manual_shows_the_hook_with_its_arguments(hook: FunctionType) -> None:
    names = [hook.__name__, *inspect.signature(hook).parameters]

    assert f".It Fn {' '.join(names)}\n" in MANUAL


def test_the_manual_shows_no_hook_that_is_gone() -> None:
    shown = set(re.findall(r"^\.It Fn (brummer_\w+)", MANUAL, re.MULTILINE))

    assert shown == set(HOOKS)


@pytest.mark.parametrize("hook", HOOKS)
def test_the_manual_names_the_plugins_that_show_how(hook: str) -> None:
    named = re.findall(r"Used by(.*)", section(hook), re.DOTALL)

    users = re.findall(r"\.Ql (\w+)", named[0].split(".Pp")[0]) if named else []

    assert users == [name for name in SHIPPED if hook in hooks_of(name)]


def hooks_of(name: str) -> tuple[str, ...]:
    """Return the hooks that a plugin which comes with Brummer implements."""
    return make_host(importlib.import_module(f"brummer_{name}")).report()[0].hooks


def test_the_manual_has_the_numbers_of_the_program() -> None:
    words = {2: "two", 3: "three", 4: "four", 5: "five"}
    order = {5: "fifth"}

    assert f"The {order[handle.FAILURES]} failure" in MANUAL
    assert f"not done after {words[round(handle.PATIENCE)]} seconds" in MANUAL
    assert f"longer than {words[round(handle.SLOW)]} seconds" in MANUAL
    assert f"{words[round(SHUTDOWN)]} seconds after all plugins were told" in MANUAL
    assert f"waits for {handle.QUESTION:g} seconds" in MANUAL
    assert f"waited for for {handle.DETECTION:g} seconds" in MANUAL
    assert f"{words[CALLS]} at most for hooks,\n{words[COMMANDS]} for" in MANUAL
    assert f"and {words[AGENT_CALLS]} for agents" in MANUAL
    assert f"when {CAPACITY} wait" in MANUAL


def test_everything_of_the_app_is_in_the_manual() -> None:
    app = MANUAL.split(".Sh THE APP")[1].split(".Sh SETTINGS")[0]

    shown = set(re.findall(r"^\.It Ql (\w+)", app, re.MULTILINE))

    assert shown == {name for name in dir(brummer.App) if not name.startswith("_")}


def test_the_example_is_a_distribution_that_names_its_plugin() -> None:
    project = tomllib.loads(PYPROJECT)["project"]

    assert project["name"] == "brummer-lantern"
    assert project["entry-points"]["brummer"] == {"lantern": "brummer_lantern"}
    assert tomllib.loads(SETTINGS) == {"plugins": {"lantern": {"colour": "red"}}}


def test_the_example_passes_its_own_test(tmp_path: Path) -> None:
    (tmp_path / "brummer_lantern.py").write_text(PLUGIN)
    (tmp_path / "test_lantern.py").write_text(TEST)
    (tmp_path / "conftest.py").write_text(CONFTEST)

    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "."],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert "1 passed" in run.stdout, run.stdout + run.stderr


@pytest.mark.parametrize("block", [PYPROJECT, PLUGIN, SETTINGS, TEST, CONFTEST])
def test_the_examples_fit_on_a_terminal(block: str) -> None:
    widest = max(map(len, block.splitlines()))

    assert INDENT + widest <= 80


@pytest.mark.skipif(
    shutil.which("mandoc") is None and not os.environ.get("CI"),
    reason="mandoc is not installed",
)
def test_the_manual_is_right_in_the_eyes_of_mandoc() -> None:
    run = subprocess.run(
        ["mandoc", "-T", "lint", "-W", "warning", str(PAGE)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.stdout + run.stderr == ""
