"""The commands that copy a log into a file, and as text for a clipboard."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from brummer.core.clock import Clock
from brummer.core.index import Wanted
from brummer.core.registry import Registry
from brummer.logs.condition import Condition
from brummer.logs.history.archive import Archive
from brummer.logs.search import Aside
from brummer.model.command import Command, CommandThread, Parameter
from brummer.model.format import Format

# What writes the formats is imported when somebody wants a copy: each start would
# pay for it.


def _option(name: str, about: str, *, default: object) -> Parameter:
    """Return a parameter that may be left out, of the kind of its *default*."""
    kind = list if isinstance(default, tuple) else type(default)
    return Parameter(
        name=name, description=about, kind=kind, required=False, default=default
    )


#: Which lines of which log.
_LINES: Final = (
    _option("process", "its id or name; all if empty", default=""),
    _option("first", "the number of the first line", default=0),
    _option("stop", "that of the line to stop before; 0 for the end", default=0),
    _option("every", "expressions; a line is like all", default=()),
    _option("some", "expressions; a line is like one of them", default=()),
    _option("never", "expressions; a line is like none", default=()),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportCommands:
    """``logs.export`` and ``logs.copy``: lines of a log for elsewhere.

    *condition* returns what lines have to be, *folder* is the project's.

    Threads: any; they begin on bus workers, and go on there a slice at a time.
    """

    archive: Archive
    registry: Registry
    condition: Callable[[Wanted], Condition]
    aside: Aside
    clock: Clock
    folder: Path

    def table(self) -> Iterator[Command]:
        """Yield the commands."""
        yield Command(
            name="logs.export",
            title="write a log to a file",
            run=self._export,
            parameters=(
                Parameter(
                    name="path",
                    description="the file; from the project's folder if relative",
                ),
                _option(
                    "form",
                    f"{', '.join(Format)}; as the name says if empty",
                    default="",
                ),
                _option("overwrite", "whether there may be such a file", default=False),
                *_LINES,
            ),
            thread=CommandThread.BUS,
            cancellable=True,
        )
        yield Command(
            name="logs.copy",
            title="return lines as text",
            run=self._copy,
            parameters=(
                _option("labels", "whether they say when and by whom", default=False),
                *_LINES,
            ),
            thread=CommandThread.BUS,
            cancellable=True,
        )

    def _export(self, **options: object) -> object:
        """Begin to write a file; the future says what is in it."""
        from brummer.app.copying import Exports

        make: Callable[..., object] = Exports(self).export
        return make(**options)

    def _copy(self, **options: object) -> object:
        """Begin to copy lines; the future has them as text."""
        from brummer.app.copying import Exports

        make: Callable[..., object] = Exports(self).copy
        return make(**options)
