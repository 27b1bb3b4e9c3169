"""Commands about the program itself: plugins, health, metrics, clients, the end."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass

from brummer.app.answer import mapped, nothing
from brummer.app.clients import ClientCommands
from brummer.app.engine import Engine
from brummer.app.gauges import Gauges
from brummer.app.project import Project
from brummer.core.health import HealthTable
from brummer.core.metrics import exposition, values
from brummer.model.command import Command, CommandThread
from brummer.plugin.host import PluginHost
from brummer.process.leftover import Leftover, end_leftovers, leftovers


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintenance:
    """What can be asked of the program about itself.

    Threads: any; what reads the process table or waits runs on a bus worker.
    *quit_* and *hurry* are the application's.
    """

    project: Project
    engine: Engine
    host: PluginHost
    health: HealthTable
    gauges: Gauges
    quit_: Callable[[], Future[None]]
    hurry: Callable[[], Future[None]]

    def table(self) -> Iterator[Command]:
        """Yield the commands."""
        yield Command(
            name="app.quit",
            title="stop everything and quit",
            run=lambda: mapped(self.quit_(), nothing),
        )
        yield Command(
            name="app.hurry",
            title="end the grace period now",
            run=lambda: mapped(self.hurry(), nothing),
        )
        yield Command(
            name="leftovers.list",
            title="what a dead instance left running",
            run=self._leftovers,
            thread=CommandThread.BUS,
        )
        yield Command(
            name="leftovers.end",
            title="end what a dead instance left running",
            run=self._end_leftovers,
            thread=CommandThread.BUS,
        )
        yield Command(name="plugins.list", title="list the plugins", run=self._plugins)
        yield Command(
            name="health.list",
            title="how the parts of the program do",
            run=lambda: {"health": self.health.snapshot()},
        )
        yield Command(name="metrics.read", title="read the counters", run=self._metrics)
        yield from ClientCommands(self.project).table()

    def _leftovers(self) -> object:
        found = leftovers(self.project.ledgers())
        return {"leftovers": list(_rows(found))}

    def _end_leftovers(self) -> object:
        found = leftovers(self.project.ledgers())
        grace = self.project.settings.process_manager.grace
        survivors = end_leftovers(found, grace)
        # Looking again removes the ledgers that have served their purpose.
        leftovers(self.project.ledgers())
        return {"leftovers": list(_rows(found)), "survivors": survivors}

    def _plugins(self) -> object:
        # Tracebacks are for the log and for whoever asks for one plugin.
        return {"plugins": self.host.report(), "notices": self.host.notices()}

    def _metrics(self) -> object:
        metrics = self.gauges.read()
        return {"text": exposition(metrics), "values": values(metrics)}


def _rows(found: tuple[Leftover, ...]) -> Iterator[dict[str, object]]:
    """Yield a row for each process that lives of each tree."""
    for tree in found:
        for member in tree.members:
            yield {
                "pid": member.pid,
                "name": member.name,
                "process": tree.process,
                "command": tree.command,
                "since": tree.since,
            }
