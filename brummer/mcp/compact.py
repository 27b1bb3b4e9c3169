"""Tools in as few words as they can be told in."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from brummer.model.tool import Tool

#: The end of a sentence; "package.json scripts" has none.
_END: Final = re.compile(r"(?<=[.:])\s")


def compacted(tool: Tool) -> Tool:
    """Return *tool* with the first sentence of its description, and bare schemas.

    Results are not described at all: they are the same, and say what they are.
    """
    parameters = dict(tool.parameters)
    properties = parameters.get("properties")
    if isinstance(properties, Mapping):
        parameters["properties"] = {k: _bare(v) for k, v in properties.items()}
    first = _END.split(tool.description, maxsplit=1)[0]
    return replace(tool, description=first, parameters=parameters, result=None)


def _bare(about: object) -> object:
    """Return what is said of an argument, without the words."""
    if not isinstance(about, Mapping):
        return about
    return {key: value for key, value in about.items() if key != "description"}
