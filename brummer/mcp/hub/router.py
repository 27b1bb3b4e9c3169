"""Passing what the client asks on to the instance that it means."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Final

import mcp_types as wire
from mcp.shared.exceptions import MCPError

from brummer.mcp.conversation import Context, is_modern
from brummer.mcp.hub import instances, signed
from brummer.mcp.hub.attempt import PATIENCE, link_to
from brummer.mcp.hub.client import Client
from brummer.mcp.hub.instance import InstanceLink, Progress, Request
from brummer.mcp.hub.line import LineError, Params, Result
from brummer.mcp.hub.link import Peer, PeerTable
from brummer.mcp.hub.race import end
from brummer.mcp.hub.readdress import readdressed
from brummer.mcp.hub.roster import Form, Member, Target, UnknownError, UnroutableError
from brummer.mcp.hub.view import View
from brummer.mcp.hub.vigil import Vigil

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
        if instances.is_asked_about(name, arguments):
            return instances.about()
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
        await self._view.settled()
        params = dict(context.params or {})
        id_ = str(params["taskId"])
        try:
            # Ids are random: only the instance in which a task runs knows it.
            asked = {
                asyncio.ensure_future(self._ask(context, member, params)): member
                for member in self._homes(id_)
            }
            found, member = await _first_answer(asked)
        except LostError as error:
            raise MCPError(wire.INTERNAL_ERROR, str(error)) from None
        self._remember(id_, member.peer.id)
        return found

    def _homes(self, task: str) -> list[Member]:
        """Return in which instances a task may be.

        :raises LostError: if the one that it is in is given up.
        :raises MCPError: if that has ended.
        """
        members = self._view.roster.members
        home = self._tasks.get(task)
        if home is None:
            return list(members)
        found = [member for member in members if member.peer.id == home]
        if found:
            return found
        peer = self._view.peer(home)
        if peer is None or not peer.sighting.is_alive:
            text = "the instance in which this task ran has ended, and so has the task"
            raise MCPError(wire.INVALID_PARAMS, text)
        raise LostError(_absent(Member(peer, None).place, peer))

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
            with Vigil(link, lambda: self._peers.nudge(member.peer.id)):
                found = await link.ask(request)
        except LineError as error:
            self._peers.nudge(member.peer.id)
            raise LostError(_unasked(member, error)) from None
        except MCPError as error:
            if error.code != wire.CONNECTION_CLOSED:
                raise
            self._peers.nudge(member.peer.id)
            raise LostError(_ended(member, context.method, error)) from None
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
        link = await link_to(id_, self._peers, self._patience)
        if link is None:
            raise LostError(_absent(member.place, self._view.peer(id_)))
        return link


async def _first_answer(
    asked: Mapping[asyncio.Task[Result], Member],
) -> tuple[Result, Member]:
    """Return the first answer that is no error, and of whom it is.

    :raises LostError: if there is none, and somebody could not be asked.
    :raises MCPError: if there is none.
    """
    lost: LostError | None = None
    problem = MCPError(wire.INVALID_PARAMS, "there is no such task")
    waiting = set(asked)
    try:
        while waiting:
            done, waiting = await asyncio.wait(waiting, return_when="FIRST_COMPLETED")
            for task in done:
                try:
                    return task.result(), asked[task]
                except LostError as error:
                    lost = error
                except MCPError as error:
                    problem = error
    finally:
        await end(*asked)
    # Who could not be asked may be the one that knows it.
    raise lost or problem


def _unasked(member: Member, error: LineError) -> str:
    return (
        f"{member.place} does not begin a session ({error}); nothing was done."
        " instances_list tells how it stands; then try again"
    )


def _ended(member: Member, method: str, error: MCPError) -> str:
    return (
        f"the connection to {member.place} ended before {method} was answered"
        f" ({error}); whether it was done is not known. It is being connected to again:"
        " instances_list tells when it is active; then look before you try again"
    )


def _absent(place: str, peer: Peer | None) -> str:
    if peer is None or not peer.sighting.is_alive:
        return (
            f"{place} has ended; start brum there again, or call"
            " instances_list for those that run"
        )
    return (
        f"{place} cannot be reached now ({peer.state.value}:"
        f" {peer.problem or 'no answer yet'}); it is tried again by itself:"
        " instances_list tells how that goes, then ask again"
    )
