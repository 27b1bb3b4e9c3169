"""Addresses of resources in what an instance answers."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Renamed: TypeAlias = Callable[[str], str]

#: Fields whose parts may be, or hold, resources.
_LISTS = ("content", "contents", "messages")


def readdressed(result: Mapping[str, Any], renamed: Renamed) -> dict[str, Any]:
    """Return *result* with the resources in it called as the client reads them.

    That is a result of a tool, of a task, of a prompt or of reading; what is not of
    the form that these have is left as it is.
    """
    found = dict(result)
    for field in _LISTS:
        parts = found.get(field)
        if isinstance(parts, list):
            found[field] = [_part(part, renamed) for part in parts]
    inner = found.get("result")
    if isinstance(inner, dict):
        found["result"] = readdressed(inner, renamed)
    return found


def _part(part: object, renamed: Renamed) -> object:
    if not isinstance(part, dict):
        return part
    found = dict(part)
    if isinstance(uri := found.get("uri"), str):
        found["uri"] = renamed(uri)
    for field in ("resource", "content"):
        if field in found:
            found[field] = _part(found[field], renamed)
    return found
