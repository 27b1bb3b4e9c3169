"""What a tool may ask of a client, by what the client says of itself."""

import json
from typing import Any, Final

import mcp_types as wire
import pytest

from tests.mcp.conftest import MODERN, Server, modern

TOOL: Final = "test_input_required_result_elicitation"


def asked(server: Server, **capabilities: object) -> Any:
    """Call a tool that asks a person, and return what comes of it."""
    message = modern("tools/call", {"name": TOOL, "arguments": {}})
    about = message["params"]["_meta"]
    about["io.modelcontextprotocol/clientCapabilities"] = capabilities
    _, header, body = server.ask(
        message, MCP_Protocol_Version=MODERN, Mcp_Method="tools/call", Mcp_Name=TOOL
    )
    if header["content-type"].startswith("text/event-stream"):
        lines = body.decode().splitlines()
        body = next(line for line in lines if line.startswith("data: "))[6:].encode()
    return json.loads(body)


@pytest.mark.parametrize("able", [{}, {"form": {}}, {"form": {}, "url": {}}])
def test_a_person_is_asked_where_forms_can_be_shown(
    server: Server, able: dict[str, object]
) -> None:
    result = asked(server, elicitation=able)["result"]

    assert result["resultType"] == "input_required"
    assert len(result["inputRequests"]) == 1


def test_nobody_is_asked_where_pages_can_be_shown_alone(server: Server) -> None:
    error = asked(server, elicitation={"url": {}})["error"]

    assert error["code"] == wire.MISSING_REQUIRED_CLIENT_CAPABILITY


def test_nobody_is_asked_whose_client_says_nothing(server: Server) -> None:
    error = asked(server)["error"]

    assert error["code"] == wire.MISSING_REQUIRED_CLIENT_CAPABILITY
    assert error["data"] == {"requiredCapabilities": {"elicitation": {}}}
