from pathlib import Path

import pytest

from brummer.errors import BrummerError
from brummer.model.script import Script
from brummer.plugin.host import PluginHost
from brummer.plugin.implementation import HOOKS
from brummer.testing import FakeApp, make_host
from tests.typing.plugin import Lantern


@pytest.fixture
def lantern() -> PluginHost:
    settings = {"colour": "red", "rooms": ["hall"]}
    return make_host(Lantern(), name="lantern", settings=settings, app=FakeApp())


def test_the_sample_implements_every_hook(lantern: PluginHost) -> None:
    assert set(lantern.report()[0].hooks) == set(HOOKS)


def test_the_sample_does_what_it_says(lantern: PluginHost, tmp_path: Path) -> None:
    (tmp_path / "Lanternfile").touch()

    [script] = lantern.detect_scripts(tmp_path)
    [detector] = lantern.detectors()
    [command] = lantern.commands()

    assert script == Script(
        name="light", command="lantern", folder=tmp_path, source="lantern"
    )
    assert detector.name == "flicker"
    assert command.run(room="hall") == {"room": "hall", "colour": "red"}
    with pytest.raises(BrummerError, match="there is no room 'attic'"):
        command.run(room="attic")
