"""One plugin's view of the configuration: its own table, as its own type."""

import dataclasses
import difflib
import operator
from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar

from brummer.config.settings import Settings
from brummer.errors import ConfigError
from brummer.plugin.conversion import MismatchError, convert
from brummer.plugin.shape import describe, field_types, show

T = TypeVar("T")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What the host needs to know of the program's configuration.

    *origin* tells where the value of a dotted key came from, for messages:
    ``plugins.lantern.colour`` -> ``/home/me/.brum.toml:3``.
    """

    settings: Settings = dataclasses.field(default_factory=Settings)
    origin: Callable[[str], str] = "[{}]".format


class PluginSettings:
    """Implements :class:`brummer.Settings` for the plugin *name*.

    Threads: reads frozen values only; safe from any thread.
    """

    def __init__(self, name: str, configuration: Configuration) -> None:
        self._table: Final = f"plugins.{name}"
        self._values: Final = configuration.settings.plugin_tables.get(name, {})
        self._configuration: Final = configuration

    def parse(self, cls: type[T], /) -> T:
        """Return ``[plugins.NAME]`` as an instance of the dataclass *cls*."""
        hints = field_types(cls)
        for key in self._values:
            if key not in hints:
                raise self._error(key, f"is unknown{nearest(key, hints)}")
        arguments = {
            key: self._converted(key, value, hints[key])
            for key, value in self._values.items()
        }
        for field in required(cls):
            if field not in arguments:
                wanted = describe(hints[field])
                raise self._error(field, f"is missing; it must be {wanted}")
        try:
            return cls(**arguments)
        except ValueError as error:
            origin = self._configuration.origin(self._table)
            raise ConfigError(origin, f"{self._table}: {error}") from error

    def _converted(self, key: str, value: object, hint: Any) -> object:
        try:
            return convert(value, hint)
        except MismatchError as error:
            problem = f"must be {describe(hint)}, not {show(value)}"
            raise self._error(key, problem) from error

    def _error(self, key: str, problem: str) -> ConfigError:
        dotted = f"{self._table}.{key}"
        return ConfigError(self._configuration.origin(dotted), f"{dotted} {problem}")

    def general(self, key: str, /) -> object:
        """Return a setting of the program, such as ``log_store.max_entries``."""
        value: object = self._configuration.settings
        for part in key.split("."):
            names = [f.name for f in _fields(value)]
            if part not in names:
                problem = f"there is no setting {key!r}{nearest(part, names)}"
                raise ConfigError(self._table, problem)
            value = operator.attrgetter(part)(value)
        return value


def _fields(value: object) -> tuple[dataclasses.Field[Any], ...]:
    if dataclasses.is_dataclass(value):
        return dataclasses.fields(value)
    return ()


def required(cls: type) -> Iterable[str]:
    """Yield the fields of the dataclass *cls* that have no default."""
    fields: tuple[dataclasses.Field[Any], ...] = dataclasses.fields(cls)
    for field in fields:
        if field.default is field.default_factory is dataclasses.MISSING:
            yield field.name


def nearest(name: str, names: Iterable[str]) -> str:
    """Return a hint at the names that look like *name*, empty for none."""
    close = difflib.get_close_matches(name, list(names), n=2)
    return f"; did you mean {' or '.join(close)}?" if close else ""
