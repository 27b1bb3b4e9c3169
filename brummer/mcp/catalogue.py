"""All that is offered to agents, and who is told when that changes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from threading import Lock
from types import MappingProxyType
from typing import Final, TypeVar

from brummer.mcp.interest import Interest
from brummer.model.offer import Recipe, Source
from brummer.model.tool import Tool

_T = TypeVar("_T")


class Part(StrEnum):
    """The lists that a client keeps."""

    TOOLS = "tools"
    RESOURCES = "resources"
    PROMPTS = "prompts"


@dataclass(frozen=True, slots=True)
class Offer:
    """What is offered at one moment, by name or address, in that order."""

    tools: Mapping[str, Tool] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    recipes: Mapping[str, Recipe] = field(default_factory=dict)

    @property
    def resources(self) -> tuple[Source, ...]:
        """The resources that have one address."""
        return tuple(s for s in self.sources.values() if not s.is_template)

    @property
    def templates(self) -> tuple[Source, ...]:
        """The resources that have many."""
        return tuple(s for s in self.sources.values() if s.is_template)


class Catalogue:
    """Publishes what is offered.

    Threads: :attr:`offer` is a frozen value that any thread may read.  Writers take
    a lock, since plugins may come and go on any thread; *changed* is called on
    theirs, outside the lock.
    """

    def __init__(self) -> None:
        #: Who wants to hear of what in it.
        self.interest: Final = Interest()
        self._writing: Final = Lock()
        #: Rebound under the lock.
        self._offer = Offer()
        #: Rebound under the lock.
        self._watchers: tuple[Callable[[Part], object], ...] = ()

    @property
    def offer(self) -> Offer:
        """What is offered now."""
        return self._offer

    def watch(self, changed: Callable[[Part], object]) -> None:
        """Have *changed* called with each list that changes."""
        with self._writing:
            self._watchers = (*self._watchers, changed)

    def add(
        self,
        *,
        tools: Iterable[Tool] = (),
        sources: Iterable[Source] = (),
        recipes: Iterable[Recipe] = (),
    ) -> None:
        """Offer more.

        :raises ValueError: if there is one of that name already; then nothing is.
        """
        with self._writing:
            before = self._offer
            self._offer = Offer(
                _joined(before.tools, {tool.name: tool for tool in tools}),
                _joined(before.sources, {source.uri: source for source in sources}),
                _joined(before.recipes, {recipe.name: recipe for recipe in recipes}),
            )
        self._tell(before)

    def remove_tools(self, names: Iterable[str]) -> None:
        """Offer some tools no longer; names of others are passed over."""
        gone = frozenset(names)
        with self._writing:
            before = self._offer
            left = {name: t for name, t in before.tools.items() if name not in gone}
            self._offer = replace(before, tools=MappingProxyType(left))
        self._tell(before)

    def _tell(self, before: Offer) -> None:
        now = self._offer
        pairs = (
            (Part.TOOLS, before.tools, now.tools),
            (Part.RESOURCES, before.sources, now.sources),
            (Part.PROMPTS, before.recipes, now.recipes),
        )
        for part, old, new in pairs:
            if old is not new and list(old) != list(new):
                for changed in self._watchers:
                    changed(part)


def _joined(before: Mapping[str, _T], more: Mapping[str, _T]) -> Mapping[str, _T]:
    """Return both, sorted: clients keep lists as long as they stay the same."""
    if clash := before.keys() & more.keys():
        raise ValueError(f"there is {', '.join(sorted(clash))} already")
    return MappingProxyType(dict(sorted({**before, **more}.items())))
