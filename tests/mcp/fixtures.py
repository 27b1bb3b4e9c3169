"""What the conformance suite of the protocol wants a server to offer."""

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from brummer.errors import BrummerError
from brummer.mcp.catalogue import Catalogue
from brummer.model.offer import Argument, Recipe, Source
from brummer.model.tool import (
    READS,
    Answer,
    Asking,
    Call,
    Content,
    LongRun,
    Media,
    Question,
    Resource,
    Text,
    Tool,
    answer,
    failure,
)

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


def form(message: str, **properties: Mapping[str, object]) -> Question:
    return Question(
        parameters={
            "message": message,
            "requestedSchema": {
                "type": "object",
                "properties": properties,
                "required": list(properties),
            },
        }
    )


NAME = form("What is your name?", name={"type": "string"})
CAPITAL = Question(
    of=Asking.MODEL,
    parameters={
        "messages": [
            {
                "role": "user",
                "content": {"type": "text", "text": "What is the capital of France?"},
            }
        ],
        "maxTokens": 100,
    },
)
ROOTS = Question(of=Asking.ROOTS)


def content(reply: Mapping[str, object]) -> Any:
    return reply.get("content") or {}


def simple_text(_: Call) -> Answer:
    return answer("This is a simple text response for testing.")


def image(_: Call) -> Answer:
    return Answer(content=(Media(data=PNG, mime_type="image/png"),))


def audio(_: Call) -> Answer:
    return Answer(content=(Media(data=WAV, mime_type="audio/wav"),))


def embedded(_: Call) -> Answer:
    return Answer(
        content=(
            Resource(
                uri="test://embedded-resource",
                mime_type="text/plain",
                content="This is an embedded resource content.",
            ),
        )
    )


def mixed(_: Call) -> Answer:
    return Answer(
        content=(
            Text(text="Multiple content types test:"),
            Media(data=PNG, mime_type="image/png"),
            Resource(
                uri="test://mixed-content-resource",
                mime_type="application/json",
                content='{"test":"data","value":123}',
            ),
        )
    )


def logging(call: Call) -> Answer:
    for text in ("started", "processing data", "execution completed"):
        call.log("info", f"Tool {text}")
        time.sleep(0.05)
    return answer("logged")


def error(_: Call) -> Answer:
    raise BrummerError("This tool intentionally returns an error for testing")


async def progress(call: Call) -> Answer:
    for done in (0, 50, 100):
        call.progress(done, 100)
        await asyncio.sleep(0.05)
    return answer("done")


def sampling(call: Call, prompt: str) -> Answer:
    question = Question(
        of=Asking.MODEL,
        parameters={
            "messages": [{"role": "user", "content": {"type": "text", "text": prompt}}],
            "maxTokens": 100,
        },
    )
    reply = call.ask({"prompt": question}).result()["prompt"]
    return answer(f"LLM response: {content(reply).get('text')}")


def elicitation(call: Call, message: str) -> Answer:
    question = form(
        message,
        username={"type": "string", "description": "User's response"},
        email={"type": "string", "description": "User's email address"},
    )
    return answer(f"User response: {call.ask({'user': question}).result()['user']}")


def defaults(call: Call) -> Answer:
    question = form(
        "Please fill in",
        name={"type": "string", "default": "John Doe"},
        age={"type": "integer", "default": 30},
        score={"type": "number", "default": 95.5},
        status={
            "type": "string",
            "enum": ["active", "inactive", "pending"],
            "default": "active",
        },
        verified={"type": "boolean", "default": True},
    )
    reply = call.ask({"user": question}).result()["user"]
    return answer(
        f"Elicitation completed: action={reply['action']}, content={content(reply)}"
    )


def enums(call: Call) -> Answer:
    question = form(
        "Please choose",
        untitledSingle={"type": "string", "enum": ["option1", "option2", "option3"]},
        titledSingle={
            "type": "string",
            "oneOf": [
                {"const": "value1", "title": "First Option"},
                {"const": "value2", "title": "Second Option"},
                {"const": "value3", "title": "Third Option"},
            ],
        },
        legacyEnum={
            "type": "string",
            "enum": ["opt1", "opt2", "opt3"],
            "enumNames": ["Option One", "Option Two", "Option Three"],
        },
        untitledMulti={
            "type": "array",
            "items": {"type": "string", "enum": ["option1", "option2", "option3"]},
        },
        titledMulti={
            "type": "array",
            "items": {
                "anyOf": [
                    {"const": "value1", "title": "First Choice"},
                    {"const": "value2", "title": "Second Choice"},
                    {"const": "value3", "title": "Third Choice"},
                ]
            },
        },
    )
    reply = call.ask({"user": question}).result()["user"]
    return answer(
        f"Elicitation completed: action={reply['action']}, content={content(reply)}"
    )


