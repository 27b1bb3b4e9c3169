"""The tree of tables and keys that a configuration may have.

It is made from :class:`~brummer.config.settings.Settings` once, at import, so
there is nothing to keep in step.  A tree is made of four kinds of nodes: a
:class:`Key` with a value, a :class:`Table` of nodes, :data:`FREE` for what a
plugin decides about, and :class:`Retired` for what the original program had.
"""

import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from brummer.config.form import FORMS, Condition
from brummer.config.rule import Rule, Text, rule_for
from brummer.config.settings import Limits, ScriptSettings, Settings
from brummer.config.text import KeyPath, dotted, hint, nearest, shown
from brummer.model.readiness import Until

_ANY: Final = re.compile(".*", re.DOTALL)

#: Scripts are named on command lines and in the log, one line each.
_SCRIPT_NAME: Final = re.compile(r"(?!\s)[^\0-\x1f\x7f-\x9f\ud800-\udfff]+(?<!\s)")

#: They are written behind an ``@``.
_FILTER_NAME: Final = re.compile(r"[\w.-]+")

#: What the operating system takes.
_VARIABLE_NAME: Final = re.compile("[^=\0\ud800-\udfff]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One setting; *default* is ``None`` where there is none."""

    name: str
    rule: Rule
    default: object = None
    limits: Limits


@dataclass(frozen=True, slots=True)
class Free:
    """A place where anything may stand; somebody else looks at it later."""


@dataclass(frozen=True, slots=True)
class Retired:
    """A key or table of the original program that this one has no use for.

    *instead* says what to do now.
    """

    instead: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with known *entries*; what is not among them is *each*, if that is set.

    *aliases* are old names of entries.  A name of *each* has to be like *names*;
    *naming* says what is named.  Where *listed* is set, a list of names stands for
    a table in which each has that value.
    """

    entries: Mapping[str, "Node"]
    aliases: Mapping[str, str] = field(default_factory=dict)
    each: "Node | None" = None
    names: "re.Pattern[str]" = _ANY
    naming: str = ""
    listed: str = ""

    def entry(self, name: str) -> "Node | None":
        """Return what *name* stands for here, ``None`` if for nothing."""
        return self.entries.get(self.aliases.get(name, name), self.each)

    def offered(self) -> list[str]:
        """Return the names of the entries that have a use."""
        return [n for n, node in self.entries.items() if not isinstance(node, Retired)]


Node: TypeAlias = Key | Table | Free | Retired

FREE: Final = Free()

_RETIRED: Final[Mapping[str, Node]] = {
    "ai_coders": Retired("agents connect through MCP"),
    "use_robust_networking": Retired("connections are always kept and retried"),
    "enable_new_sync": Retired("fallback_mode in a table has that part run simply"),
}


def _key(setting: "dataclasses.Field[Any]") -> Node:
    factory = setting.default_factory
    default = None if factory is dataclasses.MISSING else factory()
    if dataclasses.is_dataclass(default):
        return _table(type(default))
    limits: Limits = setting.metadata["limits"]
    if isinstance(default, Mapping):
        return _CONDITIONS if "form" in limits else _VARIABLES
    form = FORMS.get(limits.get("form", ""))
    return Key(
        name=setting.name,
        rule=form(limits) if form else rule_for(setting.type, limits),
        default=default,
        limits=limits,
    )


_VARIABLES: Final = Table(
    entries={},
    each=Key(name="", rule=Text({}), limits={}),
    names=_VARIABLE_NAME,
    naming="a variable",
)

#: Other scripts, and how far they must have come.
_CONDITIONS: Final = Table(
    entries={},
    each=Key(name="", rule=Condition({}), limits={}),
    names=_SCRIPT_NAME,
    naming="a script",
    listed=Until.READY,
)


def _table(kind: type[Any], each: Node | None = None) -> Table:
    keys = {one.name: _key(one) for one in dataclasses.fields(kind)}
    aliases = {
        key.limits["alias"]: name
        for name, key in keys.items()
        if isinstance(key, Key) and "alias" in key.limits
    }
    return Table(entries=keys, aliases=aliases, each=each)


#: The dataclass of each table that has a fixed name, in the order of the manual.
TABLES: Final[Mapping[str, type[Any]]] = {
    one.name: one.type
    for one in dataclasses.fields(Settings)
    if isinstance(one.type, type) and dataclasses.is_dataclass(one.type)
}

#: What ``[scripts.NAME]`` may hold.
SCRIPT: Final = _table(ScriptSettings)

_PLUGIN: Final = Table(entries={}, each=FREE)

_FILTERS: Final = Table(
    entries={},
    each=Key(name="", rule=Text({}), limits={}),
    names=_FILTER_NAME,
    naming="a filter",
)

#: The whole.
ROOT: Final = Table(
    entries={
        **{f.name: _key(f) for f in dataclasses.fields(Settings) if f.metadata},
        **{
            name: _table(kind, _PLUGIN if name == "plugins" else None)
            for name, kind in TABLES.items()
        },
        "filters": _FILTERS,
        "scripts": Table(
            entries={}, each=SCRIPT, names=_SCRIPT_NAME, naming="a script"
        ),
        **_RETIRED,
    }
)


def find(path: KeyPath) -> tuple[KeyPath, Node]:
    """Return the node at *path*, and its path without old names.

    :raises ValueError: if there is none, saying what there is.
    """
    node: Node = ROOT
    right: KeyPath = ()
    for name in path:
        if isinstance(node, Free | Retired):
            return path, node
        if isinstance(node, Key):
            raise _no_table(right, node)
        below = node.entry(name)
        if below is None:
            raise _unknown(node, right, name)
        if below is node.each and not node.names.fullmatch(name):
            raise ValueError(f"{dotted((name,))} is no name for {node.naming}")
        right = (*right, node.aliases.get(name, name))
        node = below
    return right, node


def _no_table(path: KeyPath, key: Key) -> ValueError:
    return ValueError(f"{dotted(path)} is no table; it takes {key.rule.expected}")


def _unknown(table: Table, path: KeyPath, name: str) -> ValueError:
    """Return what to say about a *name* that *table* does not have."""
    place = f"key {dotted((name,))} in [{dotted(path)}]"
    near = hint(name, table.offered())
    if not near and (elsewhere := _elsewhere(name)):
        near = f"; did you mean {elsewhere}?"
    if not near:
        near = f"; there are {', '.join(table.offered())}"
    what = place if path else f"key or table {dotted((name,))}"
    return ValueError(f"unknown {what}{near}")


def misplaced(path: KeyPath, value: object) -> ValueError:
    """Return what to say about a *value* at a *path* that is a table's."""
    _, parent = find(path[:-1])
    near = ""
    if isinstance(parent, Table) and path[-1] not in parent.entries:
        near = hint(path[-1], parent.offered())
    return ValueError(f"{dotted(path)} is {shown(value)}, but it is a table{near}")


def _elsewhere(name: str) -> str:
    """Return the full name of a key that is called so, in whatever table."""
    full = {path[-1]: dotted(path) for path, _ in keys()}
    near = nearest(name, full)
    return full[near] if near else ""


def keys() -> Iterator[tuple[KeyPath, Key]]:
    """Yield every key outside ``[scripts.NAME]`` and ``[plugins.NAME]``."""
    yield from _keys(ROOT, ())


def script_keys() -> Iterator[tuple[KeyPath, Key]]:
    """Yield every key of ``[scripts.NAME]``, relative to that table."""
    yield from _keys(SCRIPT, ())


def _keys(table: Table, path: KeyPath) -> Iterator[tuple[KeyPath, Key]]:
    for name, node in table.entries.items():
        if isinstance(node, Key):
            yield (*path, name), node
        elif isinstance(node, Table):
            yield from _keys(node, (*path, name))
