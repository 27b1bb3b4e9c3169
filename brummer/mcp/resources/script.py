"""Scripts as a resource."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from brummer.core.instance import Instance
from brummer.mcp.resources.size import compact, cut, fitting
from brummer.mcp.resources.watched import Watched
from brummer.model.offer import Source
from brummer.model.script import Script
from brummer.model.tool import Resource

AVAILABLE: Final = "scripts://available"

#: Characters of a command or a description.
_TEXT: Final = 500


@dataclass(frozen=True, slots=True)
class ScriptSource:
    """What the project can run.

    Threads: the server's loop.
    """

    instance: Instance

    def table(self) -> Iterator[Watched]:
        """Yield the resource."""
        yield Watched(
            Source(
                uri=AVAILABLE,
                name="scripts_available",
                title="Scripts",
                description="What this project can run, with commands.",
                read=self.read,
            ),
            lambda _: self.instance.versions().scripts,
        )

    async def read(self, uri: str) -> Resource:
        """Return the scripts; those that share a name have the longer one."""
        scripts = self.instance.scripts()
        times = Counter(script.name for script in scripts)

        def row(script: Script) -> object:
            is_alone = times[script.name] == 1
            return {
                "name": script.name if is_alone else script.id,
                "command": cut(script.command, _TEXT),
                "package": script.package,
                "description": cut(script.description, _TEXT),
            }

        rows, left = fitting(scripts, row)
        told: dict[str, object] = {"scripts": rows, "left_out": left}
        if left:
            told["more"] = f"call scripts_list with first={len(rows)}"
        return Resource(uri=uri, mime_type="application/json", content=compact(told))
