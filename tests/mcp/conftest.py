"""A server over HTTP, and raw requests to it."""

import contextlib
import http.client
import json
import socket
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType
from typing import Any

import pytest

from brummer.core.clock import SystemClock
from brummer.core.precedence import Precedence
from brummer.mcp.activity import ActivityBook, Record
from brummer.mcp.catalogue import Catalogue
from brummer.mcp.door import Door, bound
from brummer.mcp.gate import Refusal
from brummer.mcp.host import Company, Host, Identity, Limits
from brummer.model.offer import Offers
from tests.mcp import conformance_asking_plugin, conformance_plugin

TOKEN = "secret"

#: The version without sessions.
MODERN = "2026-07-28"


class Server:
    """A host that serves the fixtures of the conformance suite."""

    def __init__(self, token: str, limits: Limits) -> None:
        self.limits = limits
        self.catalogue: Catalogue = Catalogue()
        self._offered = Offers()
        conformance_plugin.brummer_configure(self)
        self.offer_again()
        self.refusals: list[Refusal] = []
        #: Calls that ended, and refusals, as an audit is told of them.
        self.records: list[Record] = []
        self.book = ActivityBook(SystemClock(), lambda: None, self.records.append)
        self.failures: list[str] = []
        self.token = token
        self.precedence = Precedence()
        self._pool = ThreadPoolExecutor(8)
        self.door = Door(bound(0), self._host, self.failures.append)
        self.port = self.door.port

    def offer_again(self) -> None:
        """Offer what the plugins have now."""
        offered = Offers(
            tools=(
                *conformance_plugin.brummer_mcp_tools(),
                *conformance_asking_plugin.brummer_mcp_tools(),
            ),
            sources=tuple(conformance_plugin.brummer_mcp_resources()),
            recipes=(
                *conformance_plugin.brummer_mcp_prompts(),
                *conformance_asking_plugin.brummer_mcp_prompts(),
            ),
        )
        self.catalogue.exchange(self._offered, offered)
        self._offered = offered

    def touch(self, uri: str, /) -> None:
        """Tell of something new in a resource."""
        self.catalogue.interest.touch(uri)

    def _host(self) -> Host:
        return Host(
            self.catalogue,
            Identity(
                name="brummer",
                version="1",
                instructions=lambda: "Try.",
                token=self.token,
            ),
            Company(
                aside=self._pool.submit,
                begin=lambda: lambda: None,
                refused=self.refusals.append,
                observer=self.book,
                precedence=self.precedence,
            ),
            self.limits,
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/mcp"

    def close(self) -> None:
        self.door.close()
        self._pool.shutdown()

    def connected(self) -> socket.socket:
        """Return a new connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def head(self, method: str = "POST", **header: str | None) -> bytes:
        """Return the head of a request, as it goes over a connection."""
        fields = (
            f"{name}: {value}\r\n"
            for name, value in self._fields(header).items()
            if value is not None
        )
        return f"{method} /mcp HTTP/1.1\r\n{''.join(fields)}\r\n".encode()

    def _fields(self, header: Mapping[str, str | None]) -> dict[str, str | None]:
        return {
            "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream",
            "Authorization": f"Bearer {self.token}" if self.token else None,
            "Host": f"127.0.0.1:{self.port}",
            **{name.replace("_", "-"): value for name, value in header.items()},
        }

    def ask(
        self,
        body: bytes | Mapping[str, object],
        *,
        path: str = "/mcp",
        method: str = "POST",
        header: Mapping[str, str | None] = MappingProxyType({}),
        **more: str | None,
    ) -> tuple[int, dict[str, str], bytes]:
        """Send a request; fields of *header* that are ``None`` are left out."""
        fields = self._fields({**header, **more})
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.putrequest(method, path, skip_host=True)
            for name, value in fields.items():
                if value is not None:
                    connection.putheader(name, value)
            connection.putheader("Content-Length", str(len(data)))
            connection.endheaders()
            # It may be refused before all of it was sent.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.send(data)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def call(
        self, method: str, params: Mapping[str, object], name: str = "", **more: str
    ) -> tuple[int, Any]:
        """Send a request of a client without sessions; return what it is answered."""
        header: dict[str, str | None] = {
            "MCP-Protocol-Version": MODERN,
            "Mcp-Method": method,
            **more,
        }
        if name:
            header["Mcp-Name"] = name
        status, _, body = self.ask(modern(method, params), header=header)
        return status, json.loads(body)

    def tool(self, name: str, /, **arguments: object) -> tuple[int, Any]:
        """Call a tool so."""
        params = {"name": name, "arguments": arguments}
        return self.call("tools/call", params, name)


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def serve(token: str = TOKEN, limits: Limits | None = None) -> Server:
        server = Server(token, limits or Limits())
        servers.append(server)
        return server

    yield serve
    for server in servers:
        server.close()
        assert server.failures == []


@pytest.fixture
def server(serve: Callable[..., Server]) -> Server:
    return serve()


def modern(method: str, params: Mapping[str, object]) -> dict[str, Any]:
    """Return a request of a client without sessions."""
    meta = {
        "io.modelcontextprotocol/protocolVersion": MODERN,
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    params = {**params, "_meta": meta}
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}


def opening(version: str = "2025-11-25") -> dict[str, Any]:
    """Return the first request of a client with a session."""
    return {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": version,
            "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"},
        },
    }


def until_the_end(connection: socket.socket) -> bytes:
    """Return what comes until the other side closes."""
    parts = []
    with contextlib.suppress(ConnectionResetError):
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)
