"""All that is done with the lines that processes have printed."""

from collections.abc import Iterator
from typing import NamedTuple

from brummer.app.engine import Engine
from brummer.app.export import ExportCommands
from brummer.app.filtering import FilterCommands
from brummer.app.indexing import Indexing
from brummer.app.project import Project
from brummer.app.recall import Recall
from brummer.app.saved import SavedFilters
from brummer.app.search import SearchCommand
from brummer.core.clock import Clock
from brummer.core.registry import Registry
from brummer.logs.search import Aside
from brummer.model.command import Command


class Reading(NamedTuple):
    """The parts that read logs for front ends.

    Threads: any.
    """

    search: SearchCommand
    indexing: Indexing
    filters: FilterCommands
    exports: ExportCommands
    saved: SavedFilters

    def table(self) -> Iterator[Command]:
        """Yield their commands."""
        yield from self.search.table()
        yield from self.filters.table()
        yield from self.exports.table()
        yield from self.saved.table()


def reading(
    project: Project, engine: Engine, registry: Registry, aside: Aside, clock: Clock
) -> Reading:
    """Return what reads the logs of *engine*; *aside* runs a function on a worker."""
    archive = engine.past.archive
    filters = SavedFilters(project.settings.filters, project.folder)
    findings = engine.detection.findings
    indexing = Indexing(
        store=engine.store,
        archive=archive,
        filters=filters,
        findings=findings,
        aside=aside,
        clock=clock,
    )
    return Reading(
        search=SearchCommand(
            store=engine.store,
            registry=registry,
            aside=aside,
            clock=clock,
            archive=archive,
            filters=filters,
            findings=findings,
            recall=Recall(archive, clock),
        ),
        indexing=indexing,
        filters=FilterCommands(
            archive=archive,
            registry=registry,
            filters=filters,
            findings=findings,
            clock=clock,
        ),
        exports=ExportCommands(
            archive=archive,
            registry=registry,
            condition=indexing.condition,
            aside=aside,
            clock=clock,
            folder=project.folder,
        ),
        saved=filters,
    )
