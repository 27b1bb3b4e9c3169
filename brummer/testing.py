"""For the tests of plugins: a host, a project and a program that runs nothing.

Opt in from ``conftest.py``::

    pytest_plugins = "brummer.testing"

and hand the plugin to the host::

    def test_a_justfile_is_a_script(host, project):
        lantern = host(brummer_lantern, settings={"colour": "red"})

        found = lantern.detect_scripts(project({"Justfile": "test:"}))

        assert [script.name for script in found] == ["test"]

The host is strict: what a plugin does wrong is raised in the test.  A tool is called
as an agent does::

    def test_an_agent_lights_the_lantern(host):
        answer = call_tool(host(brummer_lantern), "lantern_light", colour="red")

        assert "red" in answer.content[0].text
"""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from inspect import isawaitable
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

import pytest

from brummer.config.settings import Settings
from brummer.errors import BrummerError, ScriptNotFound
from brummer.model.finding import Finding
from brummer.model.process import ProcessId, ProcessState, ProcessStatus
from brummer.model.script import ScriptId
from brummer.model.tool import Asking, CannotAskError, Question, Replies
from brummer.plugin.discovery import Discovery, FoundPlugin
from brummer.plugin.handle import Surroundings
from brummer.plugin.host import PluginHost
from brummer.plugin.offer import offers
from brummer.plugin.report import PluginReport, PluginState
from brummer.plugin.settings import Configuration

T = TypeVar("T")


@dataclass
class FakeApp:
    """A program in which nothing runs; it remembers what was asked of it.

    Put processes into *table* before the test, and functions into *commands*;
    read *findings* and *ran* after it, and what agents were told: *touched* resources,
    and *offered*, how often there was something else to offer.
    """

    table: dict[ProcessId, ProcessState] = field(default_factory=dict)
    commands: dict[str, Callable[..., object]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    ran: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    touched: list[str] = field(default_factory=list)
    offered: int = 0

    def processes(self) -> Mapping[ProcessId, ProcessState]:
        """Return the table as it is now."""
        return MappingProxyType(dict(self.table))

    def start(self, script: ScriptId, /) -> Future[ProcessState]:
        """Add a running process to the table."""
        name = script.rpartition(":")[2]
        number = 1 + sum(state.name == name for state in self.table.values())
        state = ProcessState(
            id=ProcessId(f"{name}-{number}"),
            name=name,
            script=script,
            command=name,
            folder=Path(),
            status=ProcessStatus.RUNNING,
            run=number,
        )
        self.table[state.id] = state
        return _settled(state)

    def stop(self, process: ProcessId, /) -> Future[ProcessState]:
        """Let a process of the table be stopped."""
        future: Future[ProcessState] = Future()
        if process not in self.table:
            future.set_exception(ScriptNotFound(process))
            return future
        state = self.table[process]
        for status in (ProcessStatus.STOPPING, ProcessStatus.STOPPED):
            if state.status.may_become(status):
                state = state.with_status(status)
        self.table[process] = state
        return _settled(state)

    def report(self, finding: Finding, /) -> None:
        """Remember a finding."""
        self.findings.append(finding)

    def run(self, command: str, /, **arguments: object) -> Future[object]:
        """Remember the command, and run it if it is in *commands*."""
        self.ran.append((command, arguments))
        if command not in self.commands:
            future: Future[object] = Future()
            future.set_exception(BrummerError(f"no command named {command!r}"))
            return future
        return _settled(self.commands[command](**arguments))

    def offer_again(self) -> None:
        """Count it."""
        self.offered += 1

    def touch(self, uri: str, /) -> None:
        """Remember an address."""
        self.touched.append(uri)


@dataclass
class FakeCall:
    """A call of a tool by nobody; it remembers what the tool said meanwhile.

    Put *replies* by the keys of the questions before the call: who has none cannot be
    asked.  :meth:`cancel` says that nobody waits any more.
    """

    replies: dict[str, Mapping[str, object]] = field(default_factory=dict)
    asked: list[Mapping[str, Question]] = field(default_factory=list)
    steps: list[tuple[float, float | None, str]] = field(default_factory=list)
    messages: list[tuple[str, object]] = field(default_factory=list)
    is_cancelled: bool = False
    may_last: bool = False
    stops: list[Callable[[], object]] = field(default_factory=list)

    def on_cancel(self, stop: Callable[[], object]) -> None:
        """Have *stop* called by :meth:`cancel`."""
        self.stops.append(stop)

    def cancel(self) -> None:
        """Wait no more."""
        self.is_cancelled = True
        for stop in self.stops:
            stop()

    def progress(self, done: float, total: float | None = None, text: str = "") -> None:
        """Remember how far it is."""
        self.steps.append((done, total, text))

    def log(self, level: str, data: object) -> None:
        """Remember a message."""
        self.messages.append((level, data))

    def offers(self, of: Asking) -> bool:
        """Whether there are replies; *of* whom makes no difference."""
        return bool(self.replies) and of in Asking

    def ask(self, questions: Mapping[str, Question]) -> Future[Replies]:
        """Reply what was put there."""
        self.asked.append(questions)
        for key, question in questions.items():
            if key not in self.replies:
                future: Future[Replies] = Future()
                future.set_exception(CannotAskError(question.of))
                return future
        return _settled({key: self.replies[key] for key in questions})


def call_tool(
    host: PluginHost, name: str, call: FakeCall | None = None, /, **arguments: object
) -> object:
    """Return what a tool of the plugin answers, called with exactly *arguments*."""
    (tool,) = (tool for tool in offers(host).tools if tool.name == name)

    async def run() -> object:
        answered = tool.run(call or FakeCall(), **arguments)
        return await answered if isawaitable(answered) else answered

    return asyncio.run(run())


def _settled(value: T) -> Future[T]:
    future: Future[T] = Future()
    future.set_result(value)
    return future


def make_host(
    plugin: object,
    *,
    name: str = "",
    settings: Mapping[str, object] | None = None,
    app: FakeApp | None = None,
) -> PluginHost:
    """Return a host with *plugin* alone, loaded, configured and taken strictly.

    *name* is the one of the entry point, by default the module's without
    ``brummer_``; *settings* stand for ``[plugins.NAME]``.
    """
    module = str(getattr(plugin, "__name__", type(plugin).__name__))
    name = name or module.rpartition(".")[2].removeprefix("brummer_")
    report = PluginReport(name=name, state=PluginState.ON, origin="test")
    found = FoundPlugin(report=report, load=lambda: plugin)
    host = PluginHost(Discovery(plugins=(found,)), Surroundings(strict=True))
    host.load()
    tables = MappingProxyType({name: MappingProxyType(dict(settings or {}))})
    host.configure(
        app or FakeApp(), Configuration(settings=Settings(plugin_tables=tables))
    )
    return host


@pytest.fixture
def host() -> Callable[..., PluginHost]:
    """Make hosts with one plugin each; see :func:`make_host`."""
    return make_host


@pytest.fixture
def project(tmp_path: Path) -> Callable[[Mapping[str, str]], Path]:
    """Write files, given as text by path, into a folder of the test's; return it."""

    def write(files: Mapping[str, str]) -> Path:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path

    return write