def named(call: Call) -> Answer:
    reply = call.ask({"user_name": NAME}).result()["user_name"]
    return answer(f"Hello, {content(reply)['name']}!")


def sampled(call: Call) -> Answer:
    reply = call.ask({"capital_question": CAPITAL}).result()["capital_question"]
    return answer(str(content(reply).get("text")))


def rooted(call: Call) -> Answer:
    reply = call.ask({"client_roots": ROOTS}).result()["client_roots"]
    return answer(json.dumps(reply))


def stated(call: Call) -> Answer:
    question = form("Please confirm", ok={"type": "boolean"})
    call.ask({"confirm": question}).result()
    return answer("state-ok")


def several(call: Call) -> Answer:
    questions = {"user_name": NAME, "capital": CAPITAL, "client_roots": ROOTS}
    return answer(json.dumps(dict(call.ask(questions).result())))


def rounds(call: Call) -> Answer:
    first = form("Step 1: What is your name?", name={"type": "string"})
    second = form("Step 2: What is your favorite color?", color={"type": "string"})
    name = content(call.ask({"step1": first}).result()["step1"])["name"]
    color = content(call.ask({"step2": second}).result()["step2"])["color"]
    return answer(f"{name} likes {color}")


def capable(call: Call) -> Answer:
    questions = {"user_name": NAME, "capital": CAPITAL, "client_roots": ROOTS}
    asked = {key: q for key, q in questions.items() if call.offers(q.of)}
    return answer(json.dumps(dict(call.ask(asked).result())))


def lacking(call: Call) -> Answer:
    call.ask({"capital": CAPITAL}).result()
    return answer("asked")


def streaming(call: Call) -> Answer:
    call.progress(1, 2)
    return named(call)


def changed(call: Call) -> Answer:
    call.tools_changed()
    return answer("told")


def greet(_: Call, name: str = "you") -> Answer:
    return answer(f"Hello, {name}!")


async def slow(_: Call, seconds: float = 1, label: str = "") -> Answer:
    await asyncio.sleep(seconds)
    return answer(f"computed for {seconds} s")


async def failing(_: Call) -> Answer:
    await asyncio.sleep(0.2)
    return failure("the job failed")


def confirm(call: Call, filename: str = "x") -> Answer:
    question = form(f"Delete {filename}?", confirm={"type": "boolean"})
    reply = call.ask({"confirm": question}).result()["confirm"]
    return answer(f"{filename}: {content(reply)}")


def fan(call: Call) -> Answer:
    questions = {
        "first": form("First?", value={"type": "string"}),
        "second": form("Second?", value={"type": "string"}),
    }
    return answer(json.dumps(dict(call.ask(questions).result())))


def reconnect(_: Call) -> Answer:
    return answer("reconnected")


def _object(**properties: str) -> Mapping[str, object]:
    return {
        "type": "object",
        "properties": {name: {"type": kind} for name, kind in properties.items()},
    }


def _needs(**properties: str) -> Mapping[str, object]:
    return {**_object(**properties), "required": list(properties)}


def tool(name: str, run: Any, parameters: Any = None, **more: Any) -> Tool:
    return Tool(
        name=name,
        title=name,
        description=f"Fixture {name}.",
        run=run,
        parameters=parameters or _object(),
        effect=READS,
        **more,
    )


def header(_: Call, region: str = "") -> Answer:
    return answer(region)


async def broken(_: Call) -> Answer:
    raise UnansweredError


class UnansweredError(Exception):
    """Something that no tool answers."""


