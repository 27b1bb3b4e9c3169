"""Which resources the client wants to hear of."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import mcp_types as wire
from mcp.shared.exceptions import MCPError

from brummer.mcp.hub.roster import Target, UnroutableError

#: Resources that may be subscribed to at the same time.
MOST: Final = 1_000


class Subscriptions:
    """Keeps the names by which the client wants to hear of resources.

    What a name means is looked up each time, by *meaning*: an instance that was started
    again has another id, and the client goes on to hear of what it asked for.

    Threads: the loop's.
    """

    def __init__(self, meaning: Callable[[str], Target]) -> None:
        self._meaning = meaning
        #: How often each is wanted: streams that listen may ask for the same.
        self._names: Counter[str] = Counter()

    def add(self, names: Iterable[str]) -> None:
        """Want some more.

        :raises MCPError: if that is too much.
        """
        more = list(names)
        if len(self._names.keys() | set(more)) > MOST:
            text = f"at most {MOST} resources can be subscribed to"
            raise MCPError(wire.INVALID_PARAMS, text)
        self._names.update(more)

    def remove(self, names: Iterable[str]) -> None:
        """Take one :meth:`add` back."""
        self._names.subtract(names)
        self._names = +self._names

    def wanted(self, instance: str) -> frozenset[str]:
        """Return the addresses of which an instance is to tell."""
        return frozenset(uri for _, uri in self._of(instance))

    def names(self, instance: str, uri: str) -> list[str]:
        """Return what the client calls a resource of an instance."""
        return [name for name, found in self._of(instance) if found == uri]

    def all_names(self, instance: str) -> list[str]:
        """Return what the client calls everything that it wants of an instance."""
        return [name for name, _ in self._of(instance)]

    def _of(self, instance: str) -> Iterator[tuple[str, str]]:
        for name in self._names:
            try:
                target = self._meaning(name)
            except UnroutableError:
                # It may be there later.
                continue
            if target.member.peer.id == instance:
                yield name, target.name
