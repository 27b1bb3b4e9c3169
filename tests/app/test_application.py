"""Tests of the running program: how it begins, what it offers, how it ends."""

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from brummer.app import application as application_module
from brummer.app.application import Application
from brummer.core.threads import PREFIX, Role, allotment, census
from brummer.errors import BrummerError, ScriptNotFound
from brummer.model.health import HealthLevel
from brummer.plugin.handle import QUESTION
from brummer.plugin.host import SHUTDOWN
from tests.app.conftest import Bench
from tests.support.wait import LIMIT, wait_until

BOMB = """
import brummer

@brummer.hookimpl
def brummer_detect_scripts(root):
    raise ValueError("no oil in the lantern")
"""

#: Hangs when the project is read again, until there is a file ``.go``.
STUCK = """
import threading
import brummer

calls = []

@brummer.hookimpl
def brummer_detect_scripts(root):
    calls.append(root)
    if len(calls) > 1:
        (root / ".stuck").touch()
        while not (root / ".go").exists():
            threading.Event().wait(0.01)
"""

#: Hangs in whatever it is told and asked, until there is the file.
HANGING = """
import threading
from pathlib import Path
import brummer

def hang():
    while not Path({0!r}).exists():
        threading.Event().wait(0.01)

@brummer.hookimpl
def brummer_startup():
    hang()

@brummer.hookimpl
def brummer_process_changed():
    hang()

@brummer.hookimpl
def brummer_launch():
    hang()

@brummer.hookimpl
def brummer_environment():
    hang()

@brummer.hookimpl
def brummer_commands():
    return [brummer.Command(name="{1}.hang", title="Hang", run=hang)]
"""


def test_it_runs_with_the_threads_of_the_table(bench: Bench) -> None:
    bench.application()

    counts = census()

    assert {role: counts.get(role, 0) for role in (Role.SUPERVISOR, Role.PUMP)} == {
        Role.SUPERVISOR: 1,
        Role.PUMP: 1,
    }
    assert counts[Role.LOG] == counts[Role.MONITOR] == 1
    assert set(counts) <= {
        Role.SUPERVISOR,
        Role.PUMP,
        Role.LOG,
        Role.HISTORY,
        Role.MONITOR,
        Role.WATCH,
        Role.BUS,
    }


def test_no_role_has_more_threads_than_it_may_have(bench: Bench) -> None:
    others = set(threading.enumerate())
    application = bench.application("eventbus.worker_pool_size=4")
    application.start([f"echo {number}" for number in range(30)], ())
    wait_until(lambda: len(application.instance.processes()) == 30)

    own, counts = set(threading.enumerate()) - others, census()

    assert all(thread.name.startswith(PREFIX) for thread in own)
    assert all(
        number <= allotment(4, plugin_calls=15)[role] for role, number in counts.items()
    )


def test_scripts_are_detected_before_anything_is_asked(bench: Bench) -> None:
    (bench.folder / "package.json").write_text('{"scripts": {"dev": "vite"}}')

    application = bench.application()

    assert [script.id for script in application.instance.scripts()] == ["node:dev"]


def test_an_empty_folder_is_a_project(bench: Bench) -> None:
    assert bench.application().instance.scripts() == ()


def test_a_broken_file_is_told_with_its_place_and_stops_nothing(bench: Bench) -> None:
    (bench.folder / "package.json").write_text('{"scripts": {"dev" "vite"}}')
    (bench.folder / "Procfile").write_text("web: sleep 1\n")

    application = bench.application()

    told = " ".join(row.error for row in application.instance.health())
    assert "package.json:1:" in told
    assert [script.id for script in application.instance.scripts()] == ["procfile:web"]


def test_a_broken_plugin_is_named_in_the_health_table(
    bench: Bench, tmp_path: Path
) -> None:
    bomb = tmp_path / "bomb.py"
    bomb.write_text(BOMB)

    application = bench.application(plugins=(str(bomb),))

    bad = {
        row.component: row
        for row in application.instance.health()
        if row.level is not HealthLevel.HEALTHY
    }
    assert list(bad) == ["plugin bomb"]
    assert "no oil in the lantern" in bad["plugin bomb"].error


