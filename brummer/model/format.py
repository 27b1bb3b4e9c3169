"""How copies of a log are written."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import PurePath
from types import MappingProxyType
from typing import Final


class Format(StrEnum):
    """How a copy is written."""

    PLAIN = "plain"
    ANSI = "ansi"
    JSON = "json"
    HTML = "html"


#: The format that the end of a file's name asks for.
SUFFIXES: Final[Mapping[str, Format]] = MappingProxyType(
    {
        ".txt": Format.PLAIN,
        ".log": Format.PLAIN,
        ".ansi": Format.ANSI,
        ".ans": Format.ANSI,
        ".json": Format.JSON,
        ".jsonl": Format.JSON,
        ".ndjson": Format.JSON,
        ".html": Format.HTML,
        ".htm": Format.HTML,
    }
)


def format_of(path: PurePath) -> Format | None:
    """Return the format that the name of a file asks for, if it asks for any."""
    return SUFFIXES.get(path.suffix.lower())
