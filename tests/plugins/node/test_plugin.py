from collections.abc import Iterator
from pathlib import Path

import pytest

import brummer
import brummer_node
from brummer.plugin.handle import Surroundings
from tests.plugins.node.machine import FakeMachine
from tests.plugins.project import FakeSettings, write
from tests.support.plugin import Failures, host_of


def configure(preferred: str = "", **own: object) -> None:
    settings = FakeSettings({"preferred_package_manager": preferred}, **own)
    brummer_node.brummer_configure(settings)


@pytest.fixture(autouse=True)
def _configured() -> Iterator[None]:
    configure()
    yield
    configure()


def test_the_general_wish_reaches_detection_and_launch(root: Path) -> None:
    write(root, {"package.json": {"scripts": {"dev": "vite"}}})
    configure("bun")

    (script,) = brummer_node.brummer_detect_scripts(root)

    assert isinstance(script, brummer.Script)
    assert script.description.startswith("bun run dev")


def test_workspaces_may_be_switched_off(root: Path) -> None:
    write(
        root,
        {
            "package.json": {"workspaces": ["a"], "scripts": {"x": "x"}},
            "a/package.json": {"scripts": {"y": "y"}},
        },
    )
    configure(workspaces=False)

    (script,) = brummer_node.brummer_detect_scripts(root)
    assert isinstance(script, brummer.Script)
    assert script.name == "x"


def test_the_problems_of_packages_come_with_the_scripts(root: Path) -> None:
    write(
        root,
        {
            "package.json": {"workspaces": ["a"], "scripts": {"dev": "vite"}},
            "a/package.json": "{",
        },
    )

    script, problem = brummer_node.brummer_detect_scripts(root)

    assert isinstance(script, brummer.Script)
    assert isinstance(problem, brummer.BrummerError)
    assert str(root / "a" / "package.json") in str(problem)


def test_an_answer_is_never_too_large_for_the_program(root: Path) -> None:
    many = {f"s{number}": "x" if number % 2 else 1 for number in range(30_000)}
    write(root, {"package.json": {"scripts": many}})
    failures = Failures()
    host = host_of({"node": brummer_node}, Surroundings(report_failure=failures))

    scripts = host.detect_scripts(root)

    assert len(scripts) == 5_000
    assert "only 5000 of 15000 scripts are shown" in failures.text


def test_other_peoples_scripts_are_not_launched(root: Path) -> None:
    script = brummer.Script(name="web", command="x", folder=root, source="procfile")

    assert brummer_node.brummer_launch(script) is None


def test_a_script_of_ours_is_launched(root: Path) -> None:
    write(root, {"package.json": {"scripts": {"dev": "vite"}}})
    script = brummer.Script(name="dev", command="vite", folder=root, source="node")

    made = brummer_node.brummer_launch(script)

    assert made is not None
    assert made.argv[-1] == "vite"


def test_reports_name_the_managers(
    machine: FakeMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.install("npm", "11.0.0")
    monkeypatch.setenv("PATH", machine.environ["PATH"])

    assert brummer_node.brummer_report_header() == "npm 11.0.0"
