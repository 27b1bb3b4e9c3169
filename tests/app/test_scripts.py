"""Tests of the project's scripts."""

import threading
from pathlib import Path

import pytest

from brummer.app.scripts import ScriptTable
from brummer.config.settings import ScriptSettings
from brummer.errors import BrummerError, ScriptNotFound
from brummer.model.script import Script
from tests.support.wait import LIMIT

ROOT = Path("/srv/shop")


def script(name: str, source: str = "node", **fields: object) -> Script:
    return Script(name=name, source=source, command=f"run {name}", folder=ROOT)


def table(*scripts: Script, **settings: ScriptSettings) -> ScriptTable:
    made = ScriptTable(ROOT, settings, lambda _: scripts)
    made.detect()
    return made


def test_a_script_is_found_by_name_and_by_id() -> None:
    scripts = table(script("dev"), script("build"))

    assert scripts.find("dev").name == "dev"
    assert scripts.find("node:build").name == "build"


def test_a_name_that_two_sources_use_must_be_qualified() -> None:
    scripts = table(script("web"), script("web", "procfile"))

    with pytest.raises(BrummerError, match="node:web and procfile:web"):
        scripts.find("web")
    assert scripts.find("procfile:web").source == "procfile"


def test_an_unknown_name_is_answered_with_those_that_look_alike() -> None:
    with pytest.raises(ScriptNotFound, match="did you mean dev"):
        table(script("dev")).find("dve")


def test_reading_again_grows_the_version() -> None:
    scripts = table(script("dev"))
    before = scripts.current()

    scripts.detect()

    assert scripts.current().version > before.version
    assert before.scripts == scripts.current().scripts


def test_settings_adjust_a_detected_script() -> None:
    setting = ScriptSettings(dir="apps/web", env={"A": "1"}, wrapper=True)

    adjusted = table(script("dev"), dev=setting).find("dev")

    assert adjusted.folder == ROOT / "apps/web"
    assert adjusted.environment == {"A": "1"}
    assert adjusted.wrapper
    assert adjusted.source == "node"


def test_a_configured_command_takes_the_place_of_the_detected_one() -> None:
    found = table(script("dev"), dev=ScriptSettings(command="make dev")).find("dev")

    assert found.command == "make dev"
    assert found.source == "config"


def test_a_configured_command_takes_the_place_of_all_of_its_name() -> None:
    web = ScriptSettings(command="run this")

    scripts = table(script("web"), script("web", "procfile"), web=web)

    assert scripts.find("web").command == "run this"
    assert len(scripts.current().scripts) == 1


def test_who_comes_while_scripts_are_read_has_them_read_once_more() -> None:
    files = ["old"]
    reading, changed = threading.Event(), threading.Event()

    def ask(_: Path) -> list[Script]:
        found = [script(name) for name in files]
        reading.set()
        changed.wait(LIMIT)
        return found

    scripts = ScriptTable(ROOT, {}, ask)
    first = threading.Thread(target=scripts.detect)
    first.start()
    assert reading.wait(LIMIT)
    files.append("new")
    meanwhile = scripts.detect()
    changed.set()
    first.join(LIMIT)

    assert meanwhile == ()
    assert scripts.find("new").name == "new"


def test_a_configured_command_makes_a_script_of_its_own() -> None:
    found = table(seed=ScriptSettings(command="./seed.sh", dir="db")).find("seed")

    assert found.folder == ROOT / "db"


def test_a_setting_without_a_command_makes_no_script() -> None:
    assert table(ghost=ScriptSettings(tty=False)).current().scripts == ()


def test_a_word_means_a_script_before_anything_else() -> None:
    meant = table(script("ls")).meant_by("ls", ("-l",))

    assert meant.source == "node"
    assert meant.arguments == ("-l",)


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("npm run dev", "npm"),
        ("cat; exit 5", "cat"),
        ("(cd web && ls)", "cd"),
        ("'/opt/my tools/run' -v", "my"),
        ("PORT=1 MODE='a b' bin/serve --now", "serve"),
        ("$(which node) x", "command"),
        ("; ;", "command"),
        ("A=" + "a" * 50_000 + "'", "A=" + "a" * 50_000),
    ],
    ids=lambda text: text[:12],
)
def test_a_shell_command_is_called_after_its_program(command: str, name: str) -> None:
    assert table().shell(command).name == name


def test_a_word_with_spaces_is_a_command_for_the_shell() -> None:
    meant = table().meant_by("echo 'a  b' | cat")

    assert meant.source == "shell"
    assert meant.command == "echo 'a  b' | cat"
    assert meant.name == "echo"


def test_a_program_is_run_under_its_own_name() -> None:
    assert table().meant_by("/bin/sh").name == "sh"


@pytest.mark.parametrize("word", ["no-such-program-here", "test", "", " "])
def test_what_is_neither_is_not_found(word: str) -> None:
    with pytest.raises(ScriptNotFound):
        table(script("dev")).meant_by(word)


def test_what_no_program_can_be_given_is_refused_before_a_plugin_is_asked() -> None:
    scripts = table(script("test"))

    with pytest.raises(BrummerError, match="NUL character"):
        scripts.meant_by("test", ("a\0b",))
    with pytest.raises(BrummerError, match="NUL character"):
        scripts.shell("echo a\0b")


def test_an_empty_command_is_refused() -> None:
    with pytest.raises(BrummerError, match="empty"):
        table().shell("  ")
