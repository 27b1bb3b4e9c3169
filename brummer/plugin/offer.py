"""What plugins offer to agents, checked where it comes in.

Imported with the server for agents: few programs ever see one.

Each ``check_`` function is for the answer of one hook, as those of
:mod:`brummer.plugin.answer` are.  The others return what was offered with functions
whose failures stay the plugin's, on threads of its own.
"""

import asyncio
import contextlib
import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, replace
from functools import partial
from inspect import isawaitable
from typing import Final, Generic, TypeVar

from brummer.core.guard import attempt
from brummer.errors import BrummerError, PluginError
from brummer.model.offer import (
    Argument,
    Chosen,
    Completer,
    Offers,
    Reader,
    Recipe,
    Source,
)
from brummer.model.tool import Call, Content, Resource, Tool, Unanswered
from brummer.plugin import answer
from brummer.plugin.failure import AnswerError, phrase
from brummer.plugin.handle import Complaint, Handle
from brummer.plugin.host import PluginHost
from brummer.plugin.shape import show
from brummer.plugin.worker import AGENT_CALLS

T = TypeVar("T")

#: What clients accept, with what they and the hub put before it.
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,47}")

#: Characters that a tool may say about itself; agents pay for each.
DESCRIPTION: Final = 300

#: How calls for agents are told from other calls of the plugin.
_AGENT: Final = "agent "


def check_tools(value: object) -> tuple[Tool, ...]:
    """Check the answer of ``brummer_mcp_tools``."""
    tools = answer.many(value, Tool)
    for tool in tools:
        _check_name("Tool", tool.name)
        if not 0 < len(tool.description) <= DESCRIPTION:
            length = f"{len(tool.description)} characters, not 1 to {DESCRIPTION}"
            raise AnswerError(f"answered {tool.name} whose description has {length}")
        _check_schema(tool.name, "parameters", tool.parameters)
        if tool.result is not None:
            _check_schema(tool.name, "result", tool.result)
    return tools


def _check_name(kind: str, name: str) -> None:
    if not _NAME.fullmatch(name):
        wanted = "a name like 'lantern_light'"
        raise AnswerError(f"answered a {kind} named {show(name)}, not {wanted}")


def _check_schema(tool: str, field: str, schema: Mapping[str, object]) -> None:
    if schema.get("type") != "object":
        raise AnswerError(f"answered {tool} whose {field} are no schema of an object")
    # It is sent, so it has to be something that can be.
    _, error = attempt(json.dumps, schema)
    if error is not None:
        raise AnswerError(f"answered {tool} whose {field} JSON cannot carry: {error}")


def check_sources(value: object) -> tuple[Source, ...]:
    """Check the answer of ``brummer_mcp_resources``."""
    sources = answer.many(value, Source)
    for source in sources:
        if "://" not in source.uri or not source.uri.isprintable():
            wanted = "one like 'lantern://colour'"
            raise AnswerError(f"answered a Source at {show(source.uri)}, not {wanted}")
    return sources


def check_recipes(value: object) -> tuple[Recipe, ...]:
    """Check the answer of ``brummer_mcp_prompts``."""
    recipes = answer.many(value, Recipe)
    for recipe in recipes:
        _check_name("Recipe", recipe.name)
        for argument in recipe.arguments:
            answer.one(argument, Argument)
    return recipes


class _GoneError(BrummerError):
    """Who called does not wait for the answer."""


@dataclass(frozen=True, slots=True)
class _Service:
    """Calls one function of a plugin for agents.

    Threads: the server's loop; the function runs on a thread of the plugin's.
    """

    handle: Handle
    hook: str

    async def call(
        self, function: Callable[[], T | Awaitable[T]], call: Call | None = None
    ) -> T:
        """Return what *function* answers, when it has.

        :raises PluginError: if it fails, or may not be called.
        """
        handle = self.handle
        if not handle.accepts(self.hook):
            raise PluginError(handle.name, f"{self.hook} is switched off")
        lasting = [c.hook for c, _ in handle.slow() if c.hook.startswith(_AGENT)]
        if len(lasting) >= AGENT_CALLS:
            names = ", ".join(dict.fromkeys(lasting))
            raise PluginError(handle.name, f"{names}: too many have not returned yet")
        work = partial(self._guarded, function, call)
        return await asyncio.wrap_future(handle.services.run(work))

    def _guarded(
        self, function: Callable[[], T | Awaitable[T]], call: Call | None
    ) -> T:
        """Call *function* here and now, and note how it went."""
        again: Unanswered | None = None
        with self.handle.calling(self.hook, Complaint.LEAVE) as noted:
            try:
                return _finished(function(), call)
            except Unanswered as unanswered:
                # No failure: it is called again when there are replies.
                again = unanswered
            except CancelledError:
                if call is None or not call.is_cancelled:
                    raise
                # Nor is this: its question was cancelled with it.
                raise _GoneError("nobody waits for it any more") from None
        if again is not None:
            raise again
        if noted.complained is not None:
            raise noted.complained
        assert noted.error is not None, "else it has returned"
        text = f"{self.hook} {phrase(noted.error)}"
        raise PluginError(self.handle.name, text) from noted.error


