"""Finds ``*.lantern`` files, and lights them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import brummer


@dataclass(frozen=True)
class Lantern:
    """``[plugins.lantern]``."""

    colour: str = "yellow"


class Plugin:
    """Keeps what the user set between one hook and the next."""

    def __init__(self) -> None:
        #: Written once, by configure, before any other hook is called.
        self._lantern = Lantern()

    @brummer.hookimpl
    def brummer_configure(self, settings: brummer.Settings) -> None:
        """Read ``[plugins.lantern]``."""
        self._lantern = settings.parse(Lantern)

    @brummer.hookimpl
    def brummer_detect_scripts(self, root: Path) -> Iterator[brummer.Script]:
        """Yield a script for each ``*.lantern`` file."""
        for path in sorted(root.glob("*.lantern")):
            yield brummer.Script(
                name=path.stem, command=f"cat {path.name}", folder=root
            )

    @brummer.hookimpl
    def brummer_environment(self, script: brummer.Script) -> dict[str, str] | None:
        """Tell lanterns their colour."""
        if script.source != "lantern":
            return None
        return {"LANTERN_COLOUR": self._lantern.colour}


plugin = Plugin()