TOOLS: Final = (
    tool("test_simple_text", simple_text),
    tool("test_image_content", image),
    tool("test_audio_content", audio),
    tool("test_embedded_resource", embedded),
    tool("test_multiple_content_types", mixed),
    tool("test_tool_with_logging", logging),
    tool("test_error_handling", error),
    tool("test_tool_with_progress", progress),
    tool("test_sampling", sampling, _needs(prompt="string")),
    tool("test_elicitation", elicitation, _needs(message="string")),
    tool("test_elicitation_sep1034_defaults", defaults),
    tool("test_elicitation_sep1330_enums", enums),
    tool("test_reconnection", reconnect),
    tool("json_schema_2020_12_tool", simple_text, SCHEMA),
    tool("test_missing_capability", lacking),
    tool("test_streaming_elicitation", streaming),
    tool("test_logging_tool", logging),
    tool("test_trigger_tool_change", changed),
    tool(
        "test_custom_headers",
        header,
        {
            "type": "object",
            "properties": {"region": {"type": "string", "x-mcp-header": "Region"}},
        },
    ),
    tool("test_input_required_result_elicitation", named),
    tool("test_input_required_result_sampling", sampled),
    tool("test_input_required_result_list_roots", rooted),
    tool("test_input_required_result_request_state", stated),
    tool("test_input_required_result_multiple_inputs", several),
    tool("test_input_required_result_multi_round", rounds),
    tool("test_input_required_result_tampered_state", stated),
    tool("test_input_required_result_capabilities", capable),
    tool("greet", greet, _object(name="string")),
    tool("slow_compute", slow, _object(seconds="number"), long_run=LongRun.OPTIONAL),
    tool("failing_job", failing, long_run=LongRun.ALWAYS),
    tool("protocol_error_job", broken, long_run=LongRun.OPTIONAL),
    tool(
        "confirm_delete", confirm, _object(filename="string"), long_run=LongRun.OPTIONAL
    ),
    tool("multi_input", fan, long_run=LongRun.OPTIONAL),
    tool("test_tool_with_task", named, long_run=LongRun.ALWAYS, asks_first=True),
)


def static_text(uri: str) -> Resource:
    return Resource(
        uri=uri,
        mime_type="text/plain",
        content="This is the content of the static text resource.",
    )


def static_binary(uri: str) -> Resource:
    return Resource(uri=uri, mime_type="image/png", content=PNG)


def templated(uri: str) -> Resource:
    number = uri.split("/")[3]
    text = {"id": number, "templateTest": True, "data": f"Data for ID: {number}"}
    return Resource(uri=uri, mime_type="application/json", content=json.dumps(text))


def source(uri: str, read: Any, mime_type: str = "text/plain") -> Source:
    name = uri.rsplit("/", 1)[-1]
    return Source(
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


def simple_prompt(_: Call) -> Sequence[Content]:
    return (Text(text="This is a simple prompt for testing."),)


def with_arguments(_: Call, arg1: str, arg2: str) -> Sequence[Content]:
    return (Text(text=f"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'"),)


def with_resource(_: Call, resourceUri: str) -> Sequence[Content]:  # noqa: N803
    return (
        Resource(
            uri=resourceUri,
            mime_type="text/plain",
            content="Embedded resource content for testing.",
        ),
        Text(text="Please process the embedded resource above."),
    )


def with_image(_: Call) -> Sequence[Content]:
    return (
        Media(data=PNG, mime_type="image/png"),
        Text(text="Please analyze the image above."),
    )


def asking(call: Call) -> Sequence[Content]:
    question = form("What context should the prompt use?", context={"type": "string"})
    reply = call.ask({"user_context": question}).result()["user_context"]
    return (Text(text=f"Context: {content(reply).get('context')}"),)


def recipe(name: str, make: Any, *arguments: Argument) -> Recipe:
    return Recipe(
        name=name,
        title=name,
        description=f"Fixture {name}.",
        make=make,
        arguments=arguments,
    )


def argument(name: str) -> Argument:
    return Argument(
        name=name,
        description=f"argument {name}",
        required=True,
        complete=lambda begun: [w for w in ("paris", "park") if w.startswith(begun)],
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
    recipe("test_input_required_result_prompt", asking),
)


def catalogue() -> Catalogue:
    """Return a catalogue of all that the suite asks for."""
    made = Catalogue()
    made.add(tools=TOOLS, sources=SOURCES, recipes=RECIPES)
    return made
