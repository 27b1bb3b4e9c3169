"""Our values in the protocol's words."""

import base64
import json
from collections.abc import Mapping
from typing import Final

import mcp_types as wire

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
)

#: Characters of an answer; beyond them clients cut, or write files of their own.
MOST: Final = 20_000


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
    """Return what a client gets of an answer; texts that are too long are cut."""
    return wire.CallToolResult(
        content=[content(part) for part in _fitting(answered.content)],
        structured_content=answered.data,
        is_error=answered.failed,
    )


def _fitting(parts: tuple[Content, ...]) -> list[Content]:
    """Return *parts* with no more text than fits, and say how much is gone."""
    room = MOST
    kept: list[Content] = []
    for part in parts:
        if isinstance(part, Text) and len(part.text) > room:
            gone = len(part.text) - room
            text = f"{part.text[:room]}\n... {gone:,} characters are left out"
            kept.append(Text(text=text))
            room = 0
        else:
            kept.append(part)
            room -= len(part.text) if isinstance(part, Text) else 0
    return kept


def content(part: Content) -> wire.ContentBlock:
    """Return one part of an answer."""
    match part:
        case Text():
            return wire.TextContent(text=part.text)
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
            uri=resource.uri, mime_type=resource.mime_type, text=resource.content
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
    """Return *value* as compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
