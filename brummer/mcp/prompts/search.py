"""Lines of the logs that have something, for prompts."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any, Final

from brummer.core.instance import Instance
from brummer.errors import BrummerError
from brummer.mcp.resources.extract import row

#: Seconds for which a prompt waits for a search.
PATIENCE: Final = 10.0

#: Hits, and lines around each.
_HITS: Final = 10
_AROUND: Final = 2


async def found_lines(instance: Instance, **question: object) -> list[str]:
    """Return the newest lines that are as *question* says, with those around them.

    The oldest first.  *question* is one of the command ``logs.search``.
    """
    search = instance.run(
        "logs.search", **{"limit": _HITS, "context": _AROUND, **question}
    )
    try:
        found: Any = await asyncio.wait_for(asyncio.wrap_future(search), PATIENCE)
    except TimeoutError:
        return ["the logs could not be searched in time"]
    except BrummerError as error:
        return [f"the logs could not be searched: {error}"]
    return list(_shown(found))


def _shown(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield the hits, each with what is around it, a gap between two."""
    for number, hit in enumerate(reversed(found["hits"])):
        if number:
            yield "..."
        for entry in (*hit["before"], hit["entry"], *hit["after"]):
            yield row(entry)
