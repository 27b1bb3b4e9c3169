"""Plugins that do all they can to bring the program down."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import pytest
from typing_extensions import override

import brummer
from brummer.model.command import Command
from brummer.model.finding import Finding, FindingKind
from brummer.model.log import LogEntry, Stream
from brummer.model.offer import Recipe, Source
from brummer.model.process import ProcessId, ProcessState
from brummer.model.script import Launch, Script, ScriptId
from brummer.model.tool import Resource, Tool
from brummer.plugin.discovery import Discovery
from brummer.plugin.handle import FAILURES, SLOW, Surroundings
from brummer.plugin.host import PluginHost
from brummer.plugin.implementation import ARGUMENTS, HOOKS
from brummer.plugin.offer import offers
from brummer.plugin.report import PluginReport, PluginState
from brummer.plugin.settings import Configuration
from brummer.plugin.worker import CALLS
from brummer.testing import FakeApp
from tests.support.plugin import Failures, HandClock, found, host_of, plugin, workers
from tests.support.wait import LIMIT, wait_until

SCRIPT = Script(name="dev", command="run", folder=Path("/project"))
PROCESS = ProcessState(
    id=ProcessId("dev-1"),
    name="dev",
    script=ScriptId("node:dev"),
    command="run",
    folder=Path("/project"),
)
FINDING = Finding(kind=FindingKind.URL, title="x", process=PROCESS.id, time=0.0)
TOOL = Tool(name="good_act", title="Act", description="Acts.", run=str)
SOURCE = Source(
    uri="good://state",
    name="state",
    title="State",
    description="How it is",
    read=lambda uri: Resource(uri=uri, mime_type="text/plain", content=""),
)
RECIPE = Recipe(name="good_advice", title="Advice", description="Advises", make=list)


class Watcher:
    name = "watcher"
    prefilter = (b"error",)

    def detect(self, entry: LogEntry) -> tuple[Finding, ...]:
        return (replace(FINDING, line=entry.number),)


ASKED = frozenset({"brummer_launch", "brummer_environment"})


def drive(host: PluginHost) -> list[object]:
    """Call every hook once, as the program does; return the answers."""
    host.configure(FakeApp(), Configuration())
    answers: list[object] = [
        host.detectors(),
        host.commands(),
        host.report_headers(),
        offers(host),
    ]
    host.startup()
    answers += [
        host.detect_scripts(SCRIPT.folder),
        host.launch(SCRIPT),
        host.environment(SCRIPT).variables,
    ]
    host.process_changed(None, PROCESS)
    host.finding(FINDING)
    host.shutdown()
    return answers


def good(seen: list[str]) -> object:
    """Return a plugin that implements every hook as it should."""
    return plugin(
        brummer_configure=lambda: seen.append("configure"),
        brummer_detectors=lambda: [Watcher()],
        brummer_commands=lambda: [
            Command(name="good.act", title="Act", run=lambda: seen.append("act"))
        ],
        brummer_report_header=lambda: "1.0",
        brummer_mcp_tools=lambda: [TOOL],
        brummer_mcp_resources=lambda: [SOURCE],
        brummer_mcp_prompts=lambda: [RECIPE],
        brummer_startup=lambda: seen.append("startup"),
        brummer_detect_scripts=lambda: [SCRIPT],
        brummer_launch=lambda script: Launch(argv=("run",), folder=script.folder),
        brummer_environment=lambda: {"A": "1"},
        brummer_process_changed=lambda after: seen.append(after.id),
        brummer_finding=lambda finding: seen.append(finding.title),
        brummer_shutdown=lambda: seen.append("shutdown"),
    )


TOLD = ["configure", "startup", "dev-1", "x", "shutdown"]


def pair(bomb: object, around: Surroundings) -> tuple[PluginHost, list[str]]:
    """Return a host with *bomb* and, after it, a plugin that does all it should."""
    seen: list[str] = []
    plugins = (found("bomb", lambda: bomb), found("good", lambda: good(seen)))
    host = PluginHost(Discovery(plugins=plugins), around)
    host.load()
    return host, seen


def check_answers(answers: list[object]) -> None:
    """Check that the good plugin's answers are all there, and alone."""
    detectors, commands, headers, offered, scripts, launch, variables = answers

    assert [one.name for one in list_of(detectors)] == ["watcher"]
    assert [one.name for one in list_of(commands)] == ["good.act"]
    tools, sources, recipes = list_of(offered)
    assert [one.name for one in tools] == ["good_act"]
    assert [one.uri for one in sources] == ["good://state"]
    assert [one.name for one in recipes] == ["good_advice"]
    assert headers == ("good: 1.0",)
    assert [one.id for one in list_of(scripts)] == ["good:dev"]
    assert isinstance(launch, Launch)
    assert variables == {"A": "1"}


def list_of(answer: object) -> list[Any]:
    assert isinstance(answer, tuple)
    return list(answer)


