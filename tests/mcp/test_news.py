"""Telling clients what has changed, in both eras of the protocol."""

import asyncio
from typing import Any, Final

import mcp_types as wire
import pytest
from mcp.client.client import Client
from mcp.shared.exceptions import MCPError

from brummer.mcp.interest import ALL
from brummer.model.process import ProcessId
from tests.mcp.conftest import Server, opening
from tests.mcp.room import ERAS, tell
from tests.support.finding import error
from tests.support.instance import FakeInstance
from tests.support.wait import wait_until

WEB: Final = ProcessId("web-1")


@pytest.fixture
def instance() -> FakeInstance:
    made = FakeInstance()
    made.add_process("web")
    return made


def test_who_listens_hears_of_changes_and_of_what_there_is_none() -> None:
    instance = FakeInstance()

    async def story(client: Client) -> None:
        wanted = ["logs://recent", "processes://web", "nothing://at/all"]
        async with client.listen(resource_subscriptions=wanted) as heard:
            assert heard.honored.resource_subscriptions == wanted[:2]
            instance.add_process("web")
            first: Any = await anext(heard)
            instance.print(WEB, "a line")
            second: Any = await anext(heard)

        assert (first.uri, second.uri) == ("processes://web", "logs://recent")
        # The server hears of the end of the stream by and by.
        await asyncio.to_thread(wait_until, lambda: instance.watched == 1)

    tell(instance, story, ERAS[1])


class Ear:
    """Hears what a client with a session is told."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[str] = asyncio.Queue()

    async def __call__(self, message: Any) -> None:
        if isinstance(message, wire.ResourceUpdatedNotification):
            self.heard.put_nowait(str(message.params.uri))


@pytest.mark.filterwarnings("ignore:resources/:UserWarning")
def test_who_subscribes_hears_of_changes_until_it_is_enough(
    instance: FakeInstance,
) -> None:
    ear = Ear()

    async def story(client: Client) -> None:
        await client.subscribe_resource("logs://recent")
        await client.subscribe_resource("logs://recent")
        await client.subscribe_resource("logs://errors")
        instance.print(WEB, "a line")
        first = await ear.heard.get()
        await client.unsubscribe_resource("logs://recent")
        instance.print(WEB, "a line")
        instance.report(error(WEB, "ValueError: x"))

        assert (first, await ear.heard.get()) == ("logs://recent", "logs://errors")
        assert ear.heard.empty()
        await client.unsubscribe_resource("logs://errors")
        assert instance.watched == 1

    tell(instance, story, ERAS[0], message_handler=ear)


@pytest.mark.filterwarnings("ignore:resources/:UserWarning")
def test_one_cannot_subscribe_to_what_there_is_none(instance: FakeInstance) -> None:
    async def story(client: Client) -> None:
        with pytest.raises(MCPError, match="there is no resource nothing://x"):
            await client.subscribe_resource("nothing://x")

    tell(instance, story, ERAS[0])


def test_one_stream_does_not_listen_to_everything(instance: FakeInstance) -> None:
    async def story(client: Client) -> None:
        many = [f"processes://p-{number}" for number in range(1_001)]
        with pytest.raises(MCPError, match="at most 1000 resources"):
            async with client.listen(resource_subscriptions=many):
                pass

    tell(instance, story, ERAS[1])


def test_all_that_one_listens_to_may_change_at_once(instance: FakeInstance) -> None:
    states = [instance.add_process("api") for _ in range(500)]

    async def story(client: Client) -> None:
        uris = {f"processes://{state.id}" for state in states}
        async with client.listen(resource_subscriptions=sorted(uris)) as heard:
            for state in states:
                instance.change(state.id, ready=True)
            told = {getattr(await anext(heard), "uri", "") for _ in states}

        assert told == uris

    tell(instance, story, ERAS[1])


WATCHED: Final = "test://watched-resource"


class Session:
    """A client with a session, in raw requests."""

    def __init__(self, server: Server) -> None:
        self._server = server
        _, header, _ = server.ask(opening())
        self._id = {name.lower(): v for name, v in header.items()}["mcp-session-id"]

    def say(self, method: str, **params: object) -> int:
        """Send a request, or a notification if it is one; return the status."""
        message: dict[str, object] = {"jsonrpc": "2.0", "method": method}
        if params:
            message |= {"id": 2, "params": params}
        status, _, _ = self._server.ask(message, Mcp_Session_Id=self._id)
        return status

    def leave(self) -> None:
        """End it, without a word about what it subscribed to."""
        self._server.ask(b"", method="DELETE", Mcp_Session_Id=self._id)


def test_nothing_is_wanted_by_who_has_left(server: Server) -> None:
    session = Session(server)
    session.say("notifications/initialized")
    status = session.say("resources/subscribe", uri=WATCHED)
    before = server.catalogue.interest.wanted

    session.leave()

    assert (status, before) == (200, frozenset({WATCHED}))
    wait_until(lambda: not server.catalogue.interest.wanted)


def test_who_never_said_hello_makes_room_when_there_is_none(server: Server) -> None:
    session = Session(server)
    session.say("resources/subscribe", uri=WATCHED)
    session.leave()
    interest = server.catalogue.interest
    interest.add([WATCHED] * (ALL - len(interest.wanted)))
    is_full = interest.is_full
    other = Session(server)
    other.say("notifications/initialized")

    status = other.say("resources/subscribe", uri=WATCHED)

    assert (is_full, status) == (True, 200)
    # One has made room for the other.
    assert interest.is_full
