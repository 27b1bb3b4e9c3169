"""Whether values have the types that their annotations promise.

Type checkers know what a plugin was checked with, not what it does.  The host
looks at each answer once, where it comes in, so that nothing behind it has to.
"""

import dataclasses
import reprlib
import types
from collections.abc import Callable, Mapping
from enum import Enum
from operator import attrgetter
from typing import (
    Any,
    Final,
    Literal,
    NamedTuple,
    NewType,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)


def fits(value: object, hint: Any) -> bool:
    """Whether *value* is what the annotation *hint* says.

    Knows classes, unions, ``Literal``, ``NewType``, ``Callable``, and tuples and
    mappings of these.  ``bool`` is no number, and an ``int`` is a ``float``.
    """
    # Asking what kind of annotation it is takes ten times as long.
    if type(value) is hint:
        return True
    if isinstance(hint, NewType):
        return fits(value, hint.__supertype__)
    origin = get_origin(hint)
    if origin is None:
        return _fits_class(value, hint)
    if origin in {Union, types.UnionType}:
        return any(fits(value, choice) for choice in get_args(hint))
    if origin is Literal:
        return value in get_args(hint)
    return _fits_parts(value, origin, get_args(hint))


def _fits_class(value: object, hint: Any) -> bool:
    if hint is object or hint is Any:
        return True
    if hint is None:
        return value is None
    if isinstance(value, bool):
        return hint is bool
    if hint is float:
        return isinstance(value, (int, float))
    return isinstance(value, hint)


def _fits_parts(value: object, origin: Any, parts: tuple[Any, ...]) -> bool:
    if origin is Callable:
        return callable(value)
    if origin is tuple:
        return isinstance(value, tuple) and all(fits(x, parts[0]) for x in value)
    if origin is Mapping:
        return isinstance(value, Mapping) and all(
            fits(key, parts[0]) and fits(x, parts[1]) for key, x in value.items()
        )
    return isinstance(value, origin)


def misfit(value: object) -> str:
    """Return which field of the dataclass *value* is wrong, empty for none."""
    form = _form(type(value))
    kinds = tuple(map(type, form.parts(value)))
    # Most are like one before, and some answers come a thousand times a second.
    if kinds in form.usual and _is_right(value, form):
        return ""
    for name, hint, sure in form.fields:
        part = getattr(value, name)
        if type(part) not in sure and not fits(part, hint):
            return f"{name} is {show(part)}, not {describe(hint)}"
    if len(form.usual) < _MOST:
        form.usual.add(kinds)
    return ""


#: A field of a class: its name, what it promises, and the types of which every
#: instance is that.
_Field = tuple[str, Any, frozenset[type]]

#: Combinations of types that are remembered of a class.
_MOST: Final = 50


class _Form(NamedTuple):
    """What is known of a dataclass.

    Threads: any may add to *usual*, which takes one step, and finding nothing there
    costs only time.
    """

    #: Returns the values of all fields.
    parts: Callable[[object], tuple[object, ...]]
    fields: tuple[_Field, ...]
    #: Those whose values have to be looked into: their name, type and promise.
    deep: tuple[tuple[str, Any, Any], ...]
    #: Types of all fields of instances that were right, whatever *deep* ones held.
    usual: set[tuple[type, ...]]


#: Written as :data:`_resolved` is.
_known: Final[dict[type, _Form]] = {}


def _form(cls: type) -> _Form:
    """Return what is known of the dataclass *cls*."""
    found = _known.get(cls)
    if found is None:
        hints = field_types(cls)
        found = _known[cls] = _Form(
            parts=_parts(tuple(hints)),
            fields=tuple((name, hint, _sure(hint)) for name, hint in hints.items()),
            deep=tuple(
                (name, get_origin(hint), hint)
                for name, hint in hints.items()
                if not _is_flat(hint)
            ),
            usual=set(),
        )
    return found


def _parts(names: tuple[str, ...]) -> Callable[[object], tuple[object, ...]]:
    """Return what takes the values of the fields *names*."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)


def _is_right(value: object, form: _Form) -> bool:
    """Whether what the deep fields of *value* hold is what they promise."""
    for name, origin, hint in form.deep:
        part = getattr(value, name)
        # Most hold nothing.  Only of what is known one may ask whether it does.
        if (type(part) is not origin or part) and not fits(part, hint):
            return False
    return True


def _is_flat(hint: Any) -> bool:
    """Whether the type of a value tells whether it fits *hint*."""
    if isinstance(hint, NewType):
        return _is_flat(hint.__supertype__)
    origin = get_origin(hint)
    if origin in {Union, types.UnionType}:
        return all(map(_is_flat, get_args(hint)))
    return origin is None


def _sure(hint: Any) -> frozenset[type]:
    """Return types of which every instance fits *hint*; there may be others."""
    if isinstance(hint, NewType):
        return _sure(hint.__supertype__)
    origin = get_origin(hint)
    if origin in {Union, types.UnionType}:
        return frozenset().union(*map(_sure, get_args(hint)))
    if hint is float:
        return frozenset({int, float})
    is_class = origin is None and isinstance(hint, type)
    return frozenset({hint}) if is_class else frozenset()


#: Resolving runs :func:`eval` on every annotation, so it is done once a class.
#: Any thread writes; two that race store equal values, and a store is atomic.
_resolved: Final[dict[object, Mapping[str, Any]]] = {}


def field_types(cls: type) -> Mapping[str, Any]:
    """Return the annotation of each field of the dataclass *cls*, resolved.

    :raises TypeError: if *cls* is no dataclass.
    """
    if cls in _resolved:
        return _resolved[cls]
    if not dataclasses.is_dataclass(cls):
        raise TypeError(f"{cls!r} is no dataclass")
    hints = get_type_hints(cls)
    names = [field.name for field in dataclasses.fields(cls)]
    answer = types.MappingProxyType({name: hints[name] for name in names})
    _resolved[cls] = answer
    return answer


#: What a person calls a type.
_WORDS: Final[Mapping[object, str]] = types.MappingProxyType(
    {
        str: "text",
        int: "a whole number",
        float: "a number",
        bool: "true or false",
        type(None): "nothing",
    }
)


def describe(hint: Any) -> str:
    """Return *hint* in words for people: ``a whole number``, ``a list of text``."""
    if isinstance(hint, NewType):
        return describe(hint.__supertype__)
    origin, parts = get_origin(hint), get_args(hint)
    if origin is not None:
        return _describe_parts(origin, parts)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return " or ".join(repr(choice.value) for choice in hint)
    return _WORDS.get(hint, getattr(hint, "__name__", str(hint)))


def _describe_parts(origin: Any, parts: tuple[Any, ...]) -> str:
    if origin is Literal:
        return " or ".join(repr(part) for part in parts)
    if origin is tuple:
        return f"a list of {describe(parts[0])}"
    if origin is Mapping:
        return f"a table of {describe(parts[1])}"
    if origin is Callable:
        return "something to call"
    return " or ".join(describe(part) for part in parts if part is not type(None))


#: How much of a value an error message repeats.
_SHOWN: Final = 60


def show(value: object) -> str:
    """Return *value* as an error message shows it: short, whatever it is."""
    # reprlib survives a ``__repr__`` that fails, and never builds a huge text.
    short = reprlib.Repr()
    short.maxstring = short.maxother = _SHOWN
    return f"{short.repr(value)} ({type(value).__name__})"
