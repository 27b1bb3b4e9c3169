"""What the instance files say, as far as the hub is concerned."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Protocol, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One instance as its file describes it.

    *port* is where its MCP server listens, 0 while it has none.  With *ssh* that is
    on another machine, reached as the user's OpenSSH reaches *ssh*; then *is_alive*
    is what nobody here can deny.  *written* is when the instance last renewed its file
    (seconds since 1970); it says nothing of the instance, and so two sightings that
    differ in nothing else are equal.
    """

    id: str
    name: str
    directory: Path
    pid: int
    port: int
    token: str = field(repr=False)
    ssh: str = ""
    is_alive: bool = True
    written: float = field(default=0.0, compare=False)

    @property
    def place(self) -> tuple[str, Path]:
        """The folder on its machine: what stays the same when it is restarted."""
        return self.ssh, self.directory

    @property
    def way(self) -> tuple[str, int, str]:
        """How it is reached; when that changes, a link leads nowhere or astray."""
        return self.ssh, self.port, self.token


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look at the instance files found.

    *problems* says of each file (by its name) that is nobody's why it is not, and
    *replaced* is who has ended and has left the folder to another.
    """

    sightings: tuple[Sighting, ...] = ()
    problems: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    replaced: frozenset[str] = frozenset()

    @classmethod
    def of(cls, files: Mapping[str, Sighting | str]) -> Self:
        """Return what *files* say, each a sighting or what is wrong with it.

        One process has one file, and a folder in which an instance lives needs none
        of those that have ended there: the latest counts, the others are problems.
        The order is by folder, so that each hub gives twins the same names.
        """
        problems = {name: said for name, said in files.items() if isinstance(said, str)}
        kept: list[Sighting] = []
        for name, sighting in _by_rank(files):
            if reason := _displaced(sighting, kept):
                problems[name] = reason
            else:
                kept.append(sighting)
        ids = {sighting.id for sighting in kept}
        gone = (said for said in files.values() if isinstance(said, Sighting))
        return cls(
            sightings=tuple(sorted(kept, key=lambda each: (*each.place, each.id))),
            problems=MappingProxyType(problems),
            replaced=frozenset(each.id for each in gone) - ids,
        )


def _by_rank(files: Mapping[str, Sighting | str]) -> list[tuple[str, Sighting]]:
    """Return who comes first when two claim one place: who lives, who is the later."""
    found = [(name, said) for name, said in files.items() if isinstance(said, Sighting)]
    return sorted(
        found,
        key=lambda each: (
            each[1].is_alive,
            each[0] == file_name(each[1].id),
            each[1].written,
        ),
        reverse=True,
    )


def _displaced(sighting: Sighting, kept: Iterable[Sighting]) -> str:
    """Return why *sighting* does not count beside those of higher rank, if so."""
    for other in kept:
        if other.id == sighting.id:
            return f"there is another file of {other.id}"
        if other.place == sighting.place and (
            other.pid == sighting.pid or not sighting.is_alive
        ):
            return f"{other.id} has taken its place"
    return ""


def file_name(id_: str) -> str:
    """Return how the file of an instance is called."""
    return f"{id_}.json"


class Source(Protocol):
    """Where sightings come from.

    Threads: one loop's.
    """

    async def look(self) -> Look:
        """Return what is there now; what is wrong with it is in there too."""

    async def watch(self, changed: Callable[[], None]) -> None:
        """Call *changed* whenever a look may find something new, until cancelled."""
