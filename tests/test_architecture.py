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


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return all functions of a module, nested ones too."""
    tree = ast.parse(path.read_text("utf-8"))
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def size(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many lines a function has, its docstring included."""
    return (function.end_lineno or 0) - function.lineno + 1


def test_a_file_fits_into_the_head() -> None:
    long = [
        name(path)
        for path in [*CODE, *TESTS]
        if len(path.read_text("utf-8").splitlines()) > MAX_FILE
    ]

    assert long == []


def test_a_function_fits_on_a_screen() -> None:
    long = [
        f"{name(path)}: {function.name}"
        for path in [*CODE, *TESTS]
        for function in functions(path)
        if size(function) > MAX_FUNCTION
    ]

    assert long == []


def test_suppressions_are_few_and_say_why() -> None:
    found = [
        f"{name(path)}: {line.strip()}"
        for path in [*CODE, *TESTS]
        for line in path.read_text("utf-8").splitlines()
        if SUPPRESSION.search(line) and path != Path(__file__)
    ]
    unexplained = [
        line for line in found if not REASON.search(SUPPRESSION.split(line)[1])
    ]

    assert unexplained == []
    assert len(found) <= MAX_SUPPRESSIONS, found


@pytest.mark.parametrize(
    "banned",
    [r"RLock", r"time\.sleep\(", r"\b(TODO|FIXME|XXX|HACK)\b", r"TYPE_CHECKING"],
)
def test_the_code_has_nothing_of_what_we_do_not_want(banned: str) -> None:
    found = [name(path) for path in CODE if re.search(banned, path.read_text("utf-8"))]

    assert found == []


#: Modules that are tested together with what they are a part of.
TESTED_WITH = {
    "brummer/control/client.py": "tests/control/test_server.py",
    "brummer/app/findings.py": "tests/app/test_source.py",
    "brummer/cli/interruption.py": "tests/cli/test_export.py",
    "brummer/control/connection.py": "tests/control/test_server.py",
    "brummer/process/channel.py": "tests/process/test_pump.py",
    "brummer/process/table_linux.py": "tests/process/test_table.py",
    "brummer/mcp/tools/looking.py": "tests/mcp/tools/test_wait.py",
    "brummer/mcp/tools/outcome.py": "tests/mcp/tools/test_script.py",
    "brummer/mcp/tools/waiting.py": "tests/mcp/tools/test_wait.py",
    "brummer/process/table_psutil.py": "tests/process/test_table.py",
    "brummer/tui/showing.py": "tests/tui/test_frontend.py",
    "brummer/tui/stand.py": "tests/tui/widgets/test_log.py",
    "brummer/tui/widgets/scroll.py": "tests/tui/widgets/test_log.py",
}


def does_something(path: Path) -> bool:
    """Whether a module has a function with more in it than its docstring."""
    return any(
        len(function.body) > (ast.get_docstring(function) is not None)
        for function in functions(path)
    )


def test_every_module_has_its_test() -> None:
    tested = {path.name.removeprefix("test_") for path in TESTS}
    # A module that holds only values or protocols is tested where they are used,
    # and __main__ by every session.
    modules = [
        path
        for path in CODE
        if path.name not in {"__init__.py", "__main__.py"}
        and "model" not in path.parts
        and name(path) not in TESTED_WITH
        and does_something(path)
    ]

    untested = [name(path) for path in modules if path.name not in tested]

    assert untested == []


@pytest.mark.parametrize(("module", "test"), TESTED_WITH.items())
def test_what_is_tested_together_is_there(module: str, test: str) -> None:
    assert (ROOT / module).is_file()
    assert (ROOT / test).is_file()


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
