"""Tests that what can be set makes a difference in the running program.

What a part does with its own table is tested with that part; here it is whether
the part gets to hear of it.
"""

import json
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from brummer.app.application import Application
from brummer.cli.ctl import main as ctl
from brummer.model.health import HealthLevel
from brummer.model.process import ProcessState, ProcessStatus
from tests.app.conftest import Bench
from tests.support.wait import LIMIT, wait_until

#: A plugin that prepares no start before a file is there.
SLOW_LAUNCH = """
import threading
from pathlib import Path
import brummer

@brummer.hookimpl
def brummer_launch(script):
    while not Path({0!r}).exists():
        threading.Event().wait(0.02)
"""


def newest(application: Application) -> ProcessState:
    """Return the process that was made last, as soon as there is one."""
    wait_until(application.instance.processes)
    return list(application.instance.processes().values())[-1]


def run(application: Application, target: str) -> None:
    """Run *target* to its end."""
    processes = application.instance.processes
    before = processes().keys()
    application.start([target], ())
    wait_until(
        lambda: any(
            state.is_finished and process not in before
            for process, state in processes().items()
        )
    )


def printed(application: Application) -> str:
    """Return everything that was printed."""
    window = application.instance.log_window(0, 100_000)
    return "\n".join(entry.text for entry in window.entries)


def values(application: Application, name: str) -> float:
    """Return the sum of the metrics of that name."""
    answer: Any = application.instance.run("metrics.read").result(LIMIT)
    rows: dict[str, float] = answer["values"]
    return sum(number for key, number in rows.items() if key.startswith(name))


# The processes.


def test_starts_wait_for_their_turn_and_so_long_for_their_plugins(
    bench: Bench, tmp_path: Path
) -> None:
    slow, go_on = tmp_path / "slow.py", tmp_path / "go on"
    slow.write_text(SLOW_LAUNCH.format(str(go_on)))
    application = bench.application(
        "process_manager.max_concurrent_starts=1",
        "process_manager.worker_timeout=1.5",
        plugins=(str(slow),),
    )

    application.start(["echo one", "echo two"], ())

    processes = application.instance.processes
    wait_until(lambda: len(processes()) == 2)
    wait_until(lambda: newest(application).reason == "waiting: 1 others are starting")
    wait_until(lambda: all("1.5 s" in s.reason for s in processes().values()))
    go_on.touch()


@pytest.mark.parametrize("key", ["process_manager.grace", "scripts.stubborn.grace"])
def test_a_stop_gives_the_time_that_was_set(bench: Bench, key: str) -> None:
    application = bench.application(
        f"{key}=500",
        "scripts.stubborn.command=\"trap '' TERM; echo up; sleep 3670\"",
    )
    application.start(["stubborn"], ())
    wait_until(lambda: "up" in printed(application))

    stopped = application.instance.run("process.stop", process="stubborn")
    wait_until(lambda: newest(application).deadline)
    deadline = newest(application).deadline or 0.0
    application.instance.run("app.hurry").result(LIMIT)

    assert 400 < deadline - time.time() <= 500
    stopped.result(LIMIT)


def test_so_many_ended_processes_are_remembered(bench: Bench) -> None:
    application = bench.application("process_manager.history=2")

    for number in range(5):
        run(application, f"true {number}")

    assert len(application.instance.processes()) == 2


# The log.


@pytest.mark.parametrize(
    "bound", ["max_entries=10000", "max_bytes=1048576"], ids=lambda b: b.split("=")[0]
)
def test_so_much_of_the_log_is_kept(bench: Bench, bound: str) -> None:
    application = bench.application(f"log_store.{bound}")
    whole = bench.application()

    for each in (application, whole):
        run(each, "seq -f '%090.0f' 1 30000")

    assert whole.instance.log_extent().first == 0
    assert application.instance.log_extent().first >= 15_000


def test_so_many_findings_are_kept(bench: Bench) -> None:
    application = bench.application("log_store.max_findings=2")

    run(
        application,
        "for n in 1 2 3 4 5; do echo Local: http://localhost:500$n/; done",
    )

    wait_until(lambda: "5005" in str(application.instance.findings()))
    assert len(application.instance.findings()) == 2


#: Prints a line, then five in a while.
SLOWLY = "for n in 0 1 2 3 4 5; do echo $n; sleep 0.05; done"


def batches(bench: Bench, *options: str) -> list[int]:
    """Return how many reads were stored at once, batch by batch."""
    shown: list[int] = []
    project = bench.project(*options)
    application = Application(project, show=lambda batch: shown.append(len(batch)))
    bench.adopt(application)
    run(application, SLOWLY)
    return shown


def test_reads_wait_for_company_as_long_as_was_set(bench: Bench) -> None:
    patient = batches(bench, "log_store.timeout_ms=60000")
    hasty = batches(bench, "log_store.timeout_ms=1")

    assert max(patient) > max(hasty)
    assert len(patient) < len(hasty)


def test_so_many_reads_are_stored_before_readers_are_told(bench: Bench) -> None:
    few = batches(bench, "log_store.timeout_ms=60000", "log_store.batch_size=2")
    many = batches(bench, "log_store.timeout_ms=60000", "log_store.batch_size=100")

    assert max(few) == 2
    assert max(many) > 2


@pytest.mark.parametrize(("size", "waits"), [(1, True), (10_000, False)])
def test_so_many_reads_may_wait_for_the_log_thread(
    bench: Bench, size: int, *, waits: bool
) -> None:
    leave = threading.Event()
    application = Application(
        bench.project(f"log_store.buffer_size={size}"),
        show=lambda _: leave.wait(LIMIT),
    )
    bench.adopt(application)
    application.start(["for n in $(seq 40); do echo $n; sleep 0.02; done"], ())

    wait_until(
        lambda: (
            values(application, "brummer_log_blocked_total")
            or values(application, "brummer_log_waiting_bytes") > 40
        )
    )
    has_waited = values(application, "brummer_log_blocked_total") > 0
    leave.set()
    wait_until(
        lambda: all(s.is_finished for s in application.instance.processes().values())
    )

    assert has_waited is waits


