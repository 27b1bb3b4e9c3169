import inspect

import pytest

from brummer.plugin.access import PluginApp
from brummer.plugin.contribution import App, Program, Settings
from brummer.plugin.settings import PluginSettings
from brummer.testing import FakeApp


def public(cls: type) -> set[str]:
    return {name for name in dir(cls) if not name.startswith("_")}


PROGRAM = {"processes", "start", "stop", "report", "run", "offer_again", "touch"}


@pytest.mark.parametrize(
    ("protocol", "offered"),
    [
        (Program, PROGRAM),
        (App, PROGRAM | {"settings", "logger"}),
        (Settings, {"parse", "general"}),
    ],
)
def test_plugins_are_offered_this_and_nothing_else(
    protocol: type, offered: set[str]
) -> None:
    assert public(protocol) == offered


@pytest.mark.parametrize(
    ("protocol", "made"),
    [
        (App, PluginApp),
        (Program, FakeApp),
        (Settings, PluginSettings),
    ],
)
def test_what_is_offered_is_there_with_the_same_arguments(
    protocol: type, made: type
) -> None:
    for name in public(protocol):
        offered = inspect.getattr_static(protocol, name)
        if inspect.isfunction(offered):
            parameters = inspect.signature(getattr(made, name)).parameters
            assert list(parameters) == list(inspect.signature(offered).parameters)
