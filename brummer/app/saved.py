"""The filters that are kept by name, which can be added to while Brummer runs."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Lock
from types import MappingProxyType

from typing_extensions import override

from brummer.config.chain import NAME
from brummer.model.command import Command, CommandThread, Parameter


class SavedFilters(Mapping[str, str]):
    """The expressions in the table ``[filters]``, by name.

    Threads: any may read, through a mapping that is replaced, never changed.  Saving
    replaces it; commands do so on bus workers, several at once, hence the lock.
    """

    def __init__(self, filters: Mapping[str, str], folder: Path) -> None:
        """Begin with *filters*; those that are saved go into the file in *folder*."""
        self._writing = Lock()
        self._filters: Mapping[str, str] = MappingProxyType(dict(filters))
        self._folder = folder

    @override
    def __getitem__(self, name: str) -> str:
        return self._filters[name]

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._filters)

    @override
    def __len__(self) -> int:
        return len(self._filters)

    def table(self) -> Iterator[Command]:
        """Yield the commands."""
        yield Command(
            name="filters.list",
            title="list the saved filters",
            run=lambda: dict(self._filters),
            thread=CommandThread.BUS,
        )
        yield Command(
            name="filters.save",
            title="save a filter",
            run=self._save,
            parameters=(
                Parameter(name="name", description="what to call it"),
                Parameter(name="expression", description="what lines have to be"),
            ),
            thread=CommandThread.BUS,
        )

    def _save(self, name: str, expression: str) -> object:
        """Keep *expression* as *name* in the project's file.

        :raises BrummerError: if it is none, or the file cannot be changed.
        """
        # Both are imported when somebody saves: each start would pay for them.
        from brummer.config.edit import set_key
        from brummer.logs.expression import Known, parse

        file = self._folder / NAME
        with self._writing:
            others = {n: text for n, text in self._filters.items() if n != name}
            parse(expression, Known(filters=others))
            set_key(file, ("filters", name), expression)
            self._filters = MappingProxyType({**others, name: expression})
        return {"file": str(file)}
