"""Clients that take all they can, or leave in the middle, and what others notice."""

import asyncio
import json
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack

import pytest
from mcp_types import CONNECTION_CLOSED

from brummer.mcp.connection import Manners
from brummer.mcp.host import Limits
from brummer.mcp.task import EXTENSION, MOST
from brummer.model.tool import Call, LongRun, Tool
from tests.mcp.conftest import MODERN, Server, modern, opening, until_the_end
from tests.support.wait import wait_until

Serve = Callable[..., Server]

LISTEN = "subscriptions/listen"
STREAMS = 256


class Held:
    """Tools that never answer, and what became of their calls."""

    def __init__(self, server: Server) -> None:
        self.begun = 0
        self.cancelled = 0
        server.catalogue.add(
            tools=[
                Tool(
                    name="held",
                    title="Held",
                    description="Never answers.",
                    run=self.run,
                    long_run=LongRun.OPTIONAL,
                ),
                Tool(
                    name="brief",
                    title="Brief",
                    description="Says that it is brief.",
                    run=self.run,
                    brief=True,
                ),
            ]
        )

    async def run(self, call: Call) -> None:
        """Answer never."""
        self.begun += 1
        call.on_cancel(self._note)
        await asyncio.get_running_loop().create_future()

    def _note(self) -> None:
        self.cancelled += 1


@pytest.fixture
def held(server: Server) -> Held:
    return Held(server)


@pytest.fixture
def clients() -> Iterator[ExitStack]:
    with ExitStack() as clients:
        yield clients


def sent(server: Server, method: str, params: Mapping[str, object]) -> socket.socket:
    """Send a request of a client without sessions, over a connection of its own."""
    body = json.dumps(modern(method, params)).encode()
    header = {
        "Content-Length": str(len(body)),
        "MCP-Protocol-Version": MODERN,
        "Mcp-Method": method,
    }
    if "name" in params:
        header["Mcp-Name"] = str(params["name"])
    client = server.connected()
    client.sendall(server.head(**header) + body)
    return client


def begun(server: Server) -> str:
    """Begin a session, and return its id."""
    session = server.ask(opening())[1]["mcp-session-id"]
    notify(server, session, "notifications/initialized")
    return session


def notify(server: Server, session: str, method: str, **params: object) -> int:
    """Tell the server something in a session."""
    message = {"jsonrpc": "2.0", "method": method, "params": params}
    return server.ask(message, Mcp_Session_Id=session)[0]


def works(server: Server) -> bool:
    """Whether another client is served."""
    return server.tool("greet", name="you")[0] == 200


@pytest.mark.parametrize("name", ["held", "brief"])
def test_who_leaves_in_the_middle_of_a_call_ends_it(
    server: Server, held: Held, name: str
) -> None:
    clients = [
        sent(server, "tools/call", {"name": name, "arguments": {}}) for _ in range(20)
    ]
    wait_until(lambda: held.begun == len(clients))

    for client in clients:
        client.close()
    wait_until(lambda: held.cancelled == len(clients))

    assert works(server)


@pytest.mark.parametrize("name", ["held", "brief"])
@pytest.mark.parametrize("is_wanted", [True, False])
def test_who_leaves_at_once_leaves_nothing(
    server: Server, held: Held, name: str, *, is_wanted: bool
) -> None:
    server.precedence.is_wanted = is_wanted
    for _ in range(50):
        sent(server, "tools/call", {"name": name, "arguments": {}}).close()

    # Nothing that was sent later is answered before.
    assert works(server)
    wait_until(lambda: held.begun == held.cancelled)


@pytest.mark.parametrize("is_wanted", [True, False])
def test_at_the_end_each_is_answered_or_told_so(
    serve: Serve, clients: ExitStack, *, is_wanted: bool
) -> None:
    server = serve()
    server.precedence.is_wanted = is_wanted
    call = {"name": "test_simple_text", "arguments": {}}
    asking = [
        clients.enter_context(sent(server, "tools/call", call)) for _ in range(200)
    ]

    server.door.close()

    statuses = {until_the_end(client)[:12] for client in asking}
    # Whoever was not accepted yet hears nothing.
    assert statuses <= {b"HTTP/1.1 200", b"HTTP/1.1 503", b""}


def test_a_cancellation_of_what_is_not_there_is_nothing(
    server: Server, held: Held
) -> None:
    session = begun(server)
    unknown = [0, -1, "x", "0" * 1000, 10**30, None, [], {}]

    statuses = {
        notify(server, session, "notifications/cancelled", requestId=number)
        for number in unknown
    }

    assert statuses == {202}
    assert held.cancelled == 0
    assert works(server)


def test_a_session_that_begins_again_and_again_is_one(server: Server) -> None:
    session = begun(server)

    statuses = {
        notify(server, session, "notifications/initialized") for _ in range(200)
    }

    assert statuses == {202}
    assert works(server)


