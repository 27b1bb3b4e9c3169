"""What the instance files say, as far as the hub is concerned."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One instance as its file describes it.

    *port* is where its MCP server listens, 0 while it has none.  With *ssh* that is
    on another machine, reached as the user's OpenSSH reaches *ssh*; then *is_alive*
    is what nobody here can deny.  *written* is when the instance last renewed its file
    (seconds since 1970).
    """

    id: str
    name: str
    directory: Path
    pid: int
    port: int
    token: str = field(repr=False)
    ssh: str = ""
    is_alive: bool = True
    written: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look at the folder of instance files found.

    *problems* says for each file (by its name) that is nobody's why it is not.
    """

    sightings: tuple[Sighting, ...] = ()
    problems: Mapping[str, str] = MappingProxyType({})


#: Looks at the folder; reads files, and so is called on a worker.
Looker: TypeAlias = Callable[[], Look]
