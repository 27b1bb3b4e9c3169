import socket
from collections.abc import Callable

import pytest

from brummer.mcp.door import bound
from brummer.mcp.host import Limits
from tests.mcp.conftest import Server, opening, until_the_end


def test_a_port_that_is_taken_is_passed_over() -> None:
    with bound(0) as first:
        port = first.getsockname()[1]
        with bound(port) as second:
            assert port < second.getsockname()[1] <= port + 100


def test_where_no_port_is_free_it_says_so() -> None:
    with bound(0) as first, pytest.raises(OSError, match="in use"):
        bound(first.getsockname()[1], tries=1)


def test_it_listens_on_this_machine_alone(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        assert connection.getpeername()[0] == "127.0.0.1"


def test_there_are_so_many_sessions_at_most(serve: Callable[..., Server]) -> None:
    server = serve(limits=Limits(sessions=20))

    statuses = [server.ask(opening())[0] for _ in range(23)]

    assert statuses == [200] * 20 + [503] * 3


def test_it_ends_while_clients_listen(serve: Callable[..., Server]) -> None:
    server = serve()
    _, header, _ = server.ask(opening())
    with server.connected() as client:
        client.send(server.head("GET", Mcp_Session_Id=header["mcp-session-id"]))
        assert client.recv(4096).startswith(b"HTTP/1.1 200")

        server.close()

        # The last chunk, as of any stream that ends in good order.
        assert until_the_end(client) == b"0\r\n\r\n"
