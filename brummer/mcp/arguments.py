"""The arguments of a call, held against the schema of its tool."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.exceptions import SchemaError

from brummer.errors import BrummerError, quoted

_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
_TRUTHS: Final = {"true": True, "false": False}

#: Problems that are told at once.
_MOST: Final = 5
#: Values of one list: each is held against the schema while other clients wait.
_ITEMS: Final = 10_000
#: Characters of a wrong value that are shown.
_LONGEST: Final = 60


def check_schema(schema: Mapping[str, object]) -> None:
    """Find that *schema* is one of an object.

    :raises BrummerError: if it is not.
    """
    if schema.get("type") != "object":
        raise BrummerError("the schema is not one of an object")
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        raise BrummerError(f"the schema is wrong: {error.message}") from None


class Checker:
    """Holds arguments against one schema.

    Threads: any; nothing in it changes.
    """

    def __init__(self, schema: Mapping[str, object]) -> None:
        self._validator = Draft202012Validator(schema)
        properties = schema.get("properties")
        self._properties: Mapping[str, object] = (
            properties if isinstance(properties, Mapping) else {}
        )
        #: Whether names that the schema does not know are let through.
        self._is_open = schema.get("additionalProperties", True) is not False
        self._defaults = {
            name: known["default"]
            for name, known in self._properties.items()
            if isinstance(known, Mapping) and "default" in known
        }

    def loosened(self, arguments: Mapping[str, object]) -> dict[str, object]:
        """Return *arguments* with numbers and truths that came as texts as such.

        Models write them so often enough, and nothing else can be meant.  Some
        clients write 5.0 for 5.
        """
        return {name: self._loosened(name, v) for name, v in arguments.items()}

    def _loosened(self, name: str, value: object) -> object:
        known = self._properties.get(name)
        if not isinstance(known, Mapping):
            return value
        if isinstance(value, float) and known.get("type") == "integer":
            return int(value) if value.is_integer() else value
        if not isinstance(value, str):
            return value
        if known.get("type") == "boolean":
            return _TRUTHS.get(value.casefold(), value)
        if known.get("type") in {"integer", "number"} and _NUMBER.fullmatch(value):
            return self._loosened(name, float(value)) if "." in value else int(value)
        return value

    def problems(self, arguments: Mapping[str, object]) -> str:
        """Return what is wrong with *arguments*, a line each; empty if nothing is."""
        # Not all are looked for: there may be a million.
        found = list(islice(self._found(arguments), _MOST + 1))
        shown = [*found[:_MOST], *(["and more"] if len(found) > _MOST else [])]
        return "\n".join(shown)

    def _found(self, arguments: Mapping[str, object]) -> Iterator[str]:
        for name, value in arguments.items():
            if isinstance(value, list) and len(value) > _ITEMS:
                yield f"{name}: {len(value):,} values are too many, {_ITEMS:,} can be"
                return
        for error in self._validator.iter_errors(arguments):
            if error.validator != "additionalProperties" or error.absolute_path:
                yield _told(error)
        if not self._is_open:
            known = ", ".join(self._properties)
            for name in arguments.keys() - self._properties.keys():
                yield f"unknown argument {quoted(name)}; there are: {known}"

    def completed(self, arguments: Mapping[str, object]) -> dict[str, object]:
        """Return *arguments* with the defaults of those that are missing."""
        return {**self._defaults, **arguments}


def _told(error: ValidationError) -> str:
    """Return one problem in a line that names the argument."""
    where = ".".join(map(str, error.absolute_path))
    shown = repr(error.instance)
    if len(shown) > _LONGEST:
        # The message repeats the value, however long it is.
        return f"{where or 'arguments'}: {error.validator} does not hold"
    return f"{where}: {error.message}" if where else error.message
