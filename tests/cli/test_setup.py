"""Tests of brumctl plugins and completion."""

import json
import subprocess
import sys

import pytest

from tests.cli.conftest import Desk


def test_plugins_are_listed_without_an_instance(lonely: Desk) -> None:
    said = lonely.ctl("plugins")

    assert said.code == 0
    assert [line.split()[0] for line in said.out.splitlines()[1:]] == [
        "builds",
        "errors",
        "node",
        "procfile",
        "prompts",
        "tests",
        "urls",
    ]


def test_plugins_as_json_have_their_hooks(lonely: Desk) -> None:
    rows = json.loads(lonely.ctl("plugins", "--json").out)

    assert "brummer_detectors" in rows[0]["hooks"]


def test_a_running_instance_tells_of_its_own_plugins(desk: Desk) -> None:
    row = {
        "name": "lantern",
        "state": "broken",
        "error": "no oil",
        "hooks": ["brummer_finding"],
        "hooks_off": ["brummer_finding"],
    }
    desk.instance.answers["plugins.list"] = {"plugins": [row]}

    said = desk.ctl("plugins")

    assert said.code == 1
    assert "no oil; brummer_finding switched off" in said.out


def test_installing_shows_the_line_of_whoever_owns_the_environment(
    lonely: Desk,
) -> None:
    said = lonely.ctl("plugins", "install", "lantern", "--dry-run")

    assert "brummer-lantern" in said.out


def test_a_shipped_plugin_cannot_be_removed(lonely: Desk) -> None:
    said = lonely.ctl("plugins", "remove", "node")

    assert said.code != 0
    assert "disabled" in said.err


@pytest.mark.parametrize(
    "words",
    [["plugins", "install"], ["plugins", "list", "node"], ["plugins", "remove", "x"]],
)
def test_what_makes_no_sense_is_an_error(lonely: Desk, words: list[str]) -> None:
    assert lonely.ctl(*words).code != 0


def test_requirements_can_be_written_to_a_file(lonely: Desk) -> None:
    assert lonely.ctl("plugins", "--requirements").out.startswith("brummer==")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "tcsh"])
def test_a_completion_script_names_both_programs(lonely: Desk, shell: str) -> None:
    said = lonely.ctl("completion", shell)

    assert "brumctl" in said.out
    assert "--no-tui" in said.out or "no-tui" in said.out


def test_without_shtab_completion_says_what_to_install(
    lonely: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "shtab", None)

    said = lonely.ctl("completion", "bash")

    assert said.code == 1
    assert "brummer[completion]" in said.err


def test_bash_can_read_its_completion_script(lonely: Desk) -> None:
    script = lonely.ctl("completion", "bash").out

    subprocess.run(["bash", "-n"], input=script, text=True, check=True)
