"""Tests of a look at the plugins without a running instance."""

from pathlib import Path

from brummer.app.plugins import survey_plugins
from brummer.plugin.report import PluginState


def test_it_says_how_each_plugin_does(tmp_path: Path) -> None:
    (tmp_path / ".brum.toml").write_text('[plugins]\ndisabled = ["urls"]\n')

    reports = survey_plugins(tmp_path, {})

    states = {report.name: report.state for report in reports}
    assert states.pop("urls") is PluginState.OFF
    assert set(states.values()) == {PluginState.ON}


def test_a_wrong_configuration_is_no_reason_to_say_nothing(tmp_path: Path) -> None:
    (tmp_path / ".brum.toml").write_text("nonsense = 1\n")

    assert "node" in {report.name for report in survey_plugins(tmp_path, {})}


def test_a_wrong_setting_of_a_plugin_is_found_with_its_place(tmp_path: Path) -> None:
    (tmp_path / ".brum.toml").write_text("[plugins.procfile]\nbase_prt = 1\n")

    reports = {report.name: report for report in survey_plugins(tmp_path, {})}

    assert reports["procfile"].state is PluginState.BROKEN
    assert ".brum.toml:2" in reports["procfile"].error
    assert "base_port" in reports["procfile"].error


def test_the_variable_decides_who_is_loaded(tmp_path: Path) -> None:
    reports = survey_plugins(tmp_path, {"BRUM_PLUGINS": "node"})

    assert [r.name for r in reports if r.state is PluginState.ON] == ["node"]
