"""Schemas of arguments and results, in as few words as tools need.

Clients differ in what they understand, so everything is flat: no references, no
alternatives at the top, enumerations of plain texts, a description with the unit and
a default for each argument that may be left out.
"""

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

Schema: TypeAlias = Mapping[str, object]

#: For arguments without which nothing can be done.
_NEEDED: Final = object()


def text(
    about: str, default: object = _NEEDED, *, choices: Sequence[str] = ()
) -> Schema:
    """Return the schema of a text, one of *choices* if there are some."""
    more: Schema = {"enum": list(choices)} if choices else {}
    return _value("string", about, default, more)


def whole(
    about: str, default: object = _NEEDED, *, least: int = 0, most: int | None = None
) -> Schema:
    """Return the schema of a whole number."""
    return _value("integer", about, default, _between(least, most))


def number(
    about: str,
    default: object = _NEEDED,
    *,
    least: float = 0,
    most: float | None = None,
) -> Schema:
    """Return the schema of a number."""
    return _value("number", about, default, _between(least, most))


def flag(about: str, default: object = _NEEDED) -> Schema:
    """Return the schema of yes or no."""
    return _value("boolean", about, default, {})


def words(about: str, default: object = _NEEDED) -> Schema:
    """Return the schema of a list of texts."""
    return _value("array", about, default, {"items": {"type": "string"}})


def anything(about: str) -> Schema:
    """Return the schema of any object."""
    return _value("object", about, _NEEDED, {})


def arguments(**properties: Schema) -> Schema:
    """Return the schema of a tool's arguments; what has no default is needed."""
    needed = [name for name, schema in properties.items() if "default" not in schema]
    return {
        "type": "object",
        "properties": properties,
        **({"required": needed} if needed else {}),
        "additionalProperties": False,
    }


def result(**properties: Schema) -> Schema:
    """Return the schema of a tool's result."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
    }


def open_result(**properties: Schema) -> Schema:
    """Return the schema of a result that has some of these, and other things."""
    return {"type": "object", "properties": properties}


def listing(name: str, about: str) -> Schema:
    """Return the schema of a result that lists objects."""
    return result(
        **{name: items(about)},
        total={"type": "integer"},
        left_out={"type": "integer"},
    )


def items(about: str) -> Schema:
    """Return the schema of a list of objects in a result."""
    return {"type": "array", "description": about, "items": {"type": "object"}}


def _between(least: float, most: float | None) -> Schema:
    return {"minimum": least, **({} if most is None else {"maximum": most})}


def _value(kind: str, about: str, default: object, more: Schema) -> Schema:
    given = {} if default is _NEEDED else {"default": default}
    return {"type": kind, "description": about, **more, **given}
