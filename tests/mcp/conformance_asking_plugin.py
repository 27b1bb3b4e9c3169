"""A plugin whose tools ask, or go on as tasks, as the conformance suite wants it.

The other half of ``conformance_plugin.py``.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import brummer


def form(message: str, **properties: Mapping[str, object]) -> brummer.Question:
    return brummer.Question(
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

CAPITAL = brummer.Question(
    of=brummer.Asking.MODEL,
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

ROOTS = brummer.Question(of=brummer.Asking.ROOTS)


def content(reply: Mapping[str, object]) -> Any:
    return reply.get("content") or {}


def sampling(call: brummer.Call, prompt: str) -> brummer.Answer:
    question = brummer.Question(
        of=brummer.Asking.MODEL,
        parameters={
            "messages": [{"role": "user", "content": {"type": "text", "text": prompt}}],
            "maxTokens": 100,
        },
    )
    reply = call.ask({"prompt": question}).result()["prompt"]
    return brummer.answer(f"LLM response: {content(reply).get('text')}")


def elicitation(call: brummer.Call, message: str) -> brummer.Answer:
    question = form(
        message,
        username={"type": "string", "description": "User's response"},
        email={"type": "string", "description": "User's email address"},
    )
    return brummer.answer(
        f"User response: {call.ask({'user': question}).result()['user']}"
    )


def defaults(call: brummer.Call) -> brummer.Answer:
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
    return brummer.answer(
        f"Elicitation completed: action={reply['action']}, content={content(reply)}"
    )


def enums(call: brummer.Call) -> brummer.Answer:
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
    return brummer.answer(
        f"Elicitation completed: action={reply['action']}, content={content(reply)}"
    )


def named(call: brummer.Call) -> brummer.Answer:
    reply = call.ask({"user_name": NAME}).result()["user_name"]
    return brummer.answer(f"Hello, {content(reply)['name']}!")


def sampled(call: brummer.Call) -> brummer.Answer:
    reply = call.ask({"capital_question": CAPITAL}).result()["capital_question"]
    return brummer.answer(str(content(reply).get("text")))


def rooted(call: brummer.Call) -> brummer.Answer:
    reply = call.ask({"client_roots": ROOTS}).result()["client_roots"]
    return brummer.answer(json.dumps(reply))


def stated(call: brummer.Call) -> brummer.Answer:
    question = form("Please confirm", ok={"type": "boolean"})
    call.ask({"confirm": question}).result()
    return brummer.answer("state-ok")


def several(call: brummer.Call) -> brummer.Answer:
    questions = {"user_name": NAME, "capital": CAPITAL, "client_roots": ROOTS}
    return brummer.answer(json.dumps(dict(call.ask(questions).result())))


def rounds(call: brummer.Call) -> brummer.Answer:
    first = form("Step 1: What is your name?", name={"type": "string"})
    second = form("Step 2: What is your favorite color?", color={"type": "string"})
    name = content(call.ask({"step1": first}).result()["step1"])["name"]
    color = content(call.ask({"step2": second}).result()["step2"])["color"]
    return brummer.answer(f"{name} likes {color}")


def capable(call: brummer.Call) -> brummer.Answer:
    questions = {"user_name": NAME, "capital": CAPITAL, "client_roots": ROOTS}
    asked = {key: q for key, q in questions.items() if call.offers(q.of)}
    return brummer.answer(json.dumps(dict(call.ask(asked).result())))


def lacking(call: brummer.Call) -> brummer.Answer:
    call.ask({"capital": CAPITAL}).result()
    return brummer.answer("asked")


def streaming(call: brummer.Call) -> brummer.Answer:
    call.progress(1, 2)
    return named(call)


def greet(_: brummer.Call, name: str = "you") -> brummer.Answer:
    return brummer.answer(f"Hello, {name}!")


async def slow(_: brummer.Call, seconds: float = 1, label: str = "") -> brummer.Answer:
    await asyncio.sleep(seconds)
    return brummer.answer(f"computed for {seconds} s")


async def failing(_: brummer.Call) -> brummer.Answer:
    await asyncio.sleep(0.2)
    return brummer.failure("the job failed")


def confirm(call: brummer.Call, filename: str = "x") -> brummer.Answer:
    question = form(f"Delete {filename}?", confirm={"type": "boolean"})
    reply = call.ask({"confirm": question}).result()["confirm"]
    return brummer.answer(f"{filename}: {content(reply)}")


def fan(call: brummer.Call) -> brummer.Answer:
    questions = {
        "first": form("First?", value={"type": "string"}),
        "second": form("Second?", value={"type": "string"}),
    }
    return brummer.answer(json.dumps(dict(call.ask(questions).result())))


class UnansweredError(Exception):
    """Something that no tool answers."""


async def broken(_: brummer.Call) -> brummer.Answer:
    raise UnansweredError


def asking(call: brummer.Call) -> Sequence[brummer.Content]:
    question = form("What context should the prompt use?", context={"type": "string"})
    reply = call.ask({"user_context": question}).result()["user_context"]
    return (brummer.Text(text=f"Context: {content(reply).get('context')}"),)


def _object(**properties: str) -> Mapping[str, object]:
    return {
        "type": "object",
        "properties": {name: {"type": kind} for name, kind in properties.items()},
    }


def _needs(**properties: str) -> Mapping[str, object]:
    return {**_object(**properties), "required": list(properties)}


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
    tool("test_sampling", sampling, _needs(prompt="string")),
    tool("test_elicitation", elicitation, _needs(message="string")),
    tool("test_elicitation_sep1034_defaults", defaults),
    tool("test_elicitation_sep1330_enums", enums),
    tool("test_missing_capability", lacking),
    tool("test_streaming_elicitation", streaming),
    tool("test_input_required_result_elicitation", named),
    tool("test_input_required_result_sampling", sampled),
    tool("test_input_required_result_list_roots", rooted),
    tool("test_input_required_result_request_state", stated),
    tool("test_input_required_result_multiple_inputs", several),
    tool("test_input_required_result_multi_round", rounds),
    tool("test_input_required_result_tampered_state", stated),
    tool("test_input_required_result_capabilities", capable),
    tool("greet", greet, _object(name="string")),
    tool(
        "slow_compute",
        slow,
        _object(seconds="number"),
        long_run=brummer.LongRun.OPTIONAL,
    ),
    tool("failing_job", failing, long_run=brummer.LongRun.ALWAYS),
    tool("protocol_error_job", broken, long_run=brummer.LongRun.OPTIONAL),
    tool(
        "confirm_delete",
        confirm,
        _object(filename="string"),
        long_run=brummer.LongRun.OPTIONAL,
    ),
    tool("multi_input", fan, long_run=brummer.LongRun.OPTIONAL),
    tool(
        "test_tool_with_task", named, long_run=brummer.LongRun.ALWAYS, asks_first=True
    ),
)


@brummer.hookimpl
def brummer_mcp_tools() -> Sequence[brummer.Tool]:
    return TOOLS


@brummer.hookimpl
def brummer_mcp_prompts() -> Sequence[brummer.Recipe]:
    return (
        brummer.Recipe(
            name="test_input_required_result_prompt",
            title="test_input_required_result_prompt",
            description="Fixture test_input_required_result_prompt.",
            make=asking,
        ),
    )
