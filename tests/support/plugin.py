"""Plugins made on the spot, workers and a clock to be turned by hand."""

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from types import MappingProxyType, ModuleType
from typing import Any

import brummer
from brummer.config.settings import Settings
from brummer.core.threads import Role, thread_name
from brummer.plugin.discovery import Discovery, FoundPlugin
from brummer.plugin.handle import Surroundings
from brummer.plugin.host import PluginHost
from brummer.plugin.report import PluginReport, PluginState
from brummer.plugin.settings import Configuration
from brummer.testing import FakeApp


class HandClock:
    """Time that stands still until it is turned."""

    def __init__(self) -> None:
        self.time = 1000.0

    def now(self) -> float:
        return self.time

    def monotonic(self) -> float:
        return self.time


class Failures:
    """Remembers what was reported."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, str]] = []

    def __call__(self, plugin: str, hook: str, error: str) -> None:
        self.seen.append((plugin, hook, error))

    @property
    def text(self) -> str:
        return "\n".join(": ".join(row) for row in self.seen)


def plugin(**functions: Callable[..., object]) -> ModuleType:
    """Return a module with *functions*, each an implementation of its name."""
    module = ModuleType("brummer_made_up")
    for name, function in functions.items():
        function.__module__ = module.__name__
        setattr(module, name, brummer.hookimpl(function))
    return module


def found(name: str, load: Callable[[], object], **fields: Any) -> FoundPlugin:
    """Return *load* as a plugin that was found."""
    fields = {"state": PluginState.ON, "origin": "installed", **fields}
    return FoundPlugin(report=PluginReport(name=name, **fields), load=load)


def _itself(value: object) -> object:
    return value


def host_of(
    plugins: Mapping[str, object],
    around: Surroundings | None = None,
    settings: Mapping[str, Mapping[str, object]] = MappingProxyType({}),
) -> PluginHost:
    """Return a host with *plugins* by name, loaded and configured."""
    host = PluginHost(
        Discovery(
            plugins=tuple(found(n, partial(_itself, p)) for n, p in plugins.items())
        ),
        around,
    )
    host.load()
    configuration = Configuration(settings=Settings(plugin_tables=settings))
    host.configure(FakeApp(), configuration)
    return host


class Workers:
    """A small pool, as the bus lends one; to be closed when nothing hangs."""

    def __init__(self, count: int = 4) -> None:
        self._pool = ThreadPoolExecutor(count, initializer=self._name)

    @staticmethod
    def _name() -> None:
        threading.current_thread().name = thread_name(Role.BUS)

    def __call__(self, task: Callable[[], None]) -> Future[None]:
        return self._pool.submit(task)

    def close(self) -> None:
        self._pool.shutdown()


@contextmanager
def workers(count: int = 4) -> Iterator[Workers]:
    """Lend workers, and end them."""
    pool = Workers(count)
    try:
        yield pool
    finally:
        pool.close()
