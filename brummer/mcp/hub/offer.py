"""What one instance offers, as it says so itself."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import mcp_types as wire
from pydantic import BaseModel, ValidationError

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
    """How one list is asked for, what is in it, and by what that is told apart."""

    part: Part
    field: str
    method: str
    key: str
    name: str
    capability: str
    kind: type[BaseModel]


_LISTS: Final[Sequence[_List]] = (
    _List(Part.TOOLS, "tools", "tools/list", "tools", "name", "tools", wire.Tool),
    _List(
        Part.RESOURCES,
        "resources",
        "resources/list",
        "resources",
        "uri",
        "resources",
        wire.Resource,
    ),
    _List(
        Part.RESOURCES,
        "templates",
        "resources/templates/list",
        "resourceTemplates",
        "uriTemplate",
        "resources",
        wire.ResourceTemplate,
    ),
    _List(
        Part.PROMPTS,
        "prompts",
        "prompts/list",
        "prompts",
        "name",
        "prompts",
        wire.Prompt,
    ),
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
    #: Also those that are none, or come again: there may be no end of them.
    seen = 0
    cursor: object = None
    while True:
        page = await ask(wanted.method, {} if cursor is None else {"cursor": cursor})
        given = page.get(wanted.key)
        things = given if isinstance(given, list) else []
        seen += len(things)
        for thing in things:
            if _is_sound(wanted.kind, thing):
                found[thing[wanted.name]] = thing
        cursor = page.get("nextCursor")
        if cursor is None or not things or seen >= MOST:
            break
    if seen > MOST or cursor is not None:
        logger.warning("%s: only the first %d are taken", wanted.method, MOST)
    return MappingProxyType(dict(sorted(found.items())[:MOST]))


def _is_sound(kind: type[BaseModel], thing: object) -> bool:
    """Whether *thing* can be passed on: a list with one that cannot is no list."""
    try:
        kind.model_validate(thing)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        logger.warning("a %s is passed over: %s %s", kind.__name__, where, first["msg"])
        return False
    return True
