"""All that is offered to agents, and who is told when that changes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from threading import Lock
from types import MappingProxyType
from typing import Final, TypeVar

from brummer.mcp.interest import Interest
from brummer.model.offer import Argument, Offers, Recipe, Source
from brummer.model.tool import Tool

_T = TypeVar("_T", Tool, Source, Recipe)


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
        #: Why tools are left out, by name: who calls one is told.  Their owners write
        #: single names, each its own.
        self.withheld: Final[dict[str, str]] = {}
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

    def exchange(self, old: Offers, new: Offers) -> list[str]:
        """Offer *new* in the place of *old*, at once.

        Of *old* what is offered counts, and no other of its name.  Return the names
        that are left out of *new*, since there is one already.
        """
        taken: list[str] = []
        with self._writing:
            before = self._offer
            self._offer = Offer(
                _exchanged(before.tools, old.tools, new.tools, taken),
                _exchanged(before.sources, old.sources, new.sources, taken),
                _exchanged(before.recipes, old.recipes, new.recipes, taken),
            )
        self._tell(before)
        return taken

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
            if old is not new and _seen(old) != _seen(new):
                for changed in self._watchers:
                    changed(part)


def _joined(before: Mapping[str, _T], more: Mapping[str, _T]) -> Mapping[str, _T]:
    """Return both, sorted: clients keep lists as long as they stay the same."""
    if clash := before.keys() & more.keys():
        raise ValueError(f"there is {', '.join(sorted(clash))} already")
    return MappingProxyType(dict(sorted({**before, **more}.items())))


def _exchanged(
    before: Mapping[str, _T], old: Iterable[_T], new: Iterable[_T], taken: list[str]
) -> Mapping[str, _T]:
    """Return *before* with *new* in the place of *old*.

    *taken* gets the names of those that are left out.
    """
    gone = {id(thing) for thing in old}
    left = {key: thing for key, thing in before.items() if id(thing) not in gone}
    for thing in new:
        key = _key(thing)
        if key in left:
            taken.append(key)
        else:
            left[key] = thing
    return MappingProxyType(dict(sorted(left.items())))


def _key(thing: Tool | Source | Recipe) -> str:
    return thing.uri if isinstance(thing, Source) else thing.name


def _seen(value: object) -> object:
    """Return *value* as clients see it: in its order, and without functions."""
    if isinstance(value, Mapping):
        return [(key, _seen(thing)) for key, thing in value.items()]
    if isinstance(value, tuple):
        return [_seen(thing) for thing in value]
    if isinstance(value, (Tool, Source, Recipe, Argument)):
        return [_seen(getattr(value, field.name)) for field in fields(value)]
    return None if callable(value) else value
