"""Judging what the sources say, and keeping the strongest of it."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, TypeAlias

from brummer.config.document import read_value
from brummer.config.rule import Rule, Texts
from brummer.config.schema import Free, Key, Retired, Table, find, misplaced
from brummer.config.source import Assignment, Origin, Problem, Typed
from brummer.config.text import KeyPath, dotted

#: Problems of one source that are told.  Somebody who sees so many has given us
#: the wrong file, and looking for the nearest name takes a while.
MOST: Final = 50


#: How a list is read that stands for a table.
_NAMES: Final = Texts()


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the strongest source so far says about a key."""

    value: object
    origin: Origin


#: Tables of tables of values.
Tree: TypeAlias = dict[str, "Tree | Chosen"]


class Merge:
    """Takes assignments, the weakest source first; *tree* is what came of it.

    *tables* says where tables were set that have a header, or nothing in them.
    *problems* and *notices* are lines for people, each said once for a source.
    """

    def __init__(self) -> None:
        self.tree: Tree = {}
        self.tables: dict[KeyPath, Origin] = {}
        self.problems: list[Problem] = []
        self.notices: list[Problem] = []
        self._told: set[tuple[str, str]] = set()

    def add(self, assignments: Iterable[Assignment]) -> None:
        """Take what a source says that is as strong as the last or stronger."""
        limit = len(self.problems) + MOST
        for assignment in assignments:
            if len(self.problems) == limit:
                text = f"and what follows was not looked at, after {MOST} problems"
                self._tell(self.problems, assignment.origin, text)
                return
            try:
                self._take(assignment)
            except ValueError as error:
                self._tell(self.problems, assignment.origin, str(error))

    def notice(self, origin: Origin, text: str) -> None:
        """Tell people about something that is no error."""
        self._tell(self.notices, origin, text)

    def _tell(self, where: list[Problem], origin: Origin, text: str) -> None:
        # An unknown table is one problem however many keys it has.
        if (origin.name, text) not in self._told:
            self._told.add((origin.name, text))
            where.append(Problem(origin, text))

    def _take(self, assignment: Assignment) -> None:
        path, node = find(assignment.path)
        value, origin = assignment.value, assignment.origin
        if path != assignment.path:
            self.notice(origin, f"{dotted(assignment.path)} is now {dotted(path)}")
            if self._has_from(path, origin.name):
                return
        if isinstance(node, Retired):
            name = dotted(assignment.path[:1])
            self.notice(origin, f"{name} is not used; {node.instead}")
        elif isinstance(node, Key):
            self._set(path, Chosen(_read(path, node.rule, value), origin))
        elif isinstance(node, Table) and node.listed and value != {}:
            self._take_list(path, node, value, origin)
        elif value == {}:
            self._set(path, {})
            self.tables[path] = origin
        elif isinstance(node, Free):
            self._set(path, Chosen(_as_it_is(value), origin))
        else:
            raise misplaced(path, value)

    def _take_list(
        self, path: KeyPath, table: Table, value: object, origin: Origin
    ) -> None:
        """Set each name of a list in *table*.

        :raises ValueError: if it is no list, or holds what is no name.
        """
        names = _read(path, _NAMES, value)
        assert isinstance(names, tuple), "it is a rule for lists"
        for name in names:
            find((*path, name))
            self._set((*path, name), Chosen(table.listed, origin))

    def _has_from(self, path: KeyPath, source: str) -> bool:
        """Whether the key at *path* was set by that very source."""
        entry: Tree | Chosen | None = self.tree
        for name in path:
            entry = entry.get(name) if isinstance(entry, dict) else None
        return isinstance(entry, Chosen) and entry.origin.name == source

    def _set(self, path: KeyPath, entry: Tree | Chosen) -> None:
        """Put *entry* in its place; a table and a value of one name do not mix."""
        table = self.tree
        for name in path[:-1]:
            below = table.get(name)
            if not isinstance(below, dict):
                below = table[name] = {}
            table = below
        if isinstance(entry, Chosen) or not isinstance(table.get(path[-1]), dict):
            table[path[-1]] = entry


def _read(path: KeyPath, rule: Rule, value: object) -> object:
    """Return the value of a setting.

    :raises ValueError: if it is not allowed, with the key's name before it.
    """
    try:
        return _typed(rule, value) if isinstance(value, Typed) else rule.read(value)
    except ValueError as error:
        raise ValueError(f"{dotted(path)} {error}") from None


def _typed(rule: Rule, typed: Typed) -> object:
    """Return the setting for what was typed: as TOML if it is that, else as text."""
    value = _as_it_is(typed) if typed.toml else typed.text
    if isinstance(value, list):
        return rule.read(value)
    with suppress(ValueError):
        # The same text may be both: 8000 is a number and a name for a folder.
        return rule.read(value)
    return rule.parse(typed.text)


def _as_it_is(value: object) -> object:
    """Return the value of a plugin's key, which only the plugin can judge."""
    if not isinstance(value, Typed):
        return value
    try:
        return read_value(value.text)
    except ValueError:
        return value.text
