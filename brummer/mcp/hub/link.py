"""Links to instances: what the hub knows of each, and how it reaches one.

Nothing here knows the protocol.  Who speaks it gives an :data:`Opener`, and gets
:class:`Peer` values to choose a link from.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeAlias

from brummer.mcp.hub.sighting import Sighting


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where an instance answers.

    *token* is made anew for each run of an instance, and no other accepts it: when
    another instance has taken the port over, opening a link fails rather than ends
    at the wrong one.  With *socket* the connection is made to that Unix socket, whose
    other end is on another machine; *url* is what it is there, where the host and
    port that a request names must be its own.
    """

    instance: str
    url: str
    token: str = field(repr=False)
    socket: str = ""


class Link(Protocol):
    """An open connection to one instance.

    Threads: one loop's.
    """

    @property
    def heard(self) -> float:
        """When the instance last gave a sign of life (the loop's time).

        Any answer and any notification is one.
        """

    async def ping(self) -> None:
        """Ask for an answer.

        :raises Exception: if there is none.
        """

    async def gone(self) -> None:
        """Return when the other side has ended the connection."""


#: Opens a link; entered and left in one task.  Entering ends when the instance has
#: said who it is, and raises when it does not.  It may be cancelled at any time.
Opener: TypeAlias = Callable[[Address], AbstractAsyncContextManager[Link]]


class PeerState(StrEnum):
    """How an instance stands with the hub.

    ::

        DISCOVERED -> CONNECTING -> ACTIVE
                          |  ^         |
                          v  |         |
                        RETRYING <-----'
                             |
                             v
                           DEAD -> CONNECTING, when its file changes

    DEAD is also entered from everywhere when the process of the instance has ended.
    """

    DISCOVERED = "discovered"
    CONNECTING = "connecting"
    ACTIVE = "active"
    RETRYING = "retrying"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """One instance at one instant.

    *label* is a short name, ``[a-z0-9_]`` and at most 20 characters before the number
    of a twin; nobody else's while the instance is known.  *since* is the loop's time
    at which *state* began, *retries* how often in a row it has failed, *problem* why
    there is no link, *link* there only while ACTIVE.
    """

    label: str
    sighting: Sighting
    state: PeerState = PeerState.DISCOVERED
    since: float = 0.0
    retries: int = 0
    problem: str = ""
    link: Link | None = None

    @property
    def id(self) -> str:
        """The instance's id."""
        return self.sighting.id


class PeerTable(Protocol):
    """What the hub knows of all instances, for who routes messages to them.

    Threads: one loop's.
    """

    def snapshot(self) -> Mapping[str, Peer]:
        """Return every known instance by its id, dead ones too."""

    def listen(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call *changed* after each change of the table; return how to end that."""

    def nudge(self, id_: str) -> None:
        """Connect to *id_* now instead of when its time has come.

        For one that has a link: ask it for a sign of life now.
        """

    async def settled(self) -> None:
        """Return when each instance of the first look has a link or a problem."""
