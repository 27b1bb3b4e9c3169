"""From what a TOML file can hold to what a plugin's settings are made of."""

import types
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Any, Final, Literal, NewType, Union, get_args, get_origin


class MismatchError(Exception):
    """A value that cannot be what it should be."""


def convert(value: object, hint: Any) -> object:
    """Return the TOML value *value* as the annotation *hint* wants it.

    :raises MismatchError: if it cannot be that; the user's mistake.
    :raises TypeError: if settings cannot have the type *hint*; the mistake of
        the plugin's author.
    """
    if isinstance(hint, NewType):
        return convert(value, hint.__supertype__)
    origin, parts = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        return _to_any_of(value, parts)
    if origin is Literal and value in parts:
        return value
    if origin is tuple and parts[1:] == (...,):
        return tuple(convert(item, parts[0]) for item in _a(value, list, tuple))
    if origin is Mapping:
        return _to_mapping(_a(value, Mapping), parts[1])
    if origin is Literal:
        raise MismatchError
    return _to_class(value, hint)


def _to_any_of(value: object, choices: tuple[Any, ...]) -> object:
    for choice in choices:
        # TOML has no null: None is what stays when the key is not there.
        if choice is type(None):
            continue
        try:
            return convert(value, choice)
        except MismatchError:
            continue
    raise MismatchError


def _to_mapping(table: Mapping[object, object], hint: Any) -> Mapping[str, object]:
    return types.MappingProxyType(
        {str(key): convert(item, hint) for key, item in table.items()}
    )


#: What each class is made of.  Parsers of TOML hand out subclasses of ``str``
#: and ``int`` that know their place in the file; plugins get the plain ones.
_MADE_OF: Final[Mapping[type, tuple[type, ...]]] = types.MappingProxyType(
    {str: (str,), int: (int,), float: (int, float), bool: (bool,), Path: (str,)}
)


def _to_class(value: object, hint: Any) -> object:
    if isinstance(hint, type) and issubclass(hint, Enum):
        try:
            return hint(value)
        except ValueError as error:
            raise MismatchError from error
    if hint not in _MADE_OF:
        raise TypeError(f"a setting cannot have the type {hint}")
    # bool is a subclass of int, but ``true`` is no number.
    if isinstance(value, bool) is not (hint is bool):
        raise MismatchError
    made = hint(_a(value, *_MADE_OF[hint]))
    return made.expanduser() if hint is Path else made


def _a(value: object, *classes: type) -> Any:
    if not isinstance(value, classes):
        raise MismatchError
    return value
