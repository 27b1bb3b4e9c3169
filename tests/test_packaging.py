"""Tests of what is installed, and of the public face."""

import ast
import importlib
import operator
import re
from importlib import metadata
from pathlib import Path

import pytest

import brummer

ROOT = Path(__file__).parents[1]
STUB = ast.parse((ROOT / "brummer" / "__init__.pyi").read_text("utf-8"))
#: Each public name with the module that it comes from, as type checkers see it.
NAMES = {
    alias.name: node.module
    for node in STUB.body
    if isinstance(node, ast.ImportFrom)
    for alias in node.names
}


def test_the_version_is_that_of_the_distribution() -> None:
    assert brummer.__version__ == metadata.version("brummer")


def test_type_checkers_and_the_interpreter_see_the_same_names() -> None:
    assert {*NAMES, "__version__"} == set(dir(brummer))


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_public_name_is_what_the_stub_says(name: str) -> None:
    module = importlib.import_module(NAMES[name] or "")

    assert getattr(brummer, name) is getattr(module, name)


def test_a_name_that_is_not_public_is_not_there() -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        operator.attrgetter("nonsense")(brummer)


def test_the_shipped_plugins_come_in_by_the_same_door_as_others() -> None:
    names = {point.name for point in metadata.entry_points(group="brummer")}

    assert {"builds", "errors", "node", "procfile", "prompts", "tests", "urls"} <= names


def test_both_programs_are_installed() -> None:
    scripts = {point.name for point in metadata.entry_points(group="console_scripts")}

    assert {"brum", "brumctl"} <= scripts


def test_nothing_else_lies_at_the_top() -> None:
    allowed = {
        "CHANGELOG.rst",
        "LICENSE",
        "README.rst",
        "brummer",
        "man",
        "plugins",
        "pyproject.toml",
        "setup.cfg",
        "tests",
        # What building and installing leave, and git ignores.
        "brummer.egg-info",
        "build",
        "dist",
    }

    top = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}

    assert top <= allowed


def test_each_lint_exception_has_a_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    ignores = re.search(r"^ignore = \[\n(.*?)^\]", text, re.MULTILINE | re.DOTALL)
    assert ignores is not None

    lines = ignores[1].splitlines()

    assert len(lines) <= 12
    assert all("#" in line for line in lines)
