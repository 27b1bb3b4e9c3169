"""The commands about what was found in the output."""

from collections.abc import Iterator
from pathlib import Path

from brummer.app.engine import Engine
from brummer.app.servers import ServerCommand
from brummer.app.source import SourceCommands
from brummer.core.registry import Registry
from brummer.model.command import Command


def finding_commands(
    folder: Path, engine: Engine, registry: Registry
) -> Iterator[Command]:
    """Yield the commands about errors and servers of the project in *folder*."""
    findings, processes = engine.detection.findings, registry.snapshot
    window = engine.past.archive.window
    yield from SourceCommands(folder, processes, findings, window).table()
    yield from ServerCommand(findings, processes).table()