def test_nothing_is_started_if_one_word_is_nothing_that_runs(bench: Bench) -> None:
    application = bench.application()

    with pytest.raises(ScriptNotFound):
        application.start(["sleep 3640", "no-such-thing"], ())

    assert application.instance.processes() == {}


def test_front_ends_are_woken_when_something_changes(bench: Bench) -> None:
    application = bench.application()
    woken = threading.Event()
    unwatch = application.instance.watch(woken.set)
    before = application.instance.versions()

    application.start(["echo hello there"], ())
    assert woken.wait(10)
    wait_until(lambda: application.instance.versions().logs > before.logs)
    unwatch()

    assert application.instance.versions().processes > before.processes


def test_a_url_is_found_in_what_is_printed(bench: Bench) -> None:
    application = bench.application()

    application.start(["echo Local: http://localhost:5173/"], ())

    wait_until(application.instance.findings)
    assert application.instance.findings()[0].details["url"] == "http://localhost:5173/"


def test_the_end_is_one_end_however_often_it_is_asked_for(bench: Bench) -> None:
    application = bench.application("process_manager.grace=1")
    application.start(["sleep 3641"], ())
    wait_until(lambda: any(s.pid for s in application.instance.processes().values()))

    first, second = application.quit(), application.quit()

    assert first is second
    first.result(20)
    assert all(s.is_finished for s in application.instance.processes().values())
    with pytest.raises(BrummerError):
        application.instance.run("command.start", command="true").result(20)


HANGS = """
import threading
from pathlib import Path
import brummer

@brummer.hookimpl
def brummer_launch(script):
    while not Path({0!r}).exists():
        threading.Event().wait(0.02)
"""


def test_a_plugin_that_holds_every_worker_does_not_hold_up_the_end(
    bench: Bench, tmp_path: Path
) -> None:
    plugin, go_on = tmp_path / "hangs.py", tmp_path / "go on"
    plugin.write_text(HANGS.format(str(go_on)))
    application = bench.application(
        "eventbus.worker_pool_size=2", plugins=(str(plugin),)
    )
    application.start(["sleep 3642"], ())
    wait_until(lambda: application.run_aside(lambda: None).cancel())

    application.quit().result(20)
    application.finish().result(20)

    assert all(s.is_finished for s in application.instance.processes().values())
    go_on.touch()


def test_the_ledger_of_an_orderly_end_is_removed(bench: Bench) -> None:
    application = bench.application()
    ledgers = list(bench.runtime.glob("state/**/*.ledger"))
    assert len(ledgers) == 1

    application.quit().result(20)
    application.finish().result(20)

    assert not list(bench.runtime.glob("state/**/*.ledger"))


@pytest.mark.parametrize(
    "table", ["eventbus", "process_manager", "log_store", "resources"]
)
def test_each_component_works_in_fallback_mode(bench: Bench, table: str) -> None:
    application = bench.application(f"{table}.fallback_mode=true")

    application.start(["echo hello there"], ())

    def texts() -> list[str]:
        return [e.text for e in application.instance.log_window(0, 9).entries]

    wait_until(lambda: "hello there" in texts())
    answer: Any = application.instance.run("metrics.read").result(20)
    assert answer["values"]["brummer_memory_bytes"] > 0


def test_a_locked_process_table_works_as_well(bench: Bench) -> None:
    application = bench.application("process_manager.status_read_strategy=locked")

    application.start(["true"], ())

    wait_until(
        lambda: all(s.is_finished for s in application.instance.processes().values())
    )


@pytest.mark.timeout(60)
def test_a_plugin_that_hangs_while_files_are_read_again_holds_up_no_end(
    bench: Bench, tmp_path: Path
) -> None:
    bomb = tmp_path / "bomb.py"
    bomb.write_text(STUCK)
    application = Application(bench.project(plugins=(str(bomb),)))
    application.open()

    def is_stuck() -> bool:
        (bench.folder / "Procfile").write_text(f"web: sleep {time.monotonic_ns()}\n")
        return (bench.folder / ".stuck").exists()

    wait_until(is_stuck, limit=20)
    application.quit().result(20)
    application.finish().result(20)
    has_all_ended = application.close()
    errors = [row.error for row in application.instance.health()]
    (bench.folder / ".go").touch()
    wait_until(lambda: Role.BUS not in census(), limit=20)

    assert not has_all_ended
    # It ended before the plugin's time was up.
    assert not any("detect_scripts: has not answered" in error for error in errors)


