"""Prompts as a client gets them."""

import asyncio
from collections.abc import Iterable
from typing import Any

from brummer.model.offer import Argument, Recipe
from brummer.model.tool import Content, Resource, Text
from tests.support.call import FakeCall


def made(table: Iterable[Recipe], **arguments: str) -> list[Content]:
    """Return what the only prompt of *table* says."""
    (recipe,) = table

    async def making() -> list[Content]:
        answer: Any = recipe.make(FakeCall(), **arguments)
        return list(await answer)

    return asyncio.run(making())


def texts(parts: Iterable[Content]) -> list[str]:
    """Return the parts of a prompt that are texts."""
    return [part.text for part in parts if isinstance(part, Text)]


def resources(parts: Iterable[Content]) -> dict[str, str]:
    """Return what is in the resources of a prompt, by their addresses."""
    found = (part for part in parts if isinstance(part, Resource))
    return {part.uri: str(part.content) for part in found}


def size(parts: Iterable[Content]) -> int:
    """Return how many characters a prompt has."""
    kept = list(parts)
    return sum(map(len, texts(kept))) + sum(map(len, resources(kept).values()))


def is_told_apart(text: str) -> bool:
    """Whether all but the first line and what is left out is behind bars."""
    return all(
        line.startswith("| ") or line.endswith("left out")
        for line in text.splitlines()[1:]
    )


def completed(argument: Argument, begun: str) -> list[str]:
    """Return what an argument may be."""
    complete: Any = argument.complete
    return list(complete(begun, {}))
