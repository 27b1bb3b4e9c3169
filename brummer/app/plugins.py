"""A look at the plugins without a running instance."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import TypeVar

from brummer.app.program import ProgramForPlugins
from brummer.app.scripts import ScriptTable
from brummer.config.load import survey
from brummer.core.aside import settle
from brummer.core.commands import CommandTable
from brummer.core.registry import new_registry
from brummer.core.threads import Role, spawn
from brummer.mcp.renewal import Renewal
from brummer.plugin.discovery import Choice, discover
from brummer.plugin.handle import Surroundings
from brummer.plugin.host import PluginHost
from brummer.plugin.report import PluginReport
from brummer.plugin.settings import Configuration

_T = TypeVar("_T")


def survey_plugins(
    folder: Path, environment: Mapping[str, str]
) -> tuple[PluginReport, ...]:
    """Say how the plugins of a ``brum`` in *folder* would do."""
    return plugin_host(folder, environment).report()


def plugin_host(folder: Path, environment: Mapping[str, str]) -> PluginHost:
    """Load and configure the plugins that a ``brum`` in *folder* would.

    A wrong configuration is no reason to do nothing: what is right of it holds.
    """
    found = survey(folder, environment=environment)
    disabled = found.settings.plugins.disabled
    host = PluginHost(
        discover(Choice.of(environment, disabled)),
        Surroundings(aside=partial(spawn, Role.PLUGIN)),
    )
    host.load()
    nothing = ProgramForPlugins(
        registry=new_registry("atomic", history=1),
        scripts=ScriptTable(folder, {}, lambda _: ()),
        commands=CommandTable(_nowhere),
        supervisor=lambda: None,
        keep=lambda _: None,
        renewal=Renewal(_nowhere),
    )
    host.configure(nothing, Configuration(settings=found.settings, origin=found.where))
    return host


def _nowhere(work: Callable[[], _T]) -> Future[_T]:
    """Run *work* here; nobody does, as there are no commands."""
    future: Future[_T] = Future()
    settle(future, work)
    return future