def hanging(folder: Path, count: int) -> tuple[str, ...]:
    """Write so many plugins that hang until there is a file ``go``."""
    paths = [folder / f"bomb{number}.py" for number in range(count)]
    for path in paths:
        path.write_text(HANGING.format(str(folder / "go"), path.stem))
    return tuple(map(str, paths))


def seconds_to_start(application: Application, *lines: str) -> float:
    """Start shell commands, and return how long it took until they ran."""
    begun = time.monotonic()
    run = application.instance.run
    for start in [run("command.start", command=line) for line in lines]:
        start.result(20)
    return time.monotonic() - begun


def seconds_to_end(application: Application) -> float:
    """End *application*, and return how long it took."""
    begun = time.monotonic()
    application.quit().result(20)
    application.finish().result(20)
    assert not application.close()
    return time.monotonic() - begun


@pytest.mark.timeout(90)
@pytest.mark.parametrize("count", [2, 5])
def test_hanging_plugins_keep_nothing_from_starting_and_nobody_from_the_end(
    bench: Bench, tmp_path: Path, count: int
) -> None:
    # The pool of a small machine, smaller still.
    project = bench.project(
        "eventbus.worker_pool_size=2", plugins=hanging(tmp_path, count)
    )
    application = Application(project)
    application.open()
    application.detect().result(20)
    for number in range(count):
        application.instance.run(f"bomb{number}.hang")

    first = seconds_to_start(application, "true first")
    second = seconds_to_start(application, *(f"true {n}" for n in range(4)))
    end = seconds_to_end(application)
    rows = {row.component: row.error for row in application.instance.health()}
    (tmp_path / "go").touch()
    wait_until(lambda: Role.PLUGIN not in census())

    # Somebody had to wait for them, and for all of them at once.
    assert QUESTION <= first < 2 * QUESTION
    # Compared with that, whoever is stuck costs nothing.
    assert second < QUESTION
    assert SHUTDOWN <= end < 2 * SHUTDOWN
    blamed = {name for name in rows if name.startswith("plugin ") and rows[name]}
    assert blamed == {f"plugin bomb{number}" for number in range(count)}


def test_a_file_that_is_mended_is_well_at_once(bench: Bench) -> None:
    file = bench.folder / "package.json"
    file.write_text('{"scripts": {"good": "true", "bad": ["true"]}}')
    told: list[str] = []
    application = Application(bench.project(), tell=told.append)
    application.open()

    def level() -> HealthLevel:
        application.detect().result(20)
        rows = {row.component: row.level for row in application.instance.health()}
        return rows.get("plugin node", HealthLevel.HEALTHY)

    first = level()
    names = [script.name for script in application.instance.scripts()]
    file.write_text('{"scripts": {"good": "true"}}')
    mended = level()
    file.write_text('{"scripts": ["true"]}')
    again = level()
    application.quit().result(20)
    application.finish().result(20)
    application.close()

    assert names == ["good"]
    assert (first, mended) == (HealthLevel.DEGRADED, HealthLevel.HEALTHY)
    assert again is HealthLevel.DEGRADED
    assert told == [
        f"plugin node: {file}: scripts.bad is a list, not a command line",
        f"plugin node: {file}: scripts is a list, not an object of command lines",
    ]


def test_an_end_that_fails_is_told_to_who_waits_for_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = Application(bench.project())
    application.open()

    def fail() -> None:
        raise OSError("nobody there")

    with monkeypatch.context() as patch:
        patch.setattr(application.engine, "shutdown", fail)
        ended = application.quit()
        error = ended.exception(LIMIT)
    application.engine.shutdown().result(LIMIT)
    application.finish().result(LIMIT)

    assert isinstance(error, OSError)
    assert application.close()


def test_without_a_thread_to_be_had_the_caller_brings_about_the_end(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = Application(bench.project())
    application.open()

    def refuse(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(application_module, "spawn", refuse)
    application.quit().result(LIMIT)
    application.finish().result(LIMIT)

    assert application.close()
