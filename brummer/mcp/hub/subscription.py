"""What the resources that the client wants to hear of are in the instances."""

from collections.abc import Callable, Iterator

from brummer.mcp.hub.roster import Target, UnroutableError
from brummer.mcp.interest import Interest


class Subscriptions:
    """Translates between the client's names of resources and those of instances.

    What a name means is looked up each time, by *meaning*: an instance that was started
    again has another id, and the client goes on to hear of what it asked for.

    Threads: the loop's.
    """

    def __init__(self, interest: Interest, meaning: Callable[[str], Target]) -> None:
        self._interest = interest
        self._meaning = meaning

    def is_known(self, name: str) -> bool:
        """Whether *name* means a resource of one instance."""
        try:
            self._meaning(name)
        except UnroutableError:
            return False
        return True

    def wanted(self, instance: str) -> frozenset[str]:
        """Return the addresses of which an instance is to tell."""
        return frozenset(uri for _, uri in self._of(instance))

    def names(self, instance: str, uri: str | None = None) -> list[str]:
        """Return what the client calls a resource of an instance, or all of them."""
        return [name for name, found in self._of(instance) if uri in {None, found}]

    def _of(self, instance: str) -> Iterator[tuple[str, str]]:
        for name in self._interest.wanted:
            try:
                target = self._meaning(name)
            except UnroutableError:
                # It may be there again later.
                continue
            if target.member.peer.id == instance:
                yield name, target.name