def ignore(function: Callable[[Script], object], script: Script) -> None:
    """Call a method of the host for what it does, not for what it answers."""
    function(script)


def report_of(host: PluginHost, name: str = "bomb") -> PluginReport:
    return next(one for one in host.report() if one.name == name)


class Quit(BaseException):
    """What no ``except Exception`` holds."""


@pytest.mark.parametrize("hook", HOOKS)
@pytest.mark.parametrize("error", [ValueError, SystemExit, Quit, RecursionError])
def test_an_exception_in_any_hook_stays_with_its_plugin(
    hook: str, error: type[BaseException]
) -> None:
    def explode() -> NoReturn:
        raise error("boom")

    failures = Failures()
    bomb = plugin(**{hook: explode})
    host, seen = pair(bomb, Surroundings(report_failure=failures))

    answers = drive(host)

    check_answers(answers)
    assert seen == TOLD
    assert failures.seen[0][:2] == ("bomb", hook)
    assert "boom" in failures.text
    assert report_of(host).failures == 1
    assert "explode" in report_of(host).traceback
    assert report_of(host, "good").failures == 0


@pytest.mark.parametrize("hook", HOOKS)
def test_what_looks_like_control_c_in_a_hook_is_none(hook: str) -> None:
    def explode() -> NoReturn:
        raise KeyboardInterrupt("boom")

    failures = Failures()
    with workers() as pool:
        around = Surroundings(aside=pool, report_failure=failures)
        host, seen = pair(plugin(**{hook: explode}), around)
        answers = drive(host)

    check_answers(answers)
    assert seen == TOLD
    assert failures.seen[0][:2] == ("bomb", hook)
    assert report_of(host).failures == 1


@pytest.mark.parametrize("hook", HOOKS)
@pytest.mark.parametrize("nonsense", [5, object(), [object()], [5], {5: 5}, b"x"])
def test_an_answer_of_the_wrong_type_is_a_failure_of_its_plugin(
    hook: str, nonsense: object
) -> None:
    failures = Failures()
    bomb = plugin(**{hook: lambda: nonsense})
    host, seen = pair(bomb, Surroundings(report_failure=failures))

    answers = drive(host)

    check_answers(answers)
    assert seen == TOLD
    assert failures.seen[0][:2] == ("bomb", hook)
    assert "answered" in report_of(host).error


@pytest.mark.parametrize("hook", HOOKS)
def test_a_plugin_that_hangs_in_any_hook_does_not_hold_up_the_others(
    hook: str,
) -> None:
    clock, failures = HandClock(), Failures()
    with workers() as pool:
        with released_later() as (hang, entered):
            around = Surroundings(
                aside=pool,
                clock=clock,
                report_failure=failures,
                patience=1.0,
                detection=1.0,
            )
            host, seen = pair(plugin(**{hook: hang}), around)
            program = threading.Thread(target=drive, args=(host,))
            program.start()
            assert entered.wait(LIMIT)
            # Who asks waits for the answer; all else goes on without the plugin.
            if hook not in ASKED:
                program.join(LIMIT)
                assert seen == TOLD
            clock.time += SLOW + 10
            host.watch()
            host.watch()
            busy = report_of(host).busy
            told = [text for _, _, text in failures.seen]
        program.join(LIMIT)

    assert busy == (f"{hook} for 12 s",)
    # Whoever waited for an answer has said so already.
    once = ("has been running for 12 s", "has not answered within")
    assert sum(any(words in sentence for words in once) for sentence in told) == 1
    assert seen == TOLD


@contextmanager
def released_later() -> Iterator[tuple[Callable[[], None], threading.Event]]:
    """Lend a function that hangs until the end, and the event that it was called."""
    release, entered = threading.Event(), threading.Event()

    def hang() -> None:
        entered.set()
        release.wait(LIMIT)

    try:
        yield hang, entered
    finally:
        release.set()


def test_an_import_that_hangs_is_given_up() -> None:
    with workers() as pool, released_later() as (hang, _):
        around = Surroundings(aside=pool, patience=1.0)
        seen: list[str] = []
        plugins = (found("bomb", hang), found("good", lambda: good(seen)))
        host = PluginHost(Discovery(plugins=plugins), around)

        host.load()
        answers = drive(host)

    check_answers(answers)
    assert report_of(host).state is PluginState.BROKEN
    assert "cannot be imported: has not answered" in report_of(host).error


def test_a_hanging_plugin_costs_one_worker_however_much_happens() -> None:
    seen: list[str] = []
    with workers(2) as pool, released_later() as (hang, entered):
        bomb = plugin(brummer_process_changed=hang)
        host = host_of({"bomb": bomb, "good": good(seen)}, Surroundings(aside=pool))
        for _ in range(2000):
            host.process_changed(None, PROCESS)
        assert entered.wait(LIMIT)
        wait_until(
            lambda: seen.count("dev-1") + report_of(host, "good").dropped == 2000
        )
        late = host.shutdown(1.0)

    assert late == ("bomb",)
    assert report_of(host).dropped >= 999


