"""Passing what the client asks on to the instance that it means."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Final

import mcp_types as wire
from mcp.shared.exceptions import MCPError

from brummer.mcp.conversation import Context, is_modern
from brummer.mcp.hub import instances, signed
from brummer.mcp.hub.client import Client
from brummer.mcp.hub.instance import InstanceLink, Progress, Request
from brummer.mcp.hub.line import Params, Result
from brummer.mcp.hub.link import Peer, PeerState, PeerTable
from brummer.mcp.hub.readdress import readdressed
from brummer.mcp.hub.roster import Form, Member, Target, UnknownError, UnroutableError
from brummer.mcp.hub.view import View

#: Seconds that a request waits for an instance which is just being connected to.
PATIENCE: Final = 2.0

#: Tasks of which it is known where they run; of others each instance is asked.
_TASKS: Final = 1_000


class LostError(Exception):
    """An instance cannot be asked, or did not answer; the text says what to do."""


class Router:
    """Finds the instance that a request means, and asks it.

    Whom a name means is decided once, by the list of that moment; then that instance is
    asked or none.  The link to it opens with the token that only it accepts.

    Threads: the loop's.
    """

    def __init__(
        self, view: View, peers: PeerTable, client: Client, patience: float = PATIENCE
    ) -> None:
        self._view = view
        self._peers = peers
        self._client = client
        self._patience = patience
        #: Where tasks run; the oldest is forgotten first.
        self._tasks: OrderedDict[str, str] = OrderedDict()

    async def call(self, context: Context) -> Result:
        """Call a tool; what prevents it is said in a result, for the agent to read."""
        params = dict(context.params or {})
        name, arguments = str(params["name"]), params.get("arguments") or {}
        await self._view.settled()
        if name == instances.NAME:
            now = asyncio.get_running_loop().time()
            return instances.answer(list(self._peers.snapshot().values()), now)
        try:
            target = self._view.roster.tool(name, arguments)
            if "arguments" in params:
                params["arguments"] = dict(target.arguments)
            params["name"] = target.name
            found = await self._ask(context, target.member, params)
        except UnknownError as error:
            raise MCPError(wire.INVALID_PARAMS, str(error)) from None
        except (UnroutableError, LostError) as error:
            return {"content": [{"type": "text", "text": str(error)}], "isError": True}
        if found.get("resultType") == "task":
            self._remember(str(found.get("taskId")), target.member.peer.id)
        return found

    async def prompt(self, context: Context) -> Result:
        """Make a prompt."""
        return await self._named(context, self._view.roster.prompt, "name")

    async def read(self, context: Context) -> Result:
        """Read a resource."""
        return await self._named(context, self._view.roster.resource, "uri")

    async def _named(
        self, context: Context, meaning: Callable[[str], Target], key: str
    ) -> Result:
        await self._view.settled()
        params = dict(context.params or {})
        try:
            target = meaning(str(params[key]))
            params[key] = target.name
            return await self._ask(context, target.member, params)
        except UnroutableError as error:
            text, data = str(error), {key: (context.params or {})[key]}
            raise MCPError(wire.INVALID_PARAMS, text, data) from None
        except LostError as error:
            raise MCPError(wire.INTERNAL_ERROR, str(error)) from None

    async def complete(self, context: Context) -> Result:
        """Complete an argument of a prompt, or of an address."""
        await self._view.settled()
        params = dict(context.params or {})
        reference = dict(params["ref"])
        is_prompt = reference.get("type") == "ref/prompt"
        key = "name" if is_prompt else "uri"
        roster = self._view.roster
        try:
            meaning = roster.prompt if is_prompt else roster.resource
            target = meaning(str(reference[key]))
            params["ref"] = {**reference, key: target.name}
            return await self._ask(context, target.member, params)
        except UnroutableError as error:
            raise MCPError(wire.INVALID_PARAMS, str(error)) from None
        except LostError as error:
            raise MCPError(wire.INTERNAL_ERROR, str(error)) from None

    async def task(self, context: Context) -> Result:
        """Ask about a task, or tell it something."""
        params = dict(context.params or {})
        id_ = str(params["taskId"])
        home = self._tasks.get(id_)
        members = [
            member
            for member in self._view.roster.members
            if home in {None, member.peer.id}
        ]
        problem: MCPError | None = None
        # Ids are random: only the instance in which a task runs knows it.
        for member in members:
            try:
                found = await self._ask(context, member, params)
            except MCPError as error:
                problem = error
            except LostError as error:
                problem = MCPError(wire.INTERNAL_ERROR, str(error))
            else:
                self._remember(id_, member.peer.id)
                return found
        raise problem or MCPError(wire.INVALID_PARAMS, "there is no such task")

    def _remember(self, task: str, instance: str) -> None:
        self._tasks[task] = instance
        self._tasks.move_to_end(task)
        while len(self._tasks) > _TASKS:
            self._tasks.popitem(last=False)

    async def _ask(self, context: Context, member: Member, params: Params) -> Result:
        """Ask an instance, and return what it answers.

        :raises MCPError: if that is an error.
        :raises LostError: if there is no answer.
        """
        link = await self._link(member)
        request = Request(
            method=context.method,
            params=params,
            is_modern=is_modern(context),
            progress=self._progress(context),
        )
        try:
            found = await link.ask(request)
        except MCPError as error:
            if error.code != wire.CONNECTION_CLOSED:
                raise
            self._peers.nudge(member.peer.id)
            raise LostError(_ended(member, context.method)) from None
        finally:
            # What the instance said of it comes before its answer.
            await self._client.flush()
        roster = self._view.roster
        if roster.form is Form.PLAIN:
            return found
        found = readdressed(found, lambda uri: roster.address(member, uri))
        return signed.answer(found, member.label)

    def _progress(self, context: Context) -> Progress | None:
        meta = (context.params or {}).get("_meta")
        if not isinstance(meta, Mapping) or "progressToken" not in meta:
            return None
        session = context.session

        def tell(params: Params) -> None:
            self._client.put(
                lambda: session.report_progress(
                    params["progress"], params.get("total"), params.get("message")
                )
            )

        return tell

    async def _link(self, member: Member) -> InstanceLink:
        """Return the link to an instance, waiting a little for one.

        :raises LostError: if there is none.
        """
        id_ = member.peer.id
        if (link := self._view.link(id_)) is not None:
            return link
        self._peers.nudge(id_)
        changed = asyncio.Event()
        stop = self._peers.listen(changed.set)
        try:
            async with asyncio.timeout(self._patience):
                while _may_come(self._view.peer(id_)):
                    if (link := self._view.link(id_)) is not None:
                        return link
                    changed.clear()
                    await changed.wait()
        except TimeoutError:
            pass
        finally:
            stop()
        raise LostError(_absent(member, self._view.peer(id_)))


def _may_come(peer: Peer | None) -> bool:
    return peer is not None and peer.state is not PeerState.DEAD


def _ended(member: Member, method: str) -> str:
    return (
        f"the connection to {member.place} ended before {method} was answered; whether"
        " it was done is not known. It is being connected to again: instances_list"
        " tells when it is active; then look before you try again"
    )


def _absent(member: Member, peer: Peer | None) -> str:
    if peer is None:
        return (
            f"{member.place} has ended; start brum there again, or call"
            " instances_list for those that run"
        )
    return (
        f"{member.place} cannot be reached ({peer.state.value}:"
        f" {peer.problem or 'no answer yet'}); it is tried again by itself, and"
        " instances_list tells how that goes"
    )
