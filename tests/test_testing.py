from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import brummer
from brummer import testing
from brummer.errors import BrummerError
from brummer.model.process import ProcessId, ProcessStatus
from brummer.model.script import Script, ScriptId
from brummer.plugin.host import PluginHost
from brummer.testing import FakeApp, make_host
from tests.support.plugin import plugin

# Plugins name the module in ``pytest_plugins``; here it has been imported by then.
host = testing.host
project = testing.project


def test_a_plugin_is_tried_alone_in_a_project_of_the_test(
    host: Callable[..., PluginHost], project: Callable[[dict[str, str]], Path]
) -> None:
    def brummer_detect_scripts(root: Path) -> list[Script] | None:
        if (root / "sub" / "Justfile").read_text() == "test:":
            return [Script(name="test", command="just test", folder=root)]
        return None

    lantern = host(plugin(brummer_detect_scripts=brummer_detect_scripts))
    found = lantern.detect_scripts(project({"sub/Justfile": "test:"}))

    assert [script.id for script in found] == ["made_up:test"]


def test_mistakes_of_the_plugin_are_raised_in_the_test() -> None:
    wrong = plugin(brummer_report_header=lambda: 5)

    with pytest.raises(Exception, match="not text"):
        make_host(wrong).report_headers()


def test_settings_and_name_can_be_given() -> None:
    seen: list[Any] = []

    def brummer_configure(app: brummer.App, settings: brummer.Settings) -> None:
        seen.append((app.logger.name, settings.general("plugin_tables")))

    make_host(
        plugin(brummer_configure=brummer_configure), name="lamp", settings={"a": 1}
    )

    assert seen == [("brummer.plugin.lamp", {"lamp": {"a": 1}})]


def test_the_fake_program_starts_and_stops_on_paper() -> None:
    app = FakeApp()

    first = app.start(ScriptId("node:dev")).result()
    second = app.start(ScriptId("node:dev")).result()
    stopped = app.stop(first.id).result()

    assert (first.id, second.id) == ("dev-1", "dev-2")
    assert stopped.status is ProcessStatus.STOPPED
    assert app.processes()[first.id] == stopped


def test_the_fake_program_knows_what_it_does_not_have() -> None:
    app = FakeApp()

    with pytest.raises(BrummerError):
        app.stop(ProcessId("gone-1")).result()
    with pytest.raises(BrummerError, match="no command named"):
        app.run("x.y").result()


def test_the_fake_program_runs_commands_that_it_is_given() -> None:
    app = FakeApp(commands={"x.y": lambda number: number + 1})

    answer = app.run("x.y", number=1).result()

    assert answer == 2
    assert app.ran == [("x.y", {"number": 1})]
