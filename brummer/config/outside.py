"""Settings that stand in no file: variables and options.

``BRUM_EVENTBUS__WORKER_POOL_SIZE=8`` sets ``worker_pool_size`` of
``[eventbus]``; ``-o eventbus.worker_pool_size=8`` does the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from brummer.config.document import DocumentError, read_document, read_value
from brummer.config.schema import ROOT, TABLES
from brummer.config.source import (
    PREFIX,
    Assignment,
    Origin,
    Problem,
    SourceKind,
    Typed,
    leaves,
)
from brummer.config.text import KeyPath, hint

#: Variables with our prefix that are no settings.
RESERVED: Final = frozenset({"BRUM_PLUGINS", "BRUM_STRICT_PLUGINS"})

#: Between the name of a table and what it holds; one is within many names.
_SEPARATOR: Final = "__"

#: Where the name of a variable is a name in ``[scripts.NAME.env]``, which is the
#: only place where upper case means something.
_ENV_DEPTH: Final = 3


def from_environment(environment: Mapping[str, str]) -> Iterator[Assignment]:
    """Yield what the variables with our prefix set."""
    for name, text in sorted(environment.items()):
        if name.startswith(PREFIX) and name not in RESERVED:
            origin = Origin(kind=SourceKind.ENVIRONMENT, name=name)
            yield Assignment(_variable_path(name), Typed(text), origin)


def _variable_path(variable: str) -> KeyPath:
    names = variable.removeprefix(PREFIX).split(_SEPARATOR)
    lowered = tuple(name.lower() if name.isupper() else name for name in names)
    if lowered[0] == "scripts" and lowered[2:_ENV_DEPTH] == ("env",):
        return (*lowered[:_ENV_DEPTH], *names[_ENV_DEPTH:])
    return lowered


def from_flags(flags: Mapping[str, tuple[object, str]]) -> Iterator[Assignment]:
    """Yield what options of their own set, such as ``--port``.

    *flags* maps the dotted name of a key to its value and to the option as it
    was typed.
    """
    for key, (value, option) in flags.items():
        origin = Origin(kind=SourceKind.OPTION, name=option)
        yield Assignment(tuple(key.split(".")), value, origin)


def from_options(
    options: Sequence[str], problems: list[Problem]
) -> Iterator[Assignment]:
    """Yield what each ``KEY=VALUE`` of ``-o`` sets; add to *problems* what is none."""
    for option in options:
        # Without the value, which may be a secret and is shown with the error.
        name = f"-o {option.partition('=')[0].strip()}"
        origin = Origin(kind=SourceKind.OPTION, name=name)
        try:
            path, value = parse_option(option)
        except ValueError as error:
            problems.append(Problem(origin, str(error)))
        else:
            yield from leaves(path, value, origin)


def parse_option(option: str) -> tuple[KeyPath, object]:
    """Return the key and the value of ``KEY=VALUE``.

    The value is as in a file, or just text.  A table that Brummer does not have
    is a plugin's: ``node.wrapper=true`` means ``plugins.node.wrapper``.

    :raises ValueError: if it is not of that form, or the table looks like a
        slip of the pen.
    """
    key, equals, text = option.partition("=")
    if not equals or not key.strip():
        raise ValueError("takes KEY=VALUE, as in eventbus.worker_pool_size=8")
    path = _plugins_own(_option_path(key.strip()))
    value: object = Typed(text.strip(), toml=True)
    if text.lstrip().startswith("{"):
        value = _table_or(text, value)
    return path, value


def _option_path(key: str) -> KeyPath:
    try:
        (statement,) = read_document(f"{key} = 0")
    except (DocumentError, ValueError):
        # More than TOML takes without quotes: scripts.dev:web.grace
        return tuple(part.strip() for part in key.split("."))
    return statement.path


def _plugins_own(path: KeyPath) -> KeyPath:
    table = path[0]
    if len(path) == 1 or ROOT.entry(table) is not None:
        return path
    near = hint(table, [*TABLES, "scripts"])
    if near:
        raise ValueError(
            f"unknown table {table}{near} (plugins.{table} is a plugin of that name)"
        )
    return ("plugins", *path)


def _table_or(text: str, otherwise: object) -> object:
    """Return the table that *text* is in TOML, or *otherwise* if it is none."""
    try:
        return read_value(text)
    except ValueError:
        return otherwise
