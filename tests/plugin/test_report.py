import json
from dataclasses import asdict

from brummer.plugin.report import PluginReport, PluginState


def test_a_plugin_is_called_by_its_name_and_its_distribution() -> None:
    report = PluginReport(
        name="lantern",
        state=PluginState.ON,
        origin="installed",
        distribution="brummer-lantern",
        version="1.2",
    )

    assert report.title == "plugin 'lantern' (brummer-lantern 1.2)"


def test_a_file_is_called_by_its_name_and_its_path() -> None:
    report = PluginReport(name="mine", state=PluginState.ON, origin="./mine.py")

    assert report.title == "plugin 'mine' (./mine.py)"


def test_a_report_can_be_carried_as_json() -> None:
    report = PluginReport(name="mine", state=PluginState.OFF, hooks=("a",))

    carried = json.loads(json.dumps(asdict(report)))

    assert (carried["state"], carried["hooks"]) == ("off", ["a"])
