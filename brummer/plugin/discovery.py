"""Which plugins there are and which of them are wanted, before any is imported.

Plugins come in by the entry points of group ``brummer``, the shipped ones too, and
as files named by ``-P``.  A folder is never a source of code: people start Brummer
in a fresh clone to look at it, and that must run nothing of it.
"""

import importlib.metadata
import importlib.util
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import Distribution, EntryPoint
from pathlib import Path
from typing import Final

from brummer.core.guard import attempt
from brummer.errors import UsageError
from brummer.plugin.report import PluginReport, PluginState
from brummer.plugin.settings import nearest

GROUP: Final = "brummer"

#: Our own distribution: its names are its own, whoever else claims them.
OWN: Final = "brummer"

#: What can stand after ``-P no:`` and be a table of a TOML file.
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")

#: ``[plugins] disabled`` is a list, so there can be no ``[plugins.disabled]``.
_RESERVED: Final = frozenset({"disabled"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPlugin:
    """One plugin that is there: how it is listed, and how to import it."""

    report: PluginReport
    load: Callable[[], object]

    @property
    def name(self) -> str:
        """The one name of the plugin."""
        return self.report.name

    def marked(self, state: PluginState, reason: str) -> "FoundPlugin":
        """Return this plugin in another state."""
        return replace(self, report=replace(self.report, state=state, error=reason))


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """All plugins by name; *notices* are remarks for the user."""

    plugins: tuple[FoundPlugin, ...] = ()
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the user says about which plugins to load.

    *allowed* is the list of ``BRUM_PLUGINS``: ``None`` for all, empty for none.
    *disabled* is that of ``[plugins]``.  *options* are the values of ``-P`` in
    their order: ``NAME``, ``no:NAME`` or a file.  An option outweighs both
    lists, and a later option an earlier one.
    """

    allowed: frozenset[str] | None = None
    disabled: frozenset[str] = frozenset()
    options: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        environment: Mapping[str, str],
        disabled: Iterable[str] = (),
        options: Iterable[str] = (),
    ) -> "Choice":
        """Return what environment, configuration and command line say."""
        listed = environment.get("BRUM_PLUGINS")
        names = None if listed is None else re.split(r"[\s,]+", listed)
        return cls(
            allowed=None if names is None else frozenset(filter(None, names)),
            disabled=frozenset(disabled),
            options=tuple(options),
        )

    @property
    def files(self) -> tuple[str, ...]:
        """The options that name files."""
        return tuple(option for option in self.options if _is_file(option))

    @property
    def names(self) -> tuple[str, ...]:
        """The options that name plugins to load, or not to."""
        return tuple(option for option in self.options if not _is_file(option))

    def objection(self, name: str) -> str:
        """Return why *name* is not wanted, empty if it is."""
        for option in reversed(self.options):
            if option == f"no:{name}":
                return f"left out by -P no:{name}"
            if option == name:
                return ""
        if name in self.disabled:
            return "disabled in [plugins]"
        if self.allowed is not None and name not in self.allowed:
            return "not listed in BRUM_PLUGINS"
        return ""


def _is_file(option: str) -> bool:
    return option.endswith(".py") or os.sep in option


def search_path() -> list[str]:
    """Return where installed plugins are looked for: not in the present folder.

    ``python -m brummer`` and an empty entry of ``PYTHONPATH`` put the folder into
    the search path, where a clone could carry metadata that names its own code.
    """
    here = Path.cwd()
    return [place for place in sys.path if Path(place).absolute() != here]


def discover(choice: Choice, path: Sequence[str] | None = None) -> Discovery:
    """Find the plugins installed in *path*, and the files named on the command line.

    :raises UsageError: if ``-P`` names what is not there.
    """
    places = search_path() if path is None else path
    notices: list[str] = []
    by_name = _installed(places, notices)
    found = {name: _only_one(plugins) for name, plugins in by_name.items()}
    for plugin in map(_file_plugin, choice.files):
        if plugin.name in found:
            notices.append(f"{plugin.report.origin} stands in for plugin {plugin.name}")
        found[plugin.name] = plugin
    _check_names(choice, found)
    notices += [
        f"{source} names plugin {name!r}, which is not installed"
        for source, names in _mentioned(choice).items()
        for name in sorted(names - found.keys())
    ]
    chosen = [_judged(found[name], choice) for name in sorted(found)]
    return Discovery(plugins=tuple(chosen), notices=tuple(notices))


def _mentioned(choice: Choice) -> Mapping[str, frozenset[str]]:
    """Return which names are mentioned where; a stale one is no error there."""
    return {
        "BRUM_PLUGINS": choice.allowed or frozenset(),
        "[plugins] disabled": choice.disabled,
    }


def _check_names(choice: Choice, found: Mapping[str, FoundPlugin]) -> None:
    for option in choice.names:
        if option not in found and not option.startswith("no:"):
            raise UsageError(f"-P {option}: no such plugin{nearest(option, found)}")


def _judged(plugin: FoundPlugin, choice: Choice) -> FoundPlugin:
    """Return *plugin*, off if it is not wanted; whoever names a file wants it."""
    named = plugin.report.origin in choice.files
    objection = "" if named else choice.objection(plugin.name)
    return plugin.marked(PluginState.OFF, objection) if objection else plugin


def _only_one(plugins: Sequence[FoundPlugin]) -> FoundPlugin:
    """Return the plugin of a name; of several with one name, none is loaded.

    To load one of them would be a guess, and whoever wants another's place would
    only have to come first.  Our own names stay ours.
    """
    first, *others = sorted(plugins, key=lambda plugin: plugin.report.distribution)
    own = next((p for p in plugins if p.report.distribution == OWN), None)
    if own is not None or not others:
        return own or first
    both = " and ".join(plugin.report.distribution for plugin in [first, *others])
    reason = f"plugin {first.name!r} is in {both}; uninstall all but one"
    return first.marked(PluginState.BROKEN, reason)


def _installed(
    path: Sequence[str], notices: list[str]
) -> Mapping[str, Sequence[FoundPlugin]]:
    """Return the plugins of each name; add a notice for what cannot be read."""
    by_name: dict[str, list[FoundPlugin]] = {}
    seen = set()
    for distribution in importlib.metadata.distributions(path=list(path)):
        plugins, error = attempt(_plugins_of, distribution)
        if error is not None:
            notices.append(f"the metadata of {distribution} is broken: {error}")
        for plugin in plugins or ():
            key = (plugin.report.distribution, plugin.name)
            # The first on the path hides a second installation of the same.
            if key not in seen:
                seen.add(key)
                by_name.setdefault(plugin.name, []).append(plugin)
    return by_name


def _plugins_of(distribution: Distribution) -> list[FoundPlugin]:
    # Most distributions have nothing for us: look before parsing anything.
    text = distribution.read_text("entry_points.txt") or ""
    if f"[{GROUP}]" not in text:
        return []
    points = distribution.entry_points.select(group=GROUP)
    return [_installed_plugin(distribution, point) for point in points]


def _installed_plugin(distribution: Distribution, point: EntryPoint) -> FoundPlugin:
    title = distribution.metadata["Name"]
    report = PluginReport(
        name=point.name,
        state=PluginState.ON,
        origin="shipped" if title == OWN else "installed",
        distribution=title,
        version=distribution.version,
    )
    plugin = FoundPlugin(report=report, load=point.load)
    if not _is_name(point.name):
        reason = f"{title} names a plugin {point.name!r}, which is no name for one"
        return plugin.marked(PluginState.BROKEN, reason)
    return plugin


def _is_name(name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and name not in _RESERVED


def _file_plugin(option: str) -> FoundPlugin:
    path = Path(option).expanduser().absolute()
    name = path.stem.removeprefix("brummer_")
    if not path.is_file():
        raise UsageError(f"-P {option}: there is no such file")
    if not _is_name(name):
        raise UsageError(f"-P {option}: {name!r} is no name for a plugin")
    report = PluginReport(name=name, state=PluginState.ON, origin=option)
    return FoundPlugin(report=report, load=partial(_load_file, path))


def _load_file(path: Path) -> object:
    # The name says where the code is from, and shadows no module that there is.
    name = f"brummer_file_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is not Python")
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their own module up while it is still being executed.
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
