"""What the server answers to each method of the protocol."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

import mcp_types as wire
from mcp.server.caching import CacheHint
from mcp.server.lowlevel.server import NotificationOptions, Server
from mcp.server.models import InitializationOptions
from mcp.server.request_state import RequestStateBoundary, RequestStateSecurity
from mcp.shared.exceptions import MCPError
from typing_extensions import override

from brummer.errors import BrummerError
from brummer.mcp import wire as words
from brummer.mcp.calling import Aside, Calls, called
from brummer.mcp.catalogue import Catalogue
from brummer.mcp.conversation import Context
from brummer.mcp.news import News
from brummer.mcp.paging import page
from brummer.mcp.task import Tasks
from brummer.mcp.template import LONGEST, matched
from brummer.model.offer import Completer, Recipe, Source
from brummer.model.tool import Resource, Tool

#: Values that a completion offers at most; the protocol's limit.
_VALUES: Final = 100

#: How a schema says that an argument is in the header as well.
_HEADED: Final = "x-mcp-header"

#: For how long a client may keep what it read (milliseconds).
_LISTS: Final = CacheHint(ttl_ms=5_000, scope="private")
_READS: Final = CacheHint(ttl_ms=0, scope="private")

_CHANGES: Final = NotificationOptions(
    prompts_changed=True, resources_changed=True, tools_changed=True
)


class _Server(Server[dict[str, Any]]):
    """Says also to clients with a session that lists change."""

    @override
    def create_initialization_options(
        self,
        notification_options: NotificationOptions | None = None,
        experimental_capabilities: dict[str, dict[str, Any]] | None = None,
        extensions: dict[str, dict[str, Any]] | None = None,
    ) -> InitializationOptions:
        return super().create_initialization_options(
            notification_options or _CHANGES,
            experimental_capabilities,
            extensions,
        )


class Engine:
    """Answers for a catalogue.

    Threads: the loop's.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        aside: Aside,
        *,
        name: str,
        version: str,
        instructions: str,
    ) -> None:
        self._catalogue = catalogue
        self.server: Final = _Server(
            name,
            version=version,
            instructions=instructions,
            cache_hints={
                "server/discover": _LISTS,
                "tools/list": _LISTS,
                "resources/list": _LISTS,
                "resources/templates/list": _LISTS,
                "prompts/list": _LISTS,
                "resources/read": _READS,
            },
            get_tool_input_schema=self._schema,
            on_list_tools=self._list_tools,
            on_list_resources=self._list_resources,
            on_list_resource_templates=self._list_templates,
            on_read_resource=self._read,
            on_list_prompts=self._list_prompts,
            on_get_prompt=self._get_prompt,
            on_completion=self._complete,
        )
        # Not by the constructor: an answer may also be a task, which the SDK does not
        # know.
        self.server.add_request_handler(
            "tools/call", wire.CallToolRequestParams, self._call_tool
        )
        # The one for OpenTelemetry goes: nobody collects its spans here, and making
        # them takes a tenth of a call.
        self.server.middleware[:] = [
            RequestStateBoundary(
                RequestStateSecurity.ephemeral(), default_audience=name
            )
        ]
        self.server.add_request_handler(
            "logging/setLevel", wire.SetLevelRequestParams, self._set_level
        )
        self.news: Final = News(
            self.server,
            asyncio.get_running_loop(),
            catalogue.interest,
            self._is_known,
        )
        self._tasks: Final = Tasks(self.server)
        self._calls: Final = Calls(catalogue, self._tasks, aside)
        self._aside = aside
        #: By name of a tool: which one that is, and whether headers belong to it.
        self._headed: dict[str, tuple[Tool, bool]] = {}
        catalogue.watch(self.news.tell)

    def _schema(self, name: str) -> Mapping[str, Any] | None:
        """Return a tool's schema, if a header has to agree with an argument of it.

        The SDK would walk through the others as well, with each call.
        """
        tool = self._catalogue.offer.tools.get(name)
        if tool is None:
            return None
        known = self._headed.get(name)
        if known is None or known[0] is not tool:
            known = self._headed[name] = (
                tool,
                _HEADED in words.text_of(tool.parameters),
            )
        return tool.parameters if known[1] else None

    async def _list_tools(
        self, _: Context, params: wire.PaginatedRequestParams | None
    ) -> wire.ListToolsResult:
        tools = self._catalogue.offer.tools
        shown, cursor = page(list(tools.values()), list(tools), _cursor(params))
        return wire.ListToolsResult(
            tools=[words.tool(tool) for tool in shown], next_cursor=cursor
        )

    async def _call_tool(
        self, context: Context, params: wire.CallToolRequestParams
    ) -> wire.CallToolResult | wire.InputRequiredResult | dict[str, object]:
        return await self._calls.call(context, params)

    async def _list_resources(
        self, _: Context, params: wire.PaginatedRequestParams | None
    ) -> wire.ListResourcesResult:
        shown, cursor = _page_of(self._catalogue.offer.resources, params)
        return wire.ListResourcesResult(
            resources=[words.resource(source) for source in shown], next_cursor=cursor
        )

    async def _list_templates(
        self, _: Context, params: wire.PaginatedRequestParams | None
    ) -> wire.ListResourceTemplatesResult:
        shown, cursor = _page_of(self._catalogue.offer.templates, params)
        return wire.ListResourceTemplatesResult(
            resource_templates=[words.template(source) for source in shown],
            next_cursor=cursor,
        )

    async def _read(
        self, _: Context, params: wire.ReadResourceRequestParams
    ) -> wire.ReadResourceResult:
        uri = str(params.uri)
        source = self._source(uri)
        try:
            found = await called(self._aside, source.read, uri)
        except (LookupError, BrummerError) as error:
            raise _missing(uri, str(error)) from None
        if not isinstance(found, Resource):
            raise MCPError(wire.INTERNAL_ERROR, f"{uri} was not read: no resource")
        return wire.ReadResourceResult(contents=[words.contents(found)])

    def _source(self, uri: str) -> Source:
        found = self._found(uri)
        if found is None:
            raise _missing(uri, "")
        return found

    def _found(self, uri: str) -> Source | None:
        if len(uri) > LONGEST:
            return None
        offer = self._catalogue.offer
        if (found := offer.sources.get(uri)) and not found.is_template:
            return found
        for source in offer.templates:
            if matched(source.uri, uri) is not None:
                return source
        return None

    def _is_known(self, uri: str) -> bool:
        """Whether there may be something at *uri*, now or later."""
        return self._found(uri) is not None

    async def _list_prompts(
        self, _: Context, params: wire.PaginatedRequestParams | None
    ) -> wire.ListPromptsResult:
        recipes = self._catalogue.offer.recipes
        shown, cursor = page(list(recipes.values()), list(recipes), _cursor(params))
        return wire.ListPromptsResult(
            prompts=[words.prompt(recipe) for recipe in shown], next_cursor=cursor
        )

    async def _get_prompt(
        self, context: Context, params: wire.GetPromptRequestParams
    ) -> wire.GetPromptResult | wire.InputRequiredResult:
        recipe = self._recipe(params.name)
        return await self._calls.prompt(recipe, context, params)

    def _recipe(self, name: str) -> Recipe:
        recipe = self._catalogue.offer.recipes.get(name)
        if recipe is None:
            raise MCPError(wire.INVALID_PARAMS, f"there is no prompt {name!r}")
        return recipe

    async def _complete(
        self, _: Context, params: wire.CompleteRequestParams
    ) -> wire.CompleteResult:
        complete = self._completer(params)
        values: Sequence[str] = ()
        if complete is not None:
            chosen = (params.context and params.context.arguments) or {}
            begun = params.argument.value
            found = await called(self._aside, complete, begun, chosen)
            values = list(map(str, found)) if isinstance(found, Sequence) else ()
        return wire.CompleteResult(
            completion=wire.Completion(
                values=list(values[:_VALUES]),
                total=len(values),
                has_more=len(values) > _VALUES,
            )
        )

    def _completer(self, params: wire.CompleteRequestParams) -> Completer | None:
        name = params.argument.name
        if isinstance(params.ref, wire.PromptReference):
            arguments = self._recipe(params.ref.name).arguments
            return next((a.complete for a in arguments if a.name == name), None)
        source = self._catalogue.offer.sources.get(params.ref.uri)
        if source is None:
            raise _missing(params.ref.uri, "")
        return (source.completers or {}).get(name)

    async def _set_level(
        self, _: Context, __: wire.SetLevelRequestParams
    ) -> wire.EmptyResult:
        """Take note of nothing: what we say of a call, its client asked for."""
        return wire.EmptyResult()

    def close(self) -> None:
        """End what listens, and what goes on."""
        self.news.close()
        self._tasks.close()


def _cursor(params: wire.PaginatedRequestParams | None) -> str | None:
    return params.cursor if params else None


def _page_of(
    sources: Sequence[Source], params: wire.PaginatedRequestParams | None
) -> tuple[list[Source], str | None]:
    return page(sources, [source.uri for source in sources], _cursor(params))


def _missing(uri: str, why: str) -> MCPError:
    uri = uri[:LONGEST]
    text = f"there is no resource {uri}" + (f": {why}" if why else "")
    return MCPError(wire.INVALID_PARAMS, text, {"uri": uri})
