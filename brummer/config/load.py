"""All sources of settings, put together.

Files are beaten by variables, variables by options, and among files the nearest
wins; key by key, however deep.  Everything wrong is collected and told at once:
people mend a file in one go, not error by error.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from brummer.config.chain import ConsultedFile, FileState, candidates, consult
from brummer.config.merge import Chosen, Merge, Tree
from brummer.config.order import problems
from brummer.config.outside import from_environment, from_flags, from_options
from brummer.config.schema import TABLES, keys, script_keys
from brummer.config.settings import (
    PluginSettings,
    ReadySettings,
    ScriptSettings,
    Settings,
)
from brummer.config.source import DEFAULT, Origin, Problem, file_origin
from brummer.config.text import KeyPath, dotted, visible
from brummer.errors import ConfigError

_NO_FLAGS: Final[Mapping[str, tuple[object, str]]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What is set, where it was set, and what is wrong.

    *origins* has every key by its dotted name, with :data:`DEFAULT` for those
    that nobody set, and the tables that somebody named.  *notices* are lines for
    people about things that are no errors.  Values with a *problem* are left at
    what a weaker source says.

    Threads: nothing in it ever changes; safe to read from any.
    """

    settings: Settings
    origins: Mapping[str, Origin]
    notices: tuple[str, ...]
    files: tuple[ConsultedFile, ...]
    problems: tuple[Problem, ...]

    def where(self, key: str) -> str:
        """Return where the key of that dotted name was set, for messages.

        For a key that nobody set it is the place of its table, or of anything
        in it; failing that it is the key itself, in brackets.
        """
        origin = _place(self.origins, key)
        return f"[{key}]" if origin is DEFAULT else str(origin)


def _place(origins: Mapping[str, Origin], key: str) -> Origin:
    """Return where *key*, its table or anything in that was set."""
    name = key
    while name:
        here = (name, *(k for k in origins if k.startswith(f"{name}.")))
        for origin in (origins.get(k, DEFAULT) for k in here):
            if origin is not DEFAULT:
                return origin
        name = name.rpartition(".")[0]
    return DEFAULT


def load(
    folder: Path,
    *,
    environment: Mapping[str, str] = os.environ,
    flags: Mapping[str, tuple[object, str]] = _NO_FLAGS,
    options: Sequence[str] = (),
) -> Loaded:
    """Return the settings for the project in *folder*.

    *flags* maps the dotted names of keys to a value and the option that gave it
    (``{"mcp_port": (8000, "--port")}``); *options* are the arguments of ``-o``,
    which beat them.

    :raises ConfigError: with all that is wrong, one line for each problem.
    """
    loaded = survey(folder, environment=environment, flags=flags, options=options)
    if loaded.problems:
        raise joined(loaded.problems)
    return loaded


def joined(problems: Sequence[Problem]) -> ConfigError:
    """Return one error that tells all *problems*, each in a line of its own."""
    first, *others = problems
    lines = (visible(first.text), *(str(problem) for problem in others))
    return ConfigError(visible(str(first.origin)), "\n".join(lines))


def survey(
    folder: Path,
    *,
    environment: Mapping[str, str] = os.environ,
    flags: Mapping[str, tuple[object, str]] = _NO_FLAGS,
    options: Sequence[str] = (),
) -> Loaded:
    """Return the same as :func:`load`, with the problems instead of an error."""
    files = tuple(consult(candidates(folder), folder))
    merge = Merge()
    for file in reversed(files):
        merge.add(file.assignments)
        if file.problem:
            merge.problems.append(file.problem)
        if file.state is FileState.FOREIGN:
            merge.notice(file_origin(file.path), file.state)
    merge.add(from_environment(environment))
    merge.add(from_flags(flags))
    merge.add(from_options(options, merge.problems))
    settings, origins = _settings(merge.tree), _origins(merge)
    whole = problems(settings.scripts, lambda key: _place(origins, key))
    return Loaded(
        settings=settings,
        origins=origins,
        notices=tuple(str(notice) for notice in merge.notices),
        files=files,
        problems=(*merge.problems, *whole),
    )


def _settings(tree: Tree) -> Settings:
    tables: dict[str, Any] = _plain(tree)
    scripts = tables.pop("scripts", {})
    plugins = tables.pop("plugins", {})
    filters = tables.pop("filters", {})
    own = {
        one.name: plugins.pop(one.name)
        for one in fields(PluginSettings)
        if one.name in plugins
    }
    tables["plugins"] = own
    made = {name: kind(**tables.pop(name, {})) for name, kind in TABLES.items()}
    return Settings(
        **tables,
        **made,
        scripts=MappingProxyType(
            {name: _script(table) for name, table in scripts.items()}
        ),
        plugin_tables=_frozen(plugins),
        filters=_frozen(filters),
    )


def _script(table: dict[str, Any]) -> ScriptSettings:
    ready = ReadySettings(**table.pop("ready", {}))
    return ScriptSettings(**_frozen(table), ready=ready)


def _plain(entry: Tree | Chosen) -> Any:
    """Return the values alone."""
    if isinstance(entry, Chosen):
        return entry.value
    return {name: _plain(inner) for name, inner in entry.items()}


def _frozen(value: Any) -> Any:
    """Return *value* as nobody can change it, tables and arrays included."""
    if isinstance(value, Mapping):
        return MappingProxyType({name: _frozen(inner) for name, inner in value.items()})
    if isinstance(value, list | tuple):
        return tuple(_frozen(inner) for inner in value)
    return value


def _origins(merge: Merge) -> Mapping[str, Origin]:
    found = {dotted(path): DEFAULT for path, _ in keys()}
    scripts = merge.tree.get("scripts", {})
    for name in scripts if isinstance(scripts, dict) else ():
        for path, _ in script_keys():
            found[dotted(("scripts", name, *path))] = DEFAULT
    found.update((dotted(path), origin) for path, origin in merge.tables.items())
    chosen = _chosen((), merge.tree)
    found.update((dotted(path), one.origin) for path, one in chosen)
    return MappingProxyType(found)


def _chosen(path: KeyPath, entry: Tree | Chosen) -> Iterator[tuple[KeyPath, Chosen]]:
    if isinstance(entry, Chosen):
        yield path, entry
        return
    for name, inner in entry.items():
        yield from _chosen((*path, name), inner)
