from collections.abc import Callable

import pytest

from brummer.mcp.host import Limits
from tests.mcp.conftest import Server, opening

PAGE = "http://localhost:6274"


@pytest.fixture
def server(serve: Callable[..., Server]) -> Server:
    return serve(limits=Limits(origins=[PAGE]))


def test_a_page_that_may_call_is_told_so(server: Server) -> None:
    status, header, body = server.ask(
        b"",
        method="OPTIONS",
        # A browser asks in its own name: it shows no token.
        Authorization=None,
        Origin=PAGE,
        Access_Control_Request_Method="POST",
        Access_Control_Request_Headers="authorization,content-type",
    )

    assert (status, body) == (204, b"")
    assert header["access-control-allow-origin"] == PAGE
    assert header["access-control-allow-headers"] == "authorization,content-type"
    assert "POST" in header["access-control-allow-methods"]
    assert server.refusals == []


def test_it_may_read_what_it_is_answered(server: Server) -> None:
    status, header, _ = server.ask(opening(), Origin=PAGE)

    assert status == 200
    assert header["access-control-allow-origin"] == PAGE
    assert header["access-control-expose-headers"] == "mcp-session-id"


def test_it_needs_the_token_all_the_same(server: Server) -> None:
    status, header, _ = server.ask(opening(), Origin=PAGE, Authorization=None)

    assert status == 401
    assert header["access-control-allow-origin"] == PAGE


def test_nobody_else_is_told_anything(server: Server) -> None:
    _, header, _ = server.ask(opening())

    assert not any(name.startswith("access-control") for name in header)
