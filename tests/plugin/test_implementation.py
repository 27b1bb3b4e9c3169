from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy
import pytest

import brummer
from brummer.model.script import Script
from brummer.plugin.handle import Surroundings
from brummer.plugin.host import PluginHost
from tests.support.plugin import Failures, host_of, plugin

SCRIPT = Script(name="dev", command="run", folder=Path("/project"))

#: Marks as a plugin of a later Brummer, or a careless one, might.
mark = pluggy.HookimplMarker("brummer")


def host_with(function: Any, failures: Failures, name: str = "") -> PluginHost:
    """Return a host whose plugin has *function*, and a good environment hook."""
    module = plugin(brummer_environment=lambda: {"A": "1"})
    function.__module__ = module.__name__
    setattr(module, name or function.__name__, function)
    return host_of({"lantern": module}, Surroundings(report_failure=failures))


def check_rest_is_on(host: PluginHost) -> None:
    """Check that only the wrong part of the plugin was left out."""
    assert host.report()[0].hooks == ("brummer_environment",)
    assert host.environment(SCRIPT).variables == {"A": "1"}


def test_an_unknown_hook_is_reported_with_the_nearest() -> None:
    failures = Failures()

    @brummer.hookimpl
    def brummer_lauch(script: Script) -> None: ...

    host = host_with(brummer_lauch, failures)

    check_rest_is_on(host)
    assert "brummer_lauch is no hook; did you mean brummer_launch?" in failures.text


def test_a_function_without_the_mark_is_reported() -> None:
    failures = Failures()

    def brummer_launch(script: Script) -> None: ...

    host = host_with(brummer_launch, failures)

    check_rest_is_on(host)
    assert "brummer_launch is not marked with @brummer.hookimpl" in failures.text


def test_an_unmarked_function_with_a_name_like_a_hooks_is_reported() -> None:
    failures = Failures()

    def brummer_startupp() -> None: ...

    host_with(brummer_startupp, failures)

    assert "did you mean brummer_startup?" in failures.text


def test_a_plugins_own_function_may_begin_with_the_prefix() -> None:
    failures = Failures()

    def brummer_home_of_the_lantern() -> None: ...

    host_with(brummer_home_of_the_lantern, failures)

    assert failures.seen == []


def test_a_function_from_elsewhere_is_nobodys_mistake() -> None:
    failures = Failures()
    module = ModuleType("brummer_lantern")
    vars(module)["brummer_launch"] = Path.cwd

    host_of({"lantern": module}, Surroundings(report_failure=failures))

    assert failures.seen == []


def test_a_wrapper_is_refused() -> None:
    failures = Failures()

    @mark(wrapper=True)
    def brummer_launch(script: Script) -> Any:
        return (yield)

    host = host_with(brummer_launch, failures)

    check_rest_is_on(host)
    assert "brummer_launch is a wrapper" in failures.text


def test_a_coroutine_is_refused() -> None:
    failures = Failures()

    @brummer.hookimpl
    async def brummer_launch(script: Script) -> None: ...

    host = host_with(brummer_launch, failures)

    check_rest_is_on(host)
    assert "brummer_launch is async" in failures.text


def test_an_argument_that_the_hook_does_not_have_is_refused() -> None:
    failures = Failures()

    @brummer.hookimpl
    def brummer_launch(scrip: Script) -> None: ...

    host = host_with(brummer_launch, failures)

    check_rest_is_on(host)
    assert "takes 'scrip', but the hook has script" in failures.text


def test_an_argument_of_a_hook_that_has_none_is_refused() -> None:
    failures = Failures()

    @brummer.hookimpl
    def brummer_detectors(root: Path) -> None: ...

    host_with(brummer_detectors, failures)

    assert "takes 'root', but the hook has no arguments" in failures.text


def test_an_argument_by_position_is_refused() -> None:
    failures = Failures()

    @brummer.hookimpl
    def brummer_launch(script: Script, /) -> None: ...

    host_with(brummer_launch, failures)

    assert "takes 'script' by position" in failures.text


def test_a_hook_of_a_later_brummer_may_be_marked_optional() -> None:
    failures = Failures()

    @mark(optionalhook=True)
    def brummer_fly_to_the_moon(speed: int) -> None: ...

    host = host_with(brummer_fly_to_the_moon, failures)

    check_rest_is_on(host)
    assert failures.seen == []


def test_an_implementation_may_have_another_name() -> None:
    @mark(specname="brummer_report_header")
    def my_header() -> str:
        return "1.0"

    host = host_with(my_header, Failures())

    assert host.report_headers() == ("lantern: 1.0",)


@pytest.mark.parametrize(
    "function",
    [
        lambda script: {"GOT": script.name},
        lambda *, script: {"GOT": script.name},
        lambda script, more=1: {"GOT": script.name * more},
        lambda script=None: {"GOT": script.name},
        lambda **everything: {"GOT": everything["script"].name},
        lambda *_: {"GOT": "dev"},
        lambda: {"GOT": "dev"},
    ],
)
def test_a_function_takes_the_arguments_that_it_wants(function: Any) -> None:
    host = host_of({"lantern": plugin(brummer_environment=function)})

    assert host.environment(SCRIPT).variables == {"GOT": "dev"}


class Lantern:
    """A plugin that is an object."""

    def __init__(self) -> None:
        self.count = 0

    @brummer.hookimpl
    def brummer_environment(self, script: Script) -> dict[str, str]:
        self.count += 1
        return {script.name: str(self.count)}


def test_a_plugin_may_be_an_instance() -> None:
    host = host_of({"lantern": Lantern()})

    host.environment(SCRIPT)

    assert host.environment(SCRIPT).variables == {"dev": "2"}
