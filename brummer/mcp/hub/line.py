"""One connection to one instance, in one era of the protocol.

The SDK carries the messages: its HTTP transport, and its dispatcher, to which methods
and parameters are texts and tables.  So what a client sends reaches the instance as it
was, and the answer comes back as it was; the SDK's client would put its own name and
its own abilities in the place of the client's.
"""

import asyncio
import functools
import logging
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import httpx2
import mcp_types as wire
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.dispatcher import CallOptions, DispatchContext
from mcp.shared.exceptions import MCPError
from mcp.shared.inbound import (
    MCP_METHOD_HEADER,
    MCP_NAME_HEADER,
    MCP_PROTOCOL_VERSION_HEADER,
    encode_header_value,
    mcp_param_headers,
    x_mcp_header_map,
)
from mcp.shared.jsonrpc_dispatcher import JSONRPCDispatcher
from mcp.shared.transport_context import TransportContext
from mcp_types.version import LATEST_HANDSHAKE_VERSION, LATEST_MODERN_VERSION

from brummer import __version__
from brummer.core.guard import cause
from brummer.errors import BrummerError
from brummer.mcp.hub.link import Address
from brummer.mcp.hub.worded import WordedTransport

logger: Final = logging.getLogger(__name__)

Params: TypeAlias = Mapping[str, Any]
Result: TypeAlias = dict[str, Any]

#: Seconds to reach an instance that is on this machine, and to send it a request.
#: An answer may take as long as it likes: whether the instance lives is asked aside.
_TIMES: Final = httpx2.Timeout(None, connect=5.0, write=10.0)

#: Requests to one instance under way at the same time; more wait.  A connection that
#: is not used is closed here before the instance might close it, mostly at five: a
#: request that is just being sent then is lost, and nobody knows whether it was done.
_LIMITS: Final = httpx2.Limits(
    max_connections=200, max_keepalive_connections=20, keepalive_expiry=2.0
)

#: Bytes of one answer: a picture of a page is some megabytes.
_MAX_ANSWER: Final = 32 * 1024 * 1024

#: Seconds for a connection to say good-bye, and how often it is asked to hurry.
_FAREWELL: Final = 0.15
_HURRIES: Final = 4

#: What names the thing that a request is about; the transport repeats it outside.
_NAMED: Final[Mapping[str, str]] = {
    "tools/call": "name",
    "prompts/get": "name",
    "resources/read": "uri",
    "tasks/get": "taskId",
    "tasks/update": "taskId",
    "tasks/cancel": "taskId",
}

#: A client of sessions calls a session gone by this status.
_NO_SESSION: Final = 404

_REASONS: Final[Mapping[int, str]] = {
    401: "it does not accept the token of its instance file",
    421: "it is not who its instance file says",
}


