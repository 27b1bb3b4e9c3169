"""Tests of how a script is run now."""

from pathlib import Path

import pytest

from brummer.app.preparation import Preparation, shell_launch
from brummer.config.settings import ScriptSettings, Settings
from brummer.errors import BrummerError
from brummer.model.script import Launch, RestartPolicy, Script
from brummer.plugin.discovery import Choice, discover
from brummer.plugin.host import PluginHost
from tests.support.plugin import host_of, plugin


def preparation(
    folder: Path, scripts: dict[str, ScriptSettings] | None = None, **parent: str
) -> Preparation:
    host = PluginHost(discover(Choice(allowed=frozenset())))
    return Preparation(host, Settings(scripts=scripts or {}), folder, parent)


def script(folder: Path, arguments: tuple[str, ...] = ()) -> Script:
    return Script(
        name="dev",
        source="shell",
        command="vite",
        folder=folder,
        arguments=arguments,
    )


def test_arguments_are_quoted_and_appended(tmp_path: Path) -> None:
    launch = shell_launch(script(tmp_path, arguments=("a b", "$HOME", "it's")))

    assert launch.argv == ("/bin/sh", "-c", """vite 'a b' '$HOME' 'it'"'"'s'""")


def test_a_file_of_variables_is_read_at_each_start(tmp_path: Path) -> None:
    prepared = preparation(tmp_path)
    (tmp_path / ".env").write_text("COLOUR=red\nAPI_TOKEN=one\n")
    first = prepared.launch(script(tmp_path))

    (tmp_path / ".env").write_text("COLOUR=blue\nAPI_TOKEN=two\n")
    second = prepared.launch(script(tmp_path))

    assert first.environment["COLOUR"] == "red"
    assert second.environment["COLOUR"] == "blue"
    notes = "\n".join(second.notes)
    assert "COLOUR=blue, was red" in notes
    assert "one" not in notes


def test_what_was_set_outside_beats_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=1\n")

    launch = preparation(tmp_path, PORT="2").launch(script(tmp_path))

    assert launch.environment.get("PORT", "2") == "2"


def test_settings_of_a_script_are_applied(tmp_path: Path) -> None:
    setting = ScriptSettings(
        tty=False, stop_signal="SIGINT", grace=2.5, restart="on-failure"
    )

    launch = preparation(tmp_path, {"dev": setting}).launch(script(tmp_path))

    assert not launch.tty
    assert launch.stop_signal == "SIGINT"
    assert launch.grace == 2.5
    assert launch.restart is RestartPolicy.ON_FAILURE


def test_what_the_settings_leave_open_the_plugin_decides(tmp_path: Path) -> None:
    made = Launch(
        argv=("vite",),
        folder=tmp_path,
        stop_signal="SIGINT",
        restart=RestartPolicy.ALWAYS,
    )
    host = host_of({"gentle": plugin(brummer_launch=lambda: made)})
    strict = Settings(scripts={"dev": ScriptSettings(stop_signal="SIGQUIT")})

    left = Preparation(host, Settings(), tmp_path, {}).launch(script(tmp_path))
    said = Preparation(host, strict, tmp_path, {}).launch(script(tmp_path))

    assert (left.stop_signal, left.restart) == ("SIGINT", RestartPolicy.ALWAYS)
    assert (said.stop_signal, said.restart) == ("SIGQUIT", RestartPolicy.ALWAYS)


def test_the_user_may_insist_on_what_is_usual(tmp_path: Path) -> None:
    made = Launch(
        argv=("vite",),
        folder=tmp_path,
        stop_signal="SIGINT",
        restart=RestartPolicy.ALWAYS,
    )
    host = host_of({"gentle": plugin(brummer_launch=lambda: made)})
    usual = ScriptSettings(stop_signal="SIGTERM", restart="never")
    settings = Settings(scripts={"dev": usual})

    launch = Preparation(host, settings, tmp_path, {}).launch(script(tmp_path))

    assert (launch.stop_signal, launch.restart) == ("SIGTERM", RestartPolicy.NEVER)


def test_a_signal_that_does_not_exist_fails_the_start(tmp_path: Path) -> None:
    setting = ScriptSettings(stop_signal="SIGNONSENSE")

    with pytest.raises(BrummerError, match="SIGNONSENSE"):
        preparation(tmp_path, {"dev": setting}).launch(script(tmp_path))
