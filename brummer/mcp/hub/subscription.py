"""What the resources that the client wants to hear of are in the instances."""

from collections.abc import Callable, Mapping
from typing import Final

from brummer.mcp.hub.roster import Roster, UnroutableError
from brummer.mcp.interest import Follower, Interest

#: What the client calls each resource, by instance and by what that calls it.
_Names = Mapping[str, Mapping[str, list[str]]]

_NOBODY: Final[Mapping[str, list[str]]] = {}


class Subscriptions:
    """Translates between the client's names of resources and those of instances.

    What a name means is looked up in the present *roster*: an instance that was started
    again has another id, and the client goes on to hear of what it asked for.  There
    may be thousands of names, so that is done once for each roster.

    Threads: the loop's.
    """

    def __init__(self, interest: Interest, roster: Callable[[], Roster]) -> None:
        self._interest = interest
        self._roster = roster
        #: What was found, and in which roster; none since other names are wanted.
        self._found: tuple[Roster, _Names] | None = None
        interest.follow(Follower(begin=self._forget, end=self._forget))

    def _forget(self, _: str) -> None:
        self._found = None

    def is_known(self, name: str) -> bool:
        """Whether *name* means a resource of one instance."""
        try:
            self._roster().resource(name)
        except UnroutableError:
            return False
        return True

    def wanted(self, instance: str) -> frozenset[str]:
        """Return the addresses of which an instance is to tell."""
        return frozenset(self._of(instance))

    def names(self, instance: str, uri: str | None = None) -> list[str]:
        """Return what the client calls a resource of an instance, or all of them."""
        found = self._of(instance)
        if uri is not None:
            return list(found.get(uri, ()))
        return [name for names in found.values() for name in names]

    def _of(self, instance: str) -> Mapping[str, list[str]]:
        roster = self._roster()
        if self._found is None or self._found[0] is not roster:
            self._found = roster, self._sorted(roster)
        return self._found[1].get(instance, _NOBODY)

    def _sorted(self, roster: Roster) -> _Names:
        found: dict[str, dict[str, list[str]]] = {}
        for name in self._interest.wanted:
            try:
                target = roster.resource(name)
            except UnroutableError:
                # It may be there again later.
                continue
            mine = found.setdefault(target.member.peer.id, {})
            mine.setdefault(target.name, []).append(name)
        return found
