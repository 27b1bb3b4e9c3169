"""What agents may read and be helped with, put into the catalogue."""

from collections.abc import Callable

from brummer.core.clock import Clock
from brummer.core.instance import Instance
from brummer.mcp.catalogue import Catalogue
from brummer.mcp.prompts.api import ApiPrompt
from brummer.mcp.prompts.error import ErrorPrompt
from brummer.mcp.prompts.performance import PerformancePrompt
from brummer.mcp.prompts.script import ScriptPrompt
from brummer.mcp.resources.finding import ErrorSources
from brummer.mcp.resources.known import Known
from brummer.mcp.resources.log import LogSources
from brummer.mcp.resources.process import ProcessSources
from brummer.mcp.resources.script import ScriptSource
from brummer.mcp.resources.updates import Updates
from brummer.mcp.wording import Wording


def offer_reading(
    catalogue: Catalogue, instance: Instance, clock: Clock, wording: Wording
) -> Callable[[], None]:
    """Put our resources and prompts into *catalogue*; return how to end watching.

    *wording* is that of the prompts.

    Threads: to be called in the server's loop.
    """
    known = Known(instance)
    errors, scripts = ErrorSources(instance, known), ScriptSource(instance)
    watched = (
        *LogSources(instance, known).table(),
        *errors.table(),
        *ProcessSources(instance, known, clock).table(),
        *scripts.table(),
    )
    recipes = (
        *ErrorPrompt(instance, known, errors, wording).table(),
        *ScriptPrompt(instance, known, scripts, wording).table(),
        *PerformancePrompt(instance, known, clock, wording).table(),
        *ApiPrompt(instance, errors, wording).table(),
    )
    catalogue.add(sources=[source for source, _ in watched], recipes=recipes)
    return Updates(instance, catalogue.interest, watched).close
