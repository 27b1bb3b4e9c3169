"""What one instance offers, as it says so itself."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from brummer.mcp.catalogue import Part

logger: Final = logging.getLogger(__name__)

#: A tool, a resource or a prompt in the words of the protocol.
Thing: TypeAlias = Mapping[str, Any]

#: Asks an instance for one page of a list.
Ask: TypeAlias = Callable[[str, Mapping[str, Any]], Awaitable[Mapping[str, Any]]]

#: Things of one kind that are taken from one instance; the rest is not offered.
MOST: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What an instance offers at one moment, by name or address."""

    tools: Mapping[str, Thing] = field(default_factory=dict)
    resources: Mapping[str, Thing] = field(default_factory=dict)
    templates: Mapping[str, Thing] = field(default_factory=dict)
    prompts: Mapping[str, Thing] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _List:
    """How one list is asked for, and by what its things are told apart."""

    part: Part
    field: str
    method: str
    key: str
    name: str
    capability: str


_LISTS: Final[Sequence[_List]] = (
    _List(Part.TOOLS, "tools", "tools/list", "tools", "name", "tools"),
    _List(
        Part.RESOURCES, "resources", "resources/list", "resources", "uri", "resources"
    ),
    _List(
        Part.RESOURCES,
        "templates",
        "resources/templates/list",
        "resourceTemplates",
        "uriTemplate",
        "resources",
    ),
    _List(Part.PROMPTS, "prompts", "prompts/list", "prompts", "name", "prompts"),
)


async def read(
    ask: Ask,
    capabilities: Mapping[str, Any],
    *,
    before: Offer | None = None,
    part: Part | None = None,
) -> Offer:
    """Return what an instance offers; with *part*, *before* with that read anew.

    :raises MCPError: if it does not say.
    """
    wanted = [
        found
        for found in _LISTS
        if part in {None, found.part} and found.capability in capabilities
    ]
    read = await asyncio.gather(*(_whole(ask, found) for found in wanted))
    fields = {found.field: things for found, things in zip(wanted, read, strict=True)}
    return replace(before or Offer(), **fields)


async def _whole(ask: Ask, wanted: _List) -> Mapping[str, Thing]:
    """Return one list, all pages of it."""
    found: dict[str, Thing] = {}
    cursor: object = None
    while True:
        page = await ask(wanted.method, {} if cursor is None else {"cursor": cursor})
        things = page.get(wanted.key)
        for thing in things if isinstance(things, list) else ():
            if isinstance(thing, dict) and isinstance(thing.get(wanted.name), str):
                found[thing[wanted.name]] = thing
        cursor = page.get("nextCursor")
        if cursor is None or not things or len(found) >= MOST:
            break
    if len(found) > MOST or cursor is not None:
        logger.warning("%s: only the first %d are taken", wanted.method, MOST)
    return MappingProxyType(dict(sorted(found.items())[:MOST]))
