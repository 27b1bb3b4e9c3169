"""Limits on what the code may look like; import-linter guards who imports whom."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CODE = sorted([*(ROOT / "brummer").rglob("*.py"), *(ROOT / "plugins").rglob("*.py")])
TESTS = sorted((ROOT / "tests").rglob("*.py"))

MAX_FILE = 450
MAX_FUNCTION = 60
#: In the whole tree, tests included; each with a reason behind it.
MAX_SUPPRESSIONS = 10

SUPPRESSION = re.compile(r"#\s*(?:noqa|type:\s*ignore)\b(.*)")
REASON = re.compile(r"(?:--|#)\s*\S+")

#: What parsing the command line must not import.
HEAVY = ("urwid", "mcp", "psutil", "tomlkit", "watchfiles", "asyncio", "pluggy")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", [*CODE, *TESTS], ids=name)
def test_a_file_fits_into_the_head(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()

    assert len(lines) <= MAX_FILE


@pytest.mark.parametrize("path", [*CODE, *TESTS], ids=name)
def test_a_function_fits_on_a_screen(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    functions = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]

    long = [f.name for f in functions if f.end_lineno - f.lineno >= MAX_FUNCTION]  # type: ignore[operator] # parsed code has line numbers

    assert long == []


def test_suppressions_are_few_and_say_why() -> None:
    found = [
        f"{name(path)}: {line.strip()}"
        for path in [*CODE, *TESTS]
        for line in path.read_text("utf-8").splitlines()
        if SUPPRESSION.search(line) and path != Path(__file__)
    ]
    unexplained = [
        line
        for line in found
        if not REASON.search(SUPPRESSION.search(line)[1])  # type: ignore[index] # only lines that match are in it
    ]

    assert unexplained == []
    assert len(found) <= MAX_SUPPRESSIONS, found


@pytest.mark.parametrize("path", CODE, ids=name)
def test_no_reentrant_lock_and_no_sleep(path: Path) -> None:
    text = path.read_text("utf-8")

    assert "RLock" not in text
    assert "time.sleep(" not in text


@pytest.mark.parametrize("path", CODE, ids=name)
def test_nothing_is_left_for_later(path: Path) -> None:
    text = path.read_text("utf-8")

    assert not re.search(r"\b(TODO|FIXME|XXX|HACK)\b", text)


@pytest.mark.parametrize("path", CODE, ids=name)
def test_no_block_for_type_checkers_only(path: Path) -> None:
    assert "TYPE_CHECKING" not in path.read_text("utf-8")


def test_every_module_has_its_test() -> None:
    tested = {path.name.removeprefix("test_") for path in TESTS}
    # A module that holds only values is tested where they are used.
    modules = [
        path
        for path in CODE
        if path.name != "__init__.py" and "model" not in path.parts
    ]

    untested = [name(path) for path in modules if path.name not in tested]

    assert untested == []


def test_parsing_the_command_line_imports_nothing_heavy() -> None:
    program = (
        "import sys; from brummer.cli.parser import parse; parse(['dev']);"
        f"print([m for m in {HEAVY!r} if m in sys.modules],"
        " [m for m in sys.modules if m.startswith('brummer_')])"
    )

    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )

    assert done.stdout.strip() == "[] []"


def test_the_import_contracts_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )

    assert done.returncode == 0, done.stdout
