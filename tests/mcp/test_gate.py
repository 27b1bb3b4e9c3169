from collections.abc import Callable

import pytest

from tests.mcp.conftest import Server, opening


def test_whoever_has_the_token_comes_in(server: Server) -> None:
    status, header, _ = server.ask(opening())

    assert status == 200
    assert header["mcp-session-id"]
    assert server.refusals == []


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "Bearer "])
def test_the_scheme_of_the_token_has_no_case(server: Server, scheme: str) -> None:
    status, _, _ = server.ask(opening(), Authorization=f"{scheme} {server.token}")

    assert status == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1", "127.0.0.1:1", "", None]
)
def test_another_host_is_refused(server: Server, host: str | None) -> None:
    status, _, _ = server.ask(opening(), Host=host)

    assert status == 421


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST", "127.0.0.1", "[::1]"])
def test_this_machine_has_several_names(server: Server, name: str) -> None:
    status, _, _ = server.ask(opening(), Host=f"{name}:{server.port}")

    assert status == 200


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "http://localhost:3000",
        "https://localhost:{port}",
        "http://localhost",
        "null",
        "",
        "vscode-webview://x",
    ],
)
def test_a_page_of_somebody_else_is_refused(server: Server, origin: str) -> None:
    status, _, _ = server.ask(opening(), Origin=origin.format(port=server.port))

    assert status == 403
    assert [refusal.status for refusal in server.refusals] == [403]


def test_our_own_page_comes_in(server: Server) -> None:
    status, _, _ = server.ask(opening(), Origin=f"http://localhost:{server.port}")

    assert status == 200


@pytest.mark.parametrize(
    "given",
    [None, "", "Bearer", "Bearer wrong", "Basic secret", "secret", "Bearersecret"],
)
def test_without_the_token_nobody_comes_in(server: Server, given: str | None) -> None:
    status, header, body = server.ask(opening(), Authorization=given)

    assert status == 401
    assert header["www-authenticate"] == "Bearer"
    assert b"secret" not in body
    assert server.refusals[0].reason == "the token is missing or wrong"


def test_a_refusal_says_who_it_was(server: Server) -> None:
    server.ask(opening(), Origin="http://evil.example")

    (refusal,) = server.refusals
    assert refusal.peer.startswith("127.0.0.1:")
    assert refusal.reason == "origin 'http://evil.example' may not call"


def test_there_is_nothing_else(server: Server) -> None:
    assert server.ask(opening(), path="/")[0] == 404
    assert server.ask(opening(), path="/mcp/x")[0] == 404


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
def test_a_form_of_a_page_is_refused(server: Server, kind: str) -> None:
    assert server.ask(opening(), Content_Type=kind)[0] in {400, 415}


def test_a_body_that_is_too_large_is_refused(server: Server) -> None:
    assert server.ask(b" " * 5_000_000)[0] == 413


def test_many_requests_in_one_are_refused(server: Server) -> None:
    batch = b"[" + b",".join([b'{"jsonrpc":"2.0","id":1,"method":"ping"}'] * 50) + b"]"

    assert server.ask(batch)[0] == 400


def test_without_a_token_all_of_this_machine_come_in(
    serve: Callable[..., Server],
) -> None:
    server = serve(token="")

    assert server.ask(opening())[0] == 200