class LineError(BrummerError):
    """There is no connection; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """How a connection is begun, and who hears what the instance says by itself.

    With *hello*, the parameters of ``initialize``, there is a session; without there is
    none, and each request says for whom it is.  *asked* answers the requests of the
    instance, *told* takes its notifications in the order they came.
    """

    hello: Params | None
    asked: Callable[[str, Params], Awaitable[Result]]
    told: Callable[[str, Params], object]


class _Started:
    """Says that the dispatcher runs; what anyio calls a task status."""

    def __init__(self) -> None:
        self.event: Final = asyncio.Event()

    def started(self, _: None = None) -> None:
        """Take note."""
        self.event.set()


class Line:
    """One connection, from :meth:`open` to :meth:`close`.

    It lives in a task of its own: the SDK ends a connection by cancelling whoever holds
    it, which must not be a request of the client.

    Threads: the loop's.
    """

    def __init__(self, address: Address, opening: Opening) -> None:
        self._address = address
        self._opening = opening
        self._loop = asyncio.get_running_loop()
        self._dispatcher: JSONRPCDispatcher[TransportContext] | None = None
        self._started = _Started()
        self._task: asyncio.Task[None] | None = None
        self._refusal = ""
        #: Set when the instance knows our session no more.
        self.is_stale = False
        #: When the instance last said something.
        self.heard = self._loop.time()
        #: The version that is spoken.
        self.version = LATEST_MODERN_VERSION

    @property
    def is_modern(self) -> bool:
        """Whether there is no session."""
        return self._opening.hello is None

    @property
    def is_open(self) -> bool:
        """Whether something can be asked."""
        return self._task is not None and not self._task.done()

    @property
    def problem(self) -> str:
        """Why the connection ended, or why the last request was refused."""
        if self._refusal or self._task is None or not self._task.done():
            return self._refusal
        error = None if self._task.cancelled() else self._task.exception()
        return "the connection ended" if error is None else cause(_leaf(error))

    async def open(self) -> Result:
        """Connect; return what the instance says of itself.

        :raises LineError: if it does not answer, or refuses.
        """
        self._task = asyncio.ensure_future(self._hold())
        self._task.add_done_callback(_looked_at)
        started = asyncio.ensure_future(self._started.event.wait())
        try:
            await asyncio.wait({self._task, started}, return_when="FIRST_COMPLETED")
            return await self._greet()
        except MCPError as error:
            raise LineError(self.problem or str(error)) from error
        finally:
            started.cancel()

    async def _hold(self) -> None:
        transport = WordedTransport(
            uds=self._address.socket or None,
            verify=_no_one(),
            trust_env=False,
            limits=_LIMITS,
        )
        async with (
            httpx2.AsyncClient(
                headers=self._authorization(),
                transport=transport,
                timeout=_TIMES,
                # What the environment says of proxies is not for this machine.
                trust_env=False,
                event_hooks={"response": [self._look]},
            ) as client,
            streamable_http_client(
                self._address.url, http_client=client, max_sse_event_size=_MAX_ANSWER
            ) as (read, write),
        ):
            self._dispatcher = JSONRPCDispatcher(read, write)
            await self._dispatcher.run(
                self._asked, self._unheard, self._told, task_status=self._started
            )

    def _authorization(self) -> dict[str, str]:
        # Instances of the program that Brummer comes from have no token.
        token = self._address.token
        return {"Authorization": f"Bearer {token}"} if token else {}

    async def _look(self, response: httpx2.Response) -> None:
        """Take note of what a status says that the SDK does not pass on."""
        self.heard = self._loop.time()
        status = response.status_code
        if status == _NO_SESSION and not self.is_modern:
            self.is_stale = True
        self._refusal = _REASONS.get(status, "")

    async def _greet(self) -> Result:
        hello = self._opening.hello
        if hello is None:
            return await self.ask("server/discover", envelope())
        found = await self.ask(
            "initialize", hello, options={"cancel_on_abandon": False}
        )
        version = found.get("protocolVersion")
        self.version = version if isinstance(version, str) else LATEST_HANDSHAKE_VERSION
        await self.tell("notifications/initialized")
        return found

    async def ask(
        self,
        method: str,
        params: Params,
        *,
        schema: object = None,
        options: CallOptions | None = None,
    ) -> Result:
        """Send a request; return the answer.

        *schema* is that of the tool which is called; it says what of the arguments the
        transport has to repeat.

        :raises MCPError: if the answer is an error, or the connection ends before it.
        """
        if self._dispatcher is None:
            raise MCPError(wire.CONNECTION_CLOSED, self.problem or "no connection")
        sent: CallOptions = {"headers": self._headers(method, params, schema)}
        sent.update(options or {})
        return await self._dispatcher.send_raw_request(method, params, sent)

    async def tell(self, method: str, params: Params | None = None) -> None:
        """Send a notification; where there is no connection it is lost."""
        if self._dispatcher is not None:
            headers = {MCP_PROTOCOL_VERSION_HEADER: self.version}
            await self._dispatcher.notify(method, params, {"headers": headers})

    def _headers(self, method: str, params: Params, schema: object) -> dict[str, str]:
        if not self.is_modern:
            is_first = method == "initialize"
            return {} if is_first else {MCP_PROTOCOL_VERSION_HEADER: self.version}
        headers = {
            MCP_PROTOCOL_VERSION_HEADER: self.version,
            MCP_METHOD_HEADER: method,
        }
        if isinstance(name := params.get(_NAMED.get(method, "")), str):
            headers[MCP_NAME_HEADER] = encode_header_value(name)
        if method == "tools/call" and schema is not None:
            arguments = params.get("arguments") or {}
            headers |= mcp_param_headers(x_mcp_header_map(schema), arguments)
        return headers

    async def _asked(
        self,
        _: DispatchContext[TransportContext],
        method: str,
        params: Params | None,
    ) -> Result:
        self.heard = self._loop.time()
        return await self._opening.asked(method, params or {})

    def _told(self, method: str, params: Params | None) -> bool:
        self.heard = self._loop.time()
        self._opening.told(method, params or {})
        return True

    async def _unheard(
        self, _: DispatchContext[TransportContext], __: str, ___: Params | None
    ) -> None:
        """Take a notification that nobody took: there is none."""

    async def gone(self) -> None:
        """Return when the connection has ended."""
        if self._task is not None:
            await asyncio.wait({self._task})

    async def close(self) -> None:
        """End the connection; what waits for answers is told so."""
        task = self._task
        if task is None:
            return
        for _ in range(_HURRIES):
            # The SDK says good-bye when it is cancelled, and waits for an answer that
            # an instance which is suspended does not give: then it is cancelled again.
            task.cancel()
            done, _pending = await asyncio.wait({task}, timeout=_FAREWELL)
            if done:
                return
        logger.warning("a connection to %s does not end", self._address.instance)


def envelope(params: Params | None = None) -> Params:
    """Return *params* with what a request without a session has to say of us."""
    meta = {
        wire.PROTOCOL_VERSION_META_KEY: LATEST_MODERN_VERSION,
        wire.CLIENT_INFO_META_KEY: dict(ourselves()),
        wire.CLIENT_CAPABILITIES_META_KEY: {},
    }
    return {**(params or {}), "_meta": {**(params or {}).get("_meta", {}), **meta}}


def ourselves() -> Mapping[str, str]:
    """Return who we say we are where no client is behind a request."""
    return {"name": "brummer-hub", "version": __version__}


@functools.cache
def _no_one() -> ssl.SSLContext:
    """Return whom to trust: nobody, and to look up nobody takes no time.

    Instances speak plain HTTP, on this machine or through OpenSSH.
    """
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _looked_at(task: asyncio.Task[None]) -> None:
    """See how a connection ended: nobody may be waiting for it."""
    if not task.cancelled() and (error := task.exception()) is not None:
        logger.debug("a connection ended: %s", cause(_leaf(error)))


def _leaf(error: BaseException) -> BaseException:
    """Return what happened: the SDK wraps it into groups."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
