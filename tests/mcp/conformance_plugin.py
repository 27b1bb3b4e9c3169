"""A plugin that offers what the conformance suite of the agents' protocol asks for.

It imports nothing of the program but its public face, as any plugin.  The other half,
of what asks and of what goes on as a task, is beside it::

    brum -P ./conformance_plugin.py -P ./conformance_asking_plugin.py
"""

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

import brummer

PNG: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
WAV: Final = bytes.fromhex(
    "524946462400000057415645666d74201000000001000100401f0000803e0000"
    "020010006461746100000000"
)

SCHEMA: Final[Mapping[str, object]] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {
        "address": {
            "$anchor": "addressDef",
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
        }
    },
    "properties": {
        "name": {"type": "string"},
        "address": {"$ref": "#/$defs/address"},
        "contactMethod": {"type": "string", "enum": ["phone", "email"]},
        "phone": {"type": "string"},
        "email": {"type": "string"},
    },
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {
        "properties": {"contactMethod": {"const": "phone"}},
        "required": ["contactMethod"],
    },
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": False,
}


def simple_text(_: brummer.Call) -> brummer.Answer:
    return brummer.answer("This is a simple text response for testing.")


def image(_: brummer.Call) -> brummer.Answer:
    return brummer.Answer(content=(brummer.Media(data=PNG, mime_type="image/png"),))


def audio(_: brummer.Call) -> brummer.Answer:
    return brummer.Answer(content=(brummer.Media(data=WAV, mime_type="audio/wav"),))


def embedded(_: brummer.Call) -> brummer.Answer:
    return brummer.Answer(
        content=(
            brummer.Resource(
                uri="test://embedded-resource",
                mime_type="text/plain",
                content="This is an embedded resource content.",
            ),
        )
    )


def mixed(_: brummer.Call) -> brummer.Answer:
    return brummer.Answer(
        content=(
            brummer.Text(text="Multiple content types test:"),
            brummer.Media(data=PNG, mime_type="image/png"),
            brummer.Resource(
                uri="test://mixed-content-resource",
                mime_type="application/json",
                content='{"test":"data","value":123}',
            ),
        )
    )


def logging(call: brummer.Call) -> brummer.Answer:
    for text in ("started", "processing data", "execution completed"):
        call.log("info", f"Tool {text}")
        time.sleep(0.05)
    return brummer.answer("logged")


def error(_: brummer.Call) -> brummer.Answer:
    raise brummer.BrummerError("This tool intentionally returns an error for testing")


async def progress(call: brummer.Call) -> brummer.Answer:
    for done in (0, 50, 100):
        call.progress(done, 100)
        await asyncio.sleep(0.05)
    return brummer.answer("done")


def reconnect(_: brummer.Call) -> brummer.Answer:
    return brummer.answer("reconnected")


def header(_: brummer.Call, region: str = "") -> brummer.Answer:
    return brummer.answer(region)


class Offering(Protocol):
    """What this needs of :class:`brummer.App`."""

    def offer_again(self) -> None: ...

    def touch(self, uri: str, /) -> None: ...


class Shelf:
    """What is offered at one time and not at another."""

    def __init__(self) -> None:
        self.app: Offering | None = None
        self.has_tool = False
        self.has_prompt = False

    def again(self) -> None:
        if self.app is not None:
            self.app.offer_again()


SHELF: Final = Shelf()


def tool_change(_: brummer.Call) -> brummer.Answer:
    SHELF.has_tool = not SHELF.has_tool
    SHELF.again()
    return brummer.answer("there is another list of tools")


def prompt_change(_: brummer.Call) -> brummer.Answer:
    SHELF.has_prompt = not SHELF.has_prompt
    SHELF.again()
    return brummer.answer("there is another list of prompts")


def resource_update(_: brummer.Call) -> brummer.Answer:
    if SHELF.app is not None:
        SHELF.app.touch("test://watched-resource")
    return brummer.answer("there is something new in test://watched-resource")


def _object(**properties: str) -> Mapping[str, object]:
    return {
        "type": "object",
        "properties": {name: {"type": kind} for name, kind in properties.items()},
    }


def tool(name: str, run: Any, parameters: Any = None, **more: Any) -> brummer.Tool:
    return brummer.Tool(
        name=name,
        title=name,
        description=f"Fixture {name}.",
        run=run,
        parameters=parameters or _object(),
        effect=brummer.Effect(read_only=True, destructive=False),
        **more,
    )


