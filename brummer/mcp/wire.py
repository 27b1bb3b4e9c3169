"""Our values in the protocol's words."""

import base64
import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

import mcp_types as wire

from brummer.errors import BrummerError
from brummer.mcp.size import ENVELOPE, MOST, cleaned, compact, fitted, size, sound
from brummer.model.offer import Recipe, Source
from brummer.model.tool import (
    Answer,
    Asking,
    Content,
    Effect,
    Link,
    Media,
    Question,
    Resource,
    Text,
    Tool,
    failure,
)

#: Bytes that are kept for text: what is beside so much data is not worth reading.
_LEAST: Final = 1_000


def tool(offered: Tool) -> wire.Tool:
    """Return how a client sees a tool."""
    return wire.Tool(
        name=offered.name,
        title=offered.title,
        description=offered.description,
        input_schema=dict(offered.parameters),
        output_schema=dict(offered.result) if offered.result else None,
        annotations=_annotations(offered.title, offered.effect),
    )


def _annotations(title: str, effect: Effect) -> wire.ToolAnnotations:
    return wire.ToolAnnotations(
        title=title,
        read_only_hint=effect.read_only,
        destructive_hint=effect.destructive,
        idempotent_hint=effect.idempotent,
        open_world_hint=effect.open_world,
    )


def result(answered: Answer) -> wire.CallToolResult:
    """Return what a client gets of an answer; what is too long is cut, and said."""
    try:
        return _result(answered)
    except BrummerError as error:
        text = f"there is an answer, but it cannot be sent: {error}; this is a bug"
        return _result(failure(text))


def _result(answered: Answer) -> wire.CallToolResult:
    """Return it as it is carried.

    :raises BrummerError: if JSON cannot carry it.
    """
    data, taken = _carried(answered.data)
    room, failed = MOST - ENVELOPE - taken, answered.failed
    said: tuple[Content, ...] = answered.content
    if room < _LEAST:
        # The text says it all; a client that wants the data has to ask for less.
        head = f"too much: {taken:,} bytes of data, {MOST:,} at most; ask for less"
        data, room, failed = None, MOST - ENVELOPE, True
        said = (Text(text=head), *said)
    return wire.CallToolResult(
        content=[content(part) for part in _fitting(said, room)],
        structured_content=data,
        is_error=failed,
    )


def _carried(data: object) -> tuple[object, int]:
    """Return *data* as JSON can carry it, and how many bytes it takes.

    :raises BrummerError: if it cannot.
    """
    if data is None:
        return None, 0
    # As a rule all is well: then it is walked once.
    with contextlib.suppress(ValueError, TypeError, RecursionError):
        text = compact(data)
        if sound(text) == text:
            return data, len(text.encode())
    data = cleaned(data)
    return data, size(data)


def _fitting(parts: tuple[Content, ...], room: int) -> Iterator[Content]:
    """Yield *parts* with no more text than fits, and how much is gone.

    Pictures and sounds are counted by nobody: they are no text.
    """
    for part in parts:
        match part:
            case Text(text=text):
                kept = fitted(sound(text), room)
                room -= size(kept)
                yield Text(text=kept)
            case Resource(content=str() as text):
                kept = fitted(sound(text), room)
                room -= size(kept)
                yield replace(part, content=kept)
            case _:
                yield part


def content(part: Content) -> wire.ContentBlock:
    """Return one part of an answer."""
    match part:
        case Text():
            return wire.TextContent(text=sound(part.text))
        case Media() if part.mime_type.startswith("audio/"):
            return wire.AudioContent(data=_base64(part.data), mime_type=part.mime_type)
        case Media():
            return wire.ImageContent(data=_base64(part.data), mime_type=part.mime_type)
        case Resource():
            return wire.EmbeddedResource(resource=contents(part))
        case Link():
            return wire.ResourceLink(
                uri=part.uri,
                name=part.name,
                description=part.description or None,
                mime_type=part.mime_type or None,
            )


def contents(
    resource: Resource,
) -> wire.TextResourceContents | wire.BlobResourceContents:
    """Return what is in a resource."""
    if isinstance(resource.content, str):
        return wire.TextResourceContents(
            uri=resource.uri,
            mime_type=resource.mime_type,
            text=sound(resource.content),
        )
    return wire.BlobResourceContents(
        uri=resource.uri,
        mime_type=resource.mime_type,
        blob=_base64(resource.content),
    )


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def resource(source: Source) -> wire.Resource:
    """Return how a client sees a resource."""
    return wire.Resource(
        uri=source.uri,
        name=source.name,
        title=source.title,
        description=source.description,
        mime_type=source.mime_type,
    )


def template(source: Source) -> wire.ResourceTemplate:
    """Return how a client sees resources of one form."""
    return wire.ResourceTemplate(
        uri_template=source.uri,
        name=source.name,
        title=source.title,
        description=source.description,
        mime_type=source.mime_type,
    )


def prompt(recipe: Recipe) -> wire.Prompt:
    """Return how a client sees a prompt."""
    arguments = [
        wire.PromptArgument(
            name=argument.name,
            description=argument.description,
            required=argument.required,
        )
        for argument in recipe.arguments
    ]
    return wire.Prompt(
        name=recipe.name,
        title=recipe.title,
        description=recipe.description,
        arguments=arguments,
    )


_REQUESTS: Final[Mapping[Asking, type[wire.InputRequest]]] = {
    Asking.PERSON: wire.ElicitRequest,
    Asking.MODEL: wire.CreateMessageRequest,
    Asking.ROOTS: wire.ListRootsRequest,
}
REPLIES: Final[Mapping[Asking, type[wire.Result]]] = {
    Asking.PERSON: wire.ElicitResult,
    Asking.MODEL: wire.CreateMessageResult,
    Asking.ROOTS: wire.ListRootsResult,
}


def request(question: Question) -> wire.InputRequest:
    """Return a question as a client is asked it."""
    asked: dict[str, object] = {"method": question.of.value}
    if question.parameters or question.of is not Asking.ROOTS:
        asked["params"] = dict(question.parameters)
    return _REQUESTS[question.of].model_validate(asked)


def text_of(value: object) -> str:
    """Return *value* as compact JSON.

    :raises BrummerError: if JSON cannot carry it.
    """
    try:
        return compact(value)
    except (ValueError, TypeError, RecursionError):
        return compact(cleaned(value))
