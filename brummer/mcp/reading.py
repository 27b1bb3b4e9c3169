"""What agents may read and be helped with, put into the catalogue."""

from collections.abc import Callable

from brummer.core.clock import Clock
from brummer.core.instance import Instance
from brummer.mcp.catalogue import Catalogue
from brummer.mcp.resources.finding import ErrorSources
from brummer.mcp.resources.known import Known
from brummer.mcp.resources.log import LogSources
from brummer.mcp.resources.process import ProcessSources
from brummer.mcp.resources.script import ScriptSource
from brummer.mcp.resources.updates import Updates


def offer_reading(
    catalogue: Catalogue, instance: Instance, clock: Clock
) -> Callable[[], None]:
    """Put our resources into *catalogue*; return how to end watching them.

    Threads: to be called in the server's loop.
    """
    known = Known(instance)
    watched = (
        *LogSources(instance, known).table(),
        *ErrorSources(instance, known).table(),
        *ProcessSources(instance, known, clock).table(),
        *ScriptSource(instance).table(),
    )
    catalogue.add(sources=[source for source, _ in watched])
    return Updates(instance, catalogue.interest, watched).close