TOOLS: Final = (
    tool("test_simple_text", simple_text),
    tool("test_image_content", image),
    tool("test_audio_content", audio),
    tool("test_embedded_resource", embedded),
    tool("test_multiple_content_types", mixed),
    tool("test_tool_with_logging", logging),
    tool("test_error_handling", error),
    tool("test_tool_with_progress", progress),
    tool("test_reconnection", reconnect),
    tool("json_schema_2020_12_tool", simple_text, SCHEMA),
    tool("test_logging_tool", logging),
    tool("test_trigger_tool_change", tool_change),
    tool("test_trigger_prompt_change", prompt_change),
    tool("test_trigger_resource_update", resource_update),
    tool(
        "test_custom_headers",
        header,
        {
            "type": "object",
            "properties": {"region": {"type": "string", "x-mcp-header": "Region"}},
        },
    ),
)


def static_text(uri: str) -> brummer.Resource:
    return brummer.Resource(
        uri=uri,
        mime_type="text/plain",
        content="This is the content of the static text resource.",
    )


def static_binary(uri: str) -> brummer.Resource:
    return brummer.Resource(uri=uri, mime_type="image/png", content=PNG)


def templated(uri: str) -> brummer.Resource:
    number = uri.split("/")[3]
    text = {"id": number, "templateTest": True, "data": f"Data for ID: {number}"}
    return brummer.Resource(
        uri=uri, mime_type="application/json", content=json.dumps(text)
    )


def source(uri: str, read: Any, mime_type: str = "text/plain") -> brummer.Source:
    name = uri.rsplit("/", 1)[-1]
    return brummer.Source(
        uri=uri,
        name=name,
        title=name,
        description=f"Fixture {uri}.",
        read=read,
        mime_type=mime_type,
    )


SOURCES: Final = (
    source("test://static-text", static_text),
    source("test://static-binary", static_binary, "image/png"),
    source("test://watched-resource", static_text),
    source("test://template/{id}/data", templated, "application/json"),
)


def simple_prompt(_: brummer.Call) -> Sequence[brummer.Content]:
    return (brummer.Text(text="This is a simple prompt for testing."),)


def with_arguments(_: brummer.Call, arg1: str, arg2: str) -> Sequence[brummer.Content]:
    return (brummer.Text(text=f"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'"),)


def with_resource(_: brummer.Call, **given: str) -> Sequence[brummer.Content]:
    return (
        brummer.Resource(
            uri=given["resourceUri"],
            mime_type="text/plain",
            content="Embedded resource content for testing.",
        ),
        brummer.Text(text="Please process the embedded resource above."),
    )


def with_image(_: brummer.Call) -> Sequence[brummer.Content]:
    return (
        brummer.Media(data=PNG, mime_type="image/png"),
        brummer.Text(text="Please analyze the image above."),
    )


def recipe(name: str, make: Any, *arguments: brummer.Argument) -> brummer.Recipe:
    return brummer.Recipe(
        name=name,
        title=name,
        description=f"Fixture {name}.",
        make=make,
        arguments=arguments,
    )


def argument(name: str) -> brummer.Argument:
    return brummer.Argument(
        name=name,
        description=f"argument {name}",
        required=True,
        complete=lambda begun, _: [w for w in ("paris", "park") if w.startswith(begun)],
    )


RECIPES: Final = (
    recipe("test_simple_prompt", simple_prompt),
    recipe(
        "test_prompt_with_arguments", with_arguments, argument("arg1"), argument("arg2")
    ),
    recipe(
        "test_prompt_with_embedded_resource", with_resource, argument("resourceUri")
    ),
    recipe("test_prompt_with_image", with_image),
)


@brummer.hookimpl
def brummer_configure(app: Offering) -> None:
    SHELF.app = app


@brummer.hookimpl
def brummer_mcp_tools() -> Sequence[brummer.Tool]:
    return (*TOOLS, tool("test_passing", simple_text)) if SHELF.has_tool else TOOLS


@brummer.hookimpl
def brummer_mcp_resources() -> Sequence[brummer.Source]:
    return SOURCES


@brummer.hookimpl
def brummer_mcp_prompts() -> Sequence[brummer.Recipe]:
    passing = recipe("test_passing_prompt", simple_prompt)
    return (*RECIPES, passing) if SHELF.has_prompt else RECIPES
