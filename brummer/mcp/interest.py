"""Which resources clients want to hear of."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

#: Resources that one client may subscribe to, and all of them together.
EACH: Final = 1_000
ALL: Final = 10_000


class Follower(NamedTuple):
    """Is told when somebody begins to want to hear of a resource, and nobody does."""

    begin: Callable[[str], object]
    end: Callable[[str], object]


class Interest:
    """Counts who wants to hear of which resource, and passes on what has changed.

    So nothing need be watched that nobody wants to hear of.

    Threads: the server's loop, except :meth:`touch`, which is as safe as what is told.
    """

    def __init__(self) -> None:
        #: How many want to hear of each: only of what is in here.
        self._wanted: Counter[str] = Counter()
        self._followers: tuple[Follower, ...] = ()
        #: Replaced, never changed, since any thread may go through it.
        self._tellers: tuple[Callable[[str], object], ...] = ()

    @property
    def is_full(self) -> bool:
        """Whether there is no room for more."""
        return self._wanted.total() >= ALL

    @property
    def wanted(self) -> frozenset[str]:
        """What anybody wants to hear of."""
        return frozenset(self._wanted)

    def add(self, uris: Iterable[str]) -> None:
        """Take note that one more wants to hear of each."""
        for uri in uris:
            self._wanted[uri] += 1
            if self._wanted[uri] == 1:
                for follower in self._followers:
                    follower.begin(uri)

    def remove(self, uris: Iterable[str]) -> None:
        """Take one :meth:`add` back."""
        for uri in uris:
            self._wanted[uri] -= 1
            if self._wanted[uri] <= 0:
                del self._wanted[uri]
                for follower in self._followers:
                    follower.end(uri)

    def follow(self, follower: Follower) -> None:
        """Tell *follower* from now on, and of what is wanted already."""
        self._followers = (*self._followers, follower)
        for uri in self._wanted:
            follower.begin(uri)

    def tell(self, teller: Callable[[str], object]) -> None:
        """Have *teller* called with each resource that has changed."""
        self._tellers = (*self._tellers, teller)

    def touch(self, uri: str) -> None:
        """Say that a resource has changed."""
        for teller in self._tellers:
            teller(uri)
