import json
from dataclasses import asdict

from brummer.plugin.report import PluginReport, PluginState


def test_a_plugins_package_is_what_one_would_upgrade() -> None:
    report = PluginReport(
        name="lantern",
        state=PluginState.ON,
        origin="installed",
        distribution="brummer-lantern",
        version="1.2",
    )

    assert report.package == "brummer-lantern 1.2"


def test_a_file_is_in_no_package() -> None:
    report = PluginReport(name="mine", state=PluginState.ON, origin="./mine.py")

    assert report.package == ""


def test_a_report_can_be_carried_as_json() -> None:
    report = PluginReport(name="mine", state=PluginState.OFF, hooks=("a",))

    carried = json.loads(json.dumps(asdict(report)))

    assert (carried["state"], carried["hooks"]) == ("off", ["a"])