def tool(original: Tool, handle: Handle) -> Tool:
    """Return *original* with a function whose failures stay the plugin's."""
    service = _Service(handle, f"{_AGENT}tool {original.name}")

    async def run(call: Call, **arguments: object) -> object:
        return await service.call(lambda: original.run(call, **arguments), call)

    return replace(original, run=run)


def source(original: Source, handle: Handle) -> Source:
    """Return *original* with functions whose failures stay the plugin's."""
    service = _Service(handle, f"{_AGENT}resource {original.name}")
    completers = {
        name: _completer(complete, service)
        for name, complete in (original.completers or {}).items()
    }

    async def read(uri: str) -> Resource:
        found: Resource | None = await service.call(
            lambda: _looked_up(original.read, uri)
        )
        if found is None:
            raise LookupError(uri)
        return found

    return replace(original, read=read, completers=completers)


async def _looked_up(read: Reader, uri: str) -> Resource | None:
    """Return what is at *uri*; that there is nothing is an answer as well."""
    try:
        found = read(uri)
        return await found if isawaitable(found) else found
    except LookupError:
        return None


def recipe(original: Recipe, handle: Handle) -> Recipe:
    """Return *original* with functions whose failures stay the plugin's."""
    service = _Service(handle, f"{_AGENT}prompt {original.name}")

    async def make(call: Call, **arguments: str) -> Sequence[Content]:
        return await service.call(lambda: original.make(call, **arguments), call)

    arguments = tuple(
        replace(a, complete=_completer(a.complete, service)) if a.complete else a
        for a in original.arguments
    )
    return replace(original, make=make, arguments=arguments)


def _completer(complete: Completer, service: _Service) -> Completer:
    async def completed(begun: str, chosen: Chosen) -> Sequence[str]:
        return await service.call(lambda: complete(begun, chosen))

    return completed


def _finished(found: T | Awaitable[T], call: Call | None) -> T:
    """Return what a function answered; an ``async`` one has a loop of its own.

    There it may even block: nothing else runs in it.
    """
    return asyncio.run(_awaited(found, call)) if isawaitable(found) else found


async def _awaited(found: Awaitable[T], call: Call | None) -> T:
    """Await *found*, and call that off when nobody waits for *call* any more."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None, "a coroutine runs in one"

    def stop() -> None:
        # It may be done by now, and its loop closed.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(task.cancel)

    if call is not None:
        call.on_cancel(stop)
    try:
        return await found
    except asyncio.CancelledError:
        if call is not None and call.is_cancelled:
            raise _GoneError("nobody waits for it any more") from None
        raise


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """One kind of what plugins offer: how to ask for it, check it and guard it."""

    hook: str
    check: Callable[[object], tuple[T, ...]]
    guard: Callable[[T, Handle], T]
    name: Callable[[T], str]


TOOLS: Final = Kind("brummer_mcp_tools", check_tools, tool, lambda one: one.name)
SOURCES: Final = Kind(
    "brummer_mcp_resources", check_sources, source, lambda one: one.uri
)
RECIPES: Final = Kind(
    "brummer_mcp_prompts", check_recipes, recipe, lambda one: one.name
)


def offers(host: PluginHost) -> Offers:
    """Return what the plugins of *host* offer to agents, each guarded.

    Of two of one name the first counts, and the other is reported.
    """
    return Offers(
        _offered(host, TOOLS), _offered(host, SOURCES), _offered(host, RECIPES)
    )


def _offered(host: PluginHost, kind: Kind[T]) -> tuple[T, ...]:
    found: dict[str, T] = {}
    for handle, things in host.registered(kind.hook, kind.check):
        for thing in things:
            name = kind.name(thing)
            if name in found:
                handle.refused(f"the name {name!r} is taken")
            else:
                found[name] = kind.guard(thing, handle)
    return tuple(found.values())
