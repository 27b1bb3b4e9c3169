"""The open connection to one instance: what it offers, and how it is asked."""

import asyncio
import itertools
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

import mcp_types as wire
from mcp.shared.exceptions import MCPError
from mcp_types.version import LATEST_HANDSHAKE_VERSION

from brummer.mcp.catalogue import Part
from brummer.mcp.hub import signed
from brummer.mcp.hub.client import Client
from brummer.mcp.hub.line import (
    Line,
    LineError,
    Opening,
    Params,
    Result,
    envelope,
    ourselves,
)
from brummer.mcp.hub.link import Address
from brummer.mcp.hub.listening import Listening
from brummer.mcp.hub.offer import Offer, read
from brummer.model.tool import Asking

logger: Final = logging.getLogger(__name__)

#: Seconds until a session for the client is there.
_OPENING: Final = 10.0

#: What a request without a session says of its client; one with a session does not.
_ENVELOPE: Final = "io.modelcontextprotocol/"

_CHANGES: Final[Mapping[str, Part]] = {
    f"notifications/{part}/list_changed": part for part in Part
}

#: Says how far a call is.
Progress = Callable[[Params], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """Who is told what an instance says by itself, with the instance's id.

    *wanted* returns the resources that it is to tell of, and *label* what stands in
    front of what it says to a person: nothing where there is only one.
    """

    changed: Callable[[str, Part], object]
    touched: Callable[[str, str], object]
    wanted: Callable[[str], Iterable[str]]
    label: Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a client asks an instance, in the words of the instance."""

    method: str
    params: Params
    #: Whether it comes without a session.
    is_modern: bool
    progress: Progress | None = None


class InstanceLink:
    """A connection to one instance, for one client.

    There are up to two lines.  The first speaks the version without sessions: by it we
    learn what is offered and what changes, see whether the instance lives, and pass on
    the requests of a client of that version, each of which says whose it is.  A client
    with a session gets one in the instance too, opened in its name when it first asks
    for something: so a tool can ask what that client can answer, and nothing else.
    An instance that knows sessions only is spoken to in one, which offers nothing.

    Threads: the loop's.
    """

    def __init__(self, address: Address, client: Client, hearing: Hearing) -> None:
        self._address = address
        self._client = client
        self._hearing = hearing
        self._lost = asyncio.Event()
        self._base = self._common(None)
        self._listening = Listening(self._base, self._lost.set)
        #: The session that is the client's own.
        self._own: Line | None = None
        #: That, and one that is just being opened.
        self._lines: set[Line] = set()
        self._opening = asyncio.Lock()
        #: Set by :meth:`close`; no session is begun after that.
        self._is_closed = False
        self._capabilities: Params = {}
        #: What the instance offers; rebound when that changes.
        self.offer = Offer()
        #: Calls in progress, by the token that the instance knows them by.
        self._calls: dict[str, Progress] = {}
        self._numbers = itertools.count(1)
        #: Lists that have changed, and the task that reads them.
        self._stale: set[Part] = set()
        self._reading: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def id(self) -> str:
        """The instance's id."""
        return self._address.instance

    @property
    def heard(self) -> float:
        """When the instance last gave a sign of life."""
        own = self._own
        return max(self._base.heard, own.heard if own else 0.0)

    async def ping(self) -> None:
        """Ask for an answer.

        :raises MCPError: if there is none.
        """
        if self._base.is_modern:
            await self._base.ask("server/discover", envelope())
        else:
            await self._base.ask("ping", {})

    async def gone(self) -> None:
        """Return when the instance has ended the connection."""
        await self._lost.wait()

    def _common(self, hello: Params | None) -> Line:
        """Return a line behind which no client is."""
        opening = Opening(hello=hello, asked=self._refuse, told=self._told)
        return Line(self._address, opening)

    async def _refuse(self, method: str, _: Params) -> Result:
        if method == "ping":
            return {}
        raise MCPError(wire.METHOD_NOT_FOUND, f"nobody is there for {method}")

    async def open(self) -> None:
        """Connect, listen, and read what is offered.

        :raises LineError: if the instance does not answer, or is another.
        """
        found = await self._greeted()
        capabilities = found.get("capabilities")
        self._capabilities = capabilities if isinstance(capabilities, dict) else {}
        self._spawn(self._watch())
        try:
            await self._listening.want(self._hearing.wanted(self.id))
            # After that: what changes while it is read is read again.
            self.offer = await read(self._ask_base, self._capabilities)
        except MCPError as error:
            raise LineError(self._base.problem or str(error)) from error

    async def _greeted(self) -> Result:
        try:
            return await self._base.open()
        except LineError:
            if not self._base.is_open or self._base.problem:
                raise
        await self._base.close()
        hello = {
            "protocolVersion": LATEST_HANDSHAKE_VERSION,
            "capabilities": {},
            "clientInfo": dict(ourselves()),
        }
        self._base = self._common(hello)
        self._listening = Listening(self._base, self._lost.set)
        return await self._base.open()

    async def _watch(self) -> None:
        await self._base.gone()
        self._lost.set()

    async def want(self, uris: Iterable[str]) -> None:
        """Hear of *uris* from now on, and of no other resources.

        :raises MCPError: if the instance refuses.
        """
        await self._listening.want(uris)

    async def close(self) -> None:
        """End all of it; what waits for answers is told so."""
        self._is_closed = True
        for task in self._tasks:
            task.cancel()
        lines = [self._base, *self._lines]
        await asyncio.gather(*(line.close() for line in lines))

    async def _ask_base(self, method: str, params: Mapping[str, Any]) -> Result:
        whole = envelope(params) if self._base.is_modern else params
        return await self._base.ask(method, whole)

    async def ask(self, request: Request) -> Result:
        """Pass a request on; return what is answered.

        :raises LineError: if there is no session to ask it in; then nothing was asked.
        :raises MCPError: if the answer is an error, or the connection ends before it.
        """
        line = await self._line_for(request)
        try:
            return await self._asked(line, request)
        except MCPError as error:
            if not (line.is_stale and error.code == wire.INVALID_REQUEST):
                raise
        # The session was forgotten, so nothing was done: once more, with a new one.
        return await self._asked(await self._line_for(request), request)

    async def _asked(self, line: Line, request: Request) -> Result:
        params = dict(request.params)
        meta = dict(params.pop("_meta", None) or {})
        if not line.is_modern:
            meta = {k: v for k, v in meta.items() if not k.startswith(_ENVELOPE)}
        meta.pop("progressToken", None)
        if request.progress is not None:
            # The client's own could be another's as well.
            token = meta["progressToken"] = f"call-{next(self._numbers)}"
            self._calls[token] = request.progress
        if meta:
            params["_meta"] = meta
        tool = self.offer.tools.get(str(params.get("name")), {})
        try:
            return await line.ask(
                request.method, params, schema=tool.get("inputSchema")
            )
        finally:
            self._calls.pop(str(meta.get("progressToken")), None)

    async def _line_for(self, request: Request) -> Line:
        hello = self._client.hello
        if request.is_modern or hello is None:
            return self._base
        async with self._opening:
            own = self._own
            if own is not None and own.is_open and not own.is_stale:
                return own
            # Nobody uses it before it is open, also if this request is given up.
            self._own = None
            if own is not None:
                await self._end(own)
            self._own = await self._session(hello)
            return self._own

    async def _session(self, hello: Params) -> Line:
        """Return a new session in the name of the client.

        :raises LineError: if the instance does not begin one, or the link is closed.
        """
        if self._is_closed:
            # Nobody would close it any more.
            raise LineError("the connection has ended")
        opening = Opening(hello=hello, asked=self._ask_client, told=self._told_client)
        line = Line(self._address, opening)
        self._lines.add(line)
        try:
            async with asyncio.timeout(_OPENING):
                await line.open()
                # Not every instance takes a level.
                with suppress(MCPError):
                    await self._tell_level(line)
        except TimeoutError as error:
            await self._end(line)
            raise LineError(f"no answer within {_OPENING:g} s") from error
        except BaseException:
            await self._end(line)
            raise
        return line

    async def _end(self, line: Line) -> None:
        self._lines.discard(line)
        await line.close()

    async def _tell_level(self, line: Line) -> None:
        if self._client.level:
            await line.ask("logging/setLevel", {"level": self._client.level})

    async def level(self) -> None:
        """Say how much of what tools say the client wants to hear.

        :raises MCPError: if the connection has ended.
        """
        if self._own is not None:
            await self._tell_level(self._own)

    async def tell(self, method: str, params: Params) -> None:
        """Pass a notification of the client on, where it has a session."""
        if self._own is not None:
            await self._own.tell(method, params)

    async def _ask_client(self, method: str, params: Params) -> Result:
        """Ask the client what the instance asks; a person is told who does."""
        if method == Asking.PERSON.value and (label := self._hearing.label(self.id)):
            params = signed.question(params, label)
        return await self._client.ask(method, params)

    def _told(self, method: str, params: Params) -> None:
        """Take what the instance tells us."""
        if part := _CHANGES.get(method):
            self._changed(part)
        elif method == "notifications/resources/updated":
            self._hearing.touched(self.id, str(params.get("uri")))
        elif method == "notifications/subscriptions/acknowledged":
            self._listening.acknowledged(params)
        else:
            self._told_client(method, params)

    def _told_client(self, method: str, params: Params) -> None:
        """Take what the instance tells the client."""
        if method == "notifications/progress":
            progress = self._calls.get(str(params.get("progressToken")))
            if progress is not None:
                progress(params)
        else:
            # Of lists that change, and of resources, we hear on the other line.
            if label := self._hearing.label(self.id):
                params = signed.message(params, label)
            self._client.tell(method, params)

    def _changed(self, part: Part) -> None:
        self._stale.add(part)
        if self._reading is None or self._reading.done():
            self._reading = self._spawn(self._refresh())

    async def _refresh(self) -> None:
        """Read what has changed; what changes meanwhile as well."""
        while self._stale:
            part = self._stale.pop()
            try:
                self.offer = await read(
                    self._ask_base, self._capabilities, before=self.offer, part=part
                )
            except MCPError as error:
                logger.warning("%s did not say what it offers: %s", self.id, error)
            self._hearing.changed(self.id, part)

    def _spawn(self, step: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(step)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def opener(
    client: Client, hearing: Hearing
) -> Callable[[Address], AbstractAsyncContextManager[InstanceLink]]:
    """Return what opens links for *client*."""

    @asynccontextmanager
    async def opened(address: Address) -> AsyncIterator[InstanceLink]:
        link = InstanceLink(address, client, hearing)
        try:
            await link.open()
            yield link
        finally:
            await link.close()

    return opened