def test_five_failures_switch_a_hook_off_and_only_that_one() -> None:
    failures = Failures()

    def brummer_launch() -> NoReturn:
        raise ValueError("boom")

    bomb = plugin(brummer_launch=brummer_launch, brummer_environment=lambda: {"A": "1"})
    host = host_of({"bomb": bomb}, Surroundings(report_failure=failures))

    for _ in range(FAILURES + 3):
        host.launch(SCRIPT)

    assert len(failures.seen) == FAILURES
    assert failures.text.count("switched off after 5 failures") == 1
    assert report_of(host).hooks_off == ("brummer_launch",)
    assert report_of(host).state is PluginState.ON
    assert host.environment(SCRIPT).variables == {"A": "1"}


def test_failures_on_many_workers_at_once_are_all_counted() -> None:
    together = threading.Barrier(CALLS)

    def brummer_environment() -> NoReturn:
        together.wait(LIMIT)
        raise ValueError("boom")

    host = host_of({"bomb": plugin(brummer_environment=brummer_environment)})
    with workers(CALLS) as pool:
        for _ in range(CALLS):
            pool(partial(ignore, host.environment, SCRIPT))

    assert report_of(host).failures == CALLS


def test_import_errors_name_the_package_the_cause_and_the_ways_out() -> None:
    def load() -> NoReturn:
        raise ImportError("no module named 'lamp'")

    failures = Failures()
    seen: list[str] = []
    bomb = found("bomb", load, distribution="brummer-bomb", version="1.2")
    plugins = (bomb, found("good", lambda: good(seen)))
    host = PluginHost(Discovery(plugins=plugins), Surroundings(report_failure=failures))
    host.load()

    check_answers(drive(host))

    assert report_of(host).state is PluginState.BROKEN
    [(plugin_name, hook, error)] = failures.seen
    assert (plugin_name, hook) == ("bomb", "import")
    assert re.fullmatch(
        r"cannot be imported: ImportError: no module named 'lamp'"
        r" \(test_bombs.py:\d+\); upgrade brummer-bomb 1\.2,"
        r" or leave it out with -P no:bomb",
        error,
    )


@pytest.mark.parametrize("error", [SystemExit(1), SyntaxError("bad"), Quit("x")])
def test_nothing_that_an_import_raises_ends_the_program(error: BaseException) -> None:
    def load() -> NoReturn:
        raise error

    host = PluginHost(Discovery(plugins=(found("bomb", load),)))

    host.load()

    assert report_of(host).state is PluginState.BROKEN


@pytest.mark.parametrize("module", [None, Watcher])
def test_an_entry_point_must_name_a_module_or_an_instance(module: object) -> None:
    host = host_of({"bomb": module})

    assert "names no module and no instance" in report_of(host).error


def test_one_module_under_two_names_is_loaded_once() -> None:
    module = plugin(brummer_environment=lambda: {"A": "1"})

    host = host_of({"a": module, "b": module})

    assert report_of(host, "a").state is PluginState.ON
    assert report_of(host, "b").state is PluginState.BROKEN


def test_an_endless_answer_is_cut_off() -> None:
    def brummer_detect_scripts() -> Iterator[Script]:
        while True:
            yield SCRIPT

    host = host_of({"bomb": plugin(brummer_detect_scripts=brummer_detect_scripts)})

    assert host.detect_scripts(SCRIPT.folder) == ()
    assert "more than 10000" in report_of(host).error


def test_an_exception_that_cannot_be_shown_is_reported_all_the_same() -> None:
    class UnspeakableError(Exception):
        @override
        def __str__(self) -> str:
            raise ValueError("no")

    def brummer_launch() -> NoReturn:
        raise UnspeakableError

    host = host_of({"bomb": plugin(brummer_launch=brummer_launch)})

    host.launch(SCRIPT)

    assert "UnspeakableError" in report_of(host).error


def entry() -> LogEntry:
    return LogEntry(0, PROCESS.id, Stream.OUT, 0.0, b"error")


def test_a_detector_that_fails_is_switched_off() -> None:
    class Broken(Watcher):
        @override
        def detect(self, entry: LogEntry) -> NoReturn:
            raise ValueError(entry.text)

    host = host_of({"bomb": plugin(brummer_detectors=lambda: [Broken()])})
    [detector] = host.detectors()

    answers = {detector.detect(entry()) for _ in range(FAILURES + 1)}

    assert answers == {()}
    assert report_of(host).failures == FAILURES
    assert report_of(host).hooks_off == ("detector watcher",)


def test_every_hook_is_driven_by_these_tests() -> None:
    seen: list[str] = []

    host = host_of({"good": good(seen)})

    assert set(report_of(host, "good").hooks) == set(HOOKS)
    assert set(ARGUMENTS) == set(HOOKS)
    assert callable(brummer.hookimpl)
