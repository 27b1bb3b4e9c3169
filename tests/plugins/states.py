"""Processes in the states in which plugins meet them."""

import logging
from dataclasses import dataclass
from pathlib import Path

import brummer
from brummer.testing import FakeApp
from tests.plugins.project import FakeSettings


@dataclass
class PluginApp(FakeApp):
    """A program as one plugin sees it."""

    @property
    def settings(self) -> brummer.Settings:
        """Nothing is set."""
        return FakeSettings()

    @property
    def logger(self) -> logging.Logger:
        """Where nobody looks."""
        return logging.getLogger("plugin")


def state(
    status: brummer.ProcessStatus, process: str = "web-1"
) -> brummer.ProcessState:
    """Return a process that stands so."""
    return brummer.ProcessState(
        id=brummer.ProcessId(process),
        name=process.rpartition("-")[0],
        script=brummer.ScriptId("node:web"),
        command="serve",
        folder=Path(),
        status=status,
    )
