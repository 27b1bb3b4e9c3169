"""A look at the plugins without a running instance."""

from collections.abc import Mapping
from pathlib import Path

from brummer.config.load import survey
from brummer.plugin.discovery import Choice, discover
from brummer.plugin.host import PluginHost
from brummer.plugin.report import PluginReport


def survey_plugins(
    folder: Path, environment: Mapping[str, str]
) -> tuple[PluginReport, ...]:
    """Import the plugins that a ``brum`` in *folder* would, and say how they do.

    A wrong configuration is no reason to say nothing: what is right of it holds.
    """
    settings = survey(folder, environment=environment).settings
    host = PluginHost(discover(Choice.of(environment, settings.plugins.disabled)))
    host.load()
    return host.report()