# What Brummer itself may use.


def test_too_much_memory_is_a_matter_of_the_limit(bench: Bench) -> None:
    narrow = bench.application("resources.memory_limit_mb=32")
    wide = bench.application("resources.memory_limit_mb=100000")

    def level(application: Application) -> HealthLevel | None:
        rows = {row.component: row.level for row in application.instance.health()}
        return rows.get("memory")

    assert level(narrow) is HealthLevel.DEGRADED
    assert level(wide) in {None, HealthLevel.HEALTHY}


def test_too_many_threads_are_a_matter_of_the_limit(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    leave = threading.Event()
    extra = [threading.Thread(target=leave.wait, args=(LIMIT,)) for _ in range(8)]
    for thread in extra:
        thread.start()

    with caplog.at_level("WARNING"):
        bench.application("resources.max_threads=1000")
        quiet = caplog.text
        bench.application("resources.max_threads=8")
        wait_until(lambda: "limit 8" in caplog.text)
    leave.set()
    for thread in extra:
        thread.join(LIMIT)

    assert "threads:" not in quiet


def test_we_are_measured_as_often_as_was_set(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    leave = threading.Event()
    extra = [threading.Thread(target=leave.wait, args=(LIMIT,)) for _ in range(60)]
    # Both may have what there is now, and neither what there will be.
    now = threading.active_count() + 40

    with caplog.at_level("WARNING"):
        for limit, interval in ((now, 1000), (now + 1, 86_400_000)):
            bench.application(
                f"resources.max_threads={limit}",
                f"resources.monitoring_interval_ms={interval}",
            )
        for thread in extra:
            thread.start()
        wait_until(lambda: f"limit {now}.0" in caplog.text)
    leave.set()
    for thread in extra:
        thread.join(LIMIT)

    assert f"limit {now}.0" in caplog.text
    assert f"limit {now + 1}.0" not in caplog.text


# Scripts.


def test_files_of_variables_are_those_that_were_set(bench: Bench) -> None:
    (bench.folder / "all.env").write_text("ONE=1\nTWO=1\n")
    (bench.folder / "own.env").write_text("TWO=2\nTHREE=2\n")
    (bench.folder / ".env").write_text("ONE=wrong\n")
    application = bench.application(
        'env_files=["all.env"]',
        'scripts.show.env_files=["own.env"]',
        "scripts.show.env.THREE=3",
        "scripts.show.command='echo $ONE $TWO $THREE'",
    )

    run(application, "show")

    assert "1 2 3" in printed(application)


def test_a_script_runs_where_and_on_what_was_set(bench: Bench) -> None:
    (bench.folder / "apps").mkdir()
    (bench.folder / "Procfile").write_text(
        "show: pwd; test -t 1 && echo terminal || echo pipe\n"
    )

    run(bench.application(), "show")
    set_ = bench.application("scripts.show.dir=apps", "scripts.show.tty=false")
    run(set_, "show")

    assert f"{bench.folder}/apps\npipe" in printed(set_)


def test_a_stop_begins_with_the_signal_that_was_set(bench: Bench) -> None:
    line = "trap 'echo got INT; exit 0' INT; echo up; while :; do sleep 0.1; done"
    application = bench.application(
        "scripts.web.stop_signal=SIGINT", f'scripts.web.command="{line}"'
    )
    application.start(["web"], ())
    wait_until(lambda: "up" in printed(application))

    application.instance.run("process.stop", process="web").result(LIMIT)

    assert "got INT" in printed(application)


def test_what_failed_is_started_again_if_that_was_set(bench: Bench) -> None:
    application = bench.application(
        "scripts.once.restart=on-failure",
        "scripts.once.command='test -e done || { touch done; exit 1; }'",
    )

    application.start(["once"], ())

    wait_until(lambda: newest(application).status is ProcessStatus.SUCCESS)
    assert len(application.instance.processes()) == 2


@pytest.mark.parametrize(("preferred", "asked"), [("", "npm"), ("pnpm", "pnpm")])
def test_a_package_script_goes_through_the_manager_that_was_set(
    bench: Bench,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    preferred: str,
    asked: str,
) -> None:
    for name in ("npm", "pnpm"):
        program = tmp_path / name
        program.write_text(f'#!/bin/sh\necho "{name} was asked to $*"\n')
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    (bench.folder / "package.json").write_text('{"scripts": {"dev": "echo directly"}}')
    (bench.folder / "package-lock.json").write_text("{}")
    application = bench.application(
        f"preferred_package_manager={preferred}", "scripts.dev.wrapper=true"
    )

    run(application, "dev")

    assert f"{asked} was asked to run dev" in printed(application)


# Plugins.


def test_a_plugin_that_is_disabled_finds_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BRUM_PLUGINS__DISABLED", "procfile")
    (bench.folder / "Procfile").write_text("web: echo hello\n")

    code = ctl(["-d", str(bench.folder), "plugins", "--json"])

    states = {row["name"]: row["state"] for row in json.loads(capfd.readouterr().out)}
    assert code == 0
    assert states.pop("procfile") == "off"
    assert set(states.values()) == {"on"}


def test_a_plugin_gets_its_own_table(bench: Bench) -> None:
    (bench.folder / "Procfile").write_text("web: echo port $PORT\n")
    application = bench.application("plugins.procfile.base_port=4321")

    run(application, "web")

    assert "port 4321" in printed(application)
