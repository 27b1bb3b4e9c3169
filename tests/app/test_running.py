"""Tests of an application from opening to closing."""

import json
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable

import psutil
import pytest

from brummer.app.application import Application
from brummer.app.running import Running
from brummer.control.client import ControlClient
from brummer.control.record import Directory
from brummer.core.threads import Role, census
from brummer.errors import ScriptNotFound
from brummer.process.row import MARKER
from brummer.process.table import epoch, marker
from tests.app.conftest import Bench
from tests.support.wait import LIMIT, wait_until


def nobody(_text: str) -> None:
    """Ignore what the user is told."""


def run(
    bench: Bench,
    *targets: str,
    tell: Callable[[str], object] = nobody,
    inside: Callable[[Application], object] = lambda _: None,
) -> None:
    """Run *targets*, do something meanwhile, and end."""
    project = bench.project("process_manager.grace=1")
    application = Application(project)
    with Running(application, project) as running:
        running.open(targets, (), tell)
        inside(application)


def directory(bench: Bench) -> Directory:
    return Directory(bench.project().places.instances)


def test_it_is_found_while_it_runs_and_not_afterwards(bench: Bench) -> None:
    found: list[object] = []

    def look(_: Application) -> None:
        wait_until(lambda: directory(bench).living(bench.folder))
        (record,) = directory(bench).living(bench.folder)
        with ControlClient(record) as client:
            found.append(client.ask("hello"))

    run(bench, inside=look)

    assert found
    assert list(directory(bench).records()) == []
    assert not list(bench.runtime.glob("*.sock"))


def test_a_second_one_is_told_of_the_first(bench: Bench) -> None:
    told: list[str] = []

    def again(_: Application) -> None:
        wait_until(lambda: directory(bench).living(bench.folder))
        run(bench, tell=told.append)

    run(bench, inside=again)

    assert len(told) == 1
    assert "runs here already" in told[0]


def test_processes_end_with_the_block_even_if_it_raises(bench: Bench) -> None:
    kept: list[Application] = []

    def fail(application: Application) -> None:
        kept.append(application)
        wait_until(application.engine.supervisor.trees)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(bench, "sleep 3650", inside=fail)

    assert not kept[0].engine.supervisor.trees()


def test_a_longer_grace_of_a_script_leaves_nothing_behind(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("brummer.app.running._KILLING", 1.5)
    (bench.folder / ".brum.toml").write_text(
        "[scripts.deaf]\ngrace = 600\n"
        "command = \"trap '' TERM HUP; echo up; while :; do sleep 0.1; done\"\n"
    )
    pids: list[int] = []

    def look(application: Application) -> None:
        wait_until(lambda: application.instance.log_extent().end)
        pids.extend(application.engine.supervisor.trees().values())

    run(bench, "deaf", inside=look)

    assert len(pids) == 1
    assert not psutil.pid_exists(pids[0])


def test_an_unknown_script_ends_it_with_an_error(bench: Bench) -> None:
    with pytest.raises(ScriptNotFound):
        run(bench, "no-such-thing")


def test_without_a_folder_for_sockets_it_runs_all_the_same(bench: Bench) -> None:
    shutil.rmtree(bench.runtime)
    bench.runtime.write_text("a file where a folder should be")
    errors: list[str] = []

    def look(application: Application) -> None:
        wait_until(
            lambda: any(r.component == "control" for r in application.instance.health())
        )
        errors.extend(row.error for row in application.instance.health())

    run(bench, "true", inside=look)

    assert any("no control socket" in error for error in errors)
    bench.runtime.unlink()
    bench.runtime.mkdir()


def test_what_a_dead_instance_left_running_is_named(bench: Bench) -> None:
    told: list[str] = []
    mark = f"{bench.folder.parent.name}-{os.getpid()}/old-1"
    sleeper = subprocess.Popen(["sleep", "3650"], env={**os.environ, MARKER: mark})
    try:
        wait_until(lambda: marker(sleeper.pid) == mark)
        note_dead_instance(bench, mark)

        run(bench, tell=told.append, inside=lambda _: wait_until(lambda: told))
    finally:
        sleeper.kill()
        sleeper.wait()

    who = f"old-1 (pid {sleeper.pid})"
    assert told == [f"left running by a dead instance: {who}; see brumctl leftovers"]


def note_dead_instance(bench: Bench, mark: str) -> None:
    """Write the ledger of an instance that died while *mark* ran."""
    owner = {
        "instance": mark.partition("/")[0],
        "pid": 2**22 + 1,
        "start": 1,
        "epoch": epoch(),
        "host": os.uname().nodename,
    }
    entry = {
        "process": "old-1",
        "mark": mark,
        "command": "sleep 3650",
        "since": 0.0,
        "pid": None,
        "start": None,
    }
    state = bench.project().state
    state.mkdir(parents=True)
    text = "".join(json.dumps(line) + "\n" for line in (owner, entry))
    (state / "dead.ledger").write_text(text)


def test_a_signal_during_the_end_ends_the_grace(bench: Bench) -> None:
    (bench.folder / ".brum.toml").write_text(
        "[scripts.deaf]\ngrace = 600\n"
        "command = \"trap '' TERM HUP; echo up; while :; do sleep 0.1; done\"\n"
    )
    pids: list[int] = []
    timers: list[threading.Timer] = []

    def interrupt(application: Application) -> None:
        wait_until(lambda: application.instance.log_extent().end)
        pids.extend(application.engine.supervisor.trees().values())
        main = threading.main_thread().ident
        timers.append(threading.Timer(0.1, signal.pthread_kill, [main, signal.SIGINT]))
        timers[0].start()

    run(bench, "deaf", inside=interrupt)

    timers[0].join()
    assert len(pids) == 1
    assert not psutil.pid_exists(pids[0])


def test_after_a_signal_nothing_is_started_any_more(bench: Bench) -> None:
    project = bench.project("process_manager.grace=1")
    application = Application(project)
    with Running(application, project) as running:
        signal.raise_signal(signal.SIGTERM)

        running.open(("true",), (), nobody)

        assert running.signals.code == 143
    assert not application.instance.processes()


def test_a_control_socket_that_never_began_holds_up_no_end(bench: Bench) -> None:
    project = bench.project("process_manager.grace=1", "eventbus.worker_pool_size=1")
    application = Application(project)
    begun, leave = threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        leave.wait(LIMIT)

    # The only worker there is, so nothing else runs aside.
    held = application.run_aside(hold)
    assert begun.wait(LIMIT)
    with Running(application, project) as running:
        running.open((), (), nobody)
        started = time.monotonic()
    seconds = time.monotonic() - started
    leave.set()
    held.result(LIMIT)
    wait_until(lambda: Role.BUS not in census())

    # Two of them for the worker that hangs, and none for the socket.
    assert seconds < 8.0