def test_so_many_may_listen_and_one_more_is_told_so(
    serve: Serve, clients: ExitStack
) -> None:
    server = serve(limits=Limits(manners=Manners(most=STREAMS + 20)))
    params = {"notifications": {"toolsListChanged": True}}
    for _ in range(STREAMS):
        client = clients.enter_context(sent(server, LISTEN, params))
        assert client.recv(15) == b"HTTP/1.1 200 OK"

    status, answer = server.call(LISTEN, params)

    assert status >= 400 or "error" in answer
    assert "limit" in answer["error"]["message"].casefold()
    assert works(server)


def test_one_may_subscribe_to_so_many_resources(server: Server) -> None:
    uris = [f"test://template/{number}/data" for number in range(10_000)]

    _, answer = server.call(LISTEN, {"notifications": {"resourceSubscriptions": uris}})

    assert "at most" in answer["error"]["message"]
    assert works(server)


def test_an_address_without_end_is_no_resource(server: Server) -> None:
    session = begun(server)
    request = {
        "jsonrpc": "2.0",
        "id": 2,
        "method": "resources/subscribe",
        "params": {"uri": f"test://template/{'x' * 100_000}/data"},
    }

    status, _, body = server.ask(request, Mcp_Session_Id=session)

    assert status == 200
    assert b"there is no resource" in body
    assert len(body) < 5_000


def test_so_many_tasks_are_under_way_and_one_more_is_refused(
    server: Server, held: Held
) -> None:
    # One server for all: what is let in is counted over all clients.
    tasks = [task(server) for _ in range(MOST)]
    refused = task(server)
    cancelled = cancel(server, tasks[0]["result"]["taskId"])

    assert {answer["result"]["status"] for answer in tasks} == {"working"}
    assert refused["error"]["message"].startswith(f"{MOST} tasks are under way")
    assert "error" not in cancelled
    assert task(server)["result"]["status"] == "working"
    wait_until(lambda: held.cancelled == 1)
    assert works(server)


def task(server: Server) -> dict[str, dict[str, str]]:
    """Call the tool that never answers, as a client that knows tasks."""
    return with_tasks(server, "tools/call", {"name": "held", "arguments": {}}, "held")


def cancel(server: Server, number: str) -> dict[str, dict[str, str]]:
    return with_tasks(server, "tasks/cancel", {"taskId": number}, number)


def with_tasks(
    server: Server, method: str, params: Mapping[str, object], name: str
) -> dict[str, dict[str, str]]:
    request = modern(method, params)
    meta = request["params"]["_meta"]
    meta["io.modelcontextprotocol/clientCapabilities"] = {"extensions": {EXTENSION: {}}}
    _, _, body = server.ask(
        request, MCP_Protocol_Version=MODERN, Mcp_Method=method, Mcp_Name=name
    )
    answer: dict[str, dict[str, str]] = json.loads(body)
    return answer


def test_it_ends_at_once_with_streams_open_and_calls_under_way(
    server: Server, held: Held, clients: ExitStack
) -> None:
    session = begun(server)
    streams = [clients.enter_context(stream) for stream in opened(server, session)]
    for _ in range(20):
        params = {"name": "held", "arguments": {}}
        clients.enter_context(sent(server, "tools/call", params))
    wait_until(lambda: held.begun == 20)

    server.close()

    assert held.cancelled == 20
    for stream in streams:
        # Each ends in good order: nobody takes it for a broken connection.
        assert until_the_end(stream).endswith(b"0\r\n\r\n")


def opened(server: Server, session: str) -> Iterator[socket.socket]:
    """Open a hundred streams of clients without a session, and one of a session."""
    for _ in range(100):
        params = {"notifications": {"toolsListChanged": True}}
        stream = sent(server, LISTEN, params)
        read_until(stream, b"acknowledged")
        yield stream
    stream = server.connected()
    stream.sendall(server.head("GET", Mcp_Session_Id=session))
    read_until(stream, b"text/event-stream")
    yield stream


def read_until(stream: socket.socket, wanted: bytes) -> None:
    """Read as far as *wanted*."""
    text = b""
    while wanted not in text:
        part = stream.recv(4096)
        assert part, text
        text += part


@pytest.mark.parametrize("name", ["held", "brief"])
def test_calls_under_way_are_told_that_it_is_the_end(
    server: Server, held: Held, name: str
) -> None:
    with sent(server, "tools/call", {"name": name, "arguments": {}}) as client:
        wait_until(lambda: held.begun == 1)

        server.close()

        header, _, body = until_the_end(client).partition(b"\r\n\r\n")
        assert header.startswith(b"HTTP/1.1 503 ")
        # In the words of the protocol: its clients read no others.
        assert json.loads(body)["error"] == {
            "code": CONNECTION_CLOSED,
            "message": "the program ends",
        }
