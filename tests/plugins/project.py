"""Making project folders, and being the program that asks a plugin."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def write(root: Path, files: Mapping[str, object]) -> Path:
    """Write *files* below *root*: text as it is, anything else as JSON."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else json.dumps(content, indent=2)
        path.write_text(text, "utf-8")
    return root


class FakeSettings:
    """What a user set, as a plugin gets it."""

    def __init__(
        self,
        general: Mapping[str, object] | None = None,
        **own: object,
    ) -> None:
        self._general = general or {"preferred_package_manager": ""}
        self._own = own

    def parse(self, cls: type[T], /) -> T:
        """Return the plugin's own settings."""
        return cls(**self._own)

    def general(self, key: str, /) -> object:
        """Return one of the program's settings."""
        return self._general[key]
