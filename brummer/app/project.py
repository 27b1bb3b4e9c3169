"""What one run of the program is about."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from brummer.config.load import Loaded
from brummer.config.paths import Places
from brummer.config.settings import Settings
from brummer.logs.history import place
from brummer.plugin.discovery import Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A folder, what was set for it, and where its files go.

    *environment* is that of Brummer itself when it was started.
    """

    folder: Path
    loaded: Loaded
    places: Places
    choice: Choice
    environment: Mapping[str, str]

    @property
    def settings(self) -> Settings:
        """The settings, from all their sources."""
        return self.loaded.settings

    @property
    def state(self) -> Path:
        """The folder for what is kept about this project."""
        return self.places.project(self.folder)

    @property
    def history(self) -> Path:
        """The folder for what its processes printed."""
        return self.state / place.HISTORY

    def ledgers(self) -> list[Path]:
        """Return what instances noted that worked here, in the order of their names."""
        return sorted(self.state.glob("*.ledger"))
