"""Tests that an application starts things in order, as its settings say."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from brummer.app.application import Application
from brummer.core.waiting import Condition, Wait
from brummer.model.process import ProcessState, ProcessStatus
from tests.app.conftest import Bench
from tests.process.test_web import web_server
from tests.support.wait import LIMIT, wait_until

SLEEP = "exec sleep 1000"


@contextmanager
def silent() -> Iterator[int]:
    """Take connections and say nothing; yield the port."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def started(
    bench: Bench, *ready: str, line: str = SLEEP, more: tuple[str, ...] = ()
) -> Application:
    """Start a db with these keys of its readiness, and an api that needs it."""
    application = bench.application(
        f"scripts.db.command={line}",
        f"scripts.api.command={SLEEP}",
        "scripts.api.depends_on=db",
        *(f"scripts.db.ready.{one}" for one in ready),
        *more,
    )
    application.start(["api"], ())
    return application


def state(application: Application, name: str) -> ProcessState | None:
    """Return the latest process of a script."""
    processes = tuple(application.instance.processes().values())
    return next((one for one in reversed(processes) if one.name == name), None)


def wait_for_status(
    application: Application, name: str, status: ProcessStatus
) -> ProcessState:
    wait_until(
        lambda: (found := state(application, name)) and found.status is status,
        limit=20,
    )
    found = state(application, name)
    assert found is not None
    return found


def wait_for_reason(application: Application, name: str, words: str) -> None:
    wait_until(
        lambda: (found := state(application, name)) and words in found.reason,
        limit=20,
    )


def test_an_api_waits_for_the_port_of_its_db(bench: Bench) -> None:
    with silent() as port:
        pass
    application = started(bench, f"tcp={port}", "interval=0.1")
    wait_for_reason(application, "api", f"waiting for db: tcp {port} refused")

    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", port))
        server.listen()
        wait_for_status(application, "api", ProcessStatus.RUNNING)

    db = state(application, "db")
    assert db is not None
    assert Wait(application.instance, db.id, Condition.READY).look() is not None


@pytest.mark.parametrize(("status", "is_ready"), [("204", True), ("302", False)])
def test_the_status_of_an_answer_is_the_one_that_was_set(
    bench: Bench, status: str, *, is_ready: bool
) -> None:
    with web_server() as url:
        application = started(bench, f"http={url}204", f"status={status}")

        if is_ready:
            wait_for_status(application, "api", ProcessStatus.RUNNING)
        else:
            wait_for_reason(application, "api", "answered 204")


def test_a_look_takes_no_longer_than_was_set(bench: Bench) -> None:
    with silent() as port:
        url = f"http://127.0.0.1:{port}/"
        application = started(bench, f"http={url}", "timeout=0.2")

        wait_for_reason(application, "api", "no answer")


def test_a_command_is_run_in_the_folder_with_the_variables_of_the_process(
    bench: Bench,
) -> None:
    application = started(
        bench,
        "exec='test -e $FLAG'",
        "interval=0.1",
        more=("scripts.db.env.FLAG=flag",),
    )
    wait_for_reason(application, "api", "exited with 1")

    (bench.folder / "flag").touch()

    wait_for_status(application, "api", ProcessStatus.RUNNING)


def test_a_line_makes_a_process_ready(bench: Bench) -> None:
    line = "read word; echo $word; exec sleep 1000"
    application = started(bench, "log='accepting .*'", line=line)
    wait_for_reason(application, "api", "no line")

    application.instance.run("process.input", process="db", text="accepting all\n")

    wait_for_status(application, "api", ProcessStatus.RUNNING)


def test_an_address_makes_a_process_ready(bench: Bench) -> None:
    line = "echo Local: http://localhost:5173/; exec sleep 1000"

    application = started(bench, "url=true", line=line)

    wait_for_status(application, "api", ProcessStatus.RUNNING)


def test_the_first_look_is_taken_after_the_delay_that_was_set(bench: Bench) -> None:
    application = started(bench, "exec='touch looked'", "delay=500")
    wait_for_status(application, "db", ProcessStatus.RUNNING)

    wait_for_reason(application, "api", "waiting for db to be ready")

    assert not (bench.folder / "looked").exists()


def test_who_is_not_ready_within_the_time_that_was_set_fails_the_others(
    bench: Bench,
) -> None:
    application = started(bench, "exec=false", "within=0.5", "interval=0.1")

    api = wait_for_status(application, "api", ProcessStatus.FAILED)

    assert api.reason == "not started: db was not ready in time: 'false' exited with 1"


def test_so_many_failures_are_borne_as_were_set(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("brummer.process.vigil.CALM", 0.5)
    (bench.folder / "flag").touch()
    application = started(bench, "exec='test -e flag'", "failures=1")
    wait_for_status(application, "api", ProcessStatus.RUNNING)

    (bench.folder / "flag").unlink()

    # The next look comes soon, and one failure is enough.
    wait_for_reason(application, "db", "not ready: 'test -e flag' exited with 1")
    api = state(application, "api")
    assert api is not None
    assert api.status is ProcessStatus.RUNNING


def test_a_line_of_another_script_that_was_printed_long_ago_counts(
    bench: Bench,
) -> None:
    application = bench.application(
        "scripts.db.command=echo up; exec sleep 1000",
        f"scripts.api.command={SLEEP}",
        "scripts.api.depends_on={db='log:^up$'}",
    )
    application.start(["db"], ())
    wait_until(lambda: application.instance.log_extent().end)

    application.start(["api"], ())

    wait_for_status(application, "api", ProcessStatus.RUNNING)


def saved_until(application: Application, path: Path, replaced: int) -> None:
    """Save a file until the watch has seen it, which begins a moment after all."""
    numbers = iter(range(1_000_000))
    pause = threading.Event()

    def is_seen() -> bool:
        path.write_text(str(next(numbers)))
        pause.wait(0.5)
        found = state(application, "web")
        return found is not None and found.run > replaced

    wait_until(is_seen, limit=LIMIT)


def test_a_script_is_restarted_when_a_file_changes_that_was_set(bench: Bench) -> None:
    (bench.folder / "src").mkdir()
    application = bench.application(
        f"scripts.web.command={SLEEP}",
        'scripts.web.watch=["src/**/*.py"]',
        'scripts.web.ignore=["*_pb2.py"]',
    )
    application.start(["web"], ())
    wait_for_log(application, "watching 0 files for changes")

    (bench.folder / "src" / "app_pb2.py").write_text("")
    (bench.folder / "src" / "app.txt").write_text("")
    saved_until(application, bench.folder / "src" / "app.py", 1)

    log = printed(application)
    assert "src/app.py changed: restart" in log
    assert "app_pb2" not in log
    assert "app.txt" not in log


def wait_for_log(application: Application, words: str) -> None:
    wait_until(lambda: words in printed(application), limit=20)


def printed(application: Application) -> str:
    window = application.instance.log_window(0, 100_000)
    return "\n".join(entry.text for entry in window.entries)


def test_a_thousand_files_at_once_are_one_restart(bench: Bench) -> None:
    folder = bench.folder / "src"
    folder.mkdir()
    (folder / "seed.py").touch()
    application = bench.application(
        f"scripts.web.command={SLEEP}", 'scripts.web.watch=["src"]'
    )
    application.start(["web"], ())
    wait_for_log(application, "watching 1 file for changes")
    saved_until(application, folder / "seed.py", 1)
    wait_for_status(application, "web", ProcessStatus.RUNNING)
    before = printed(application).count("changed: restart")

    for number in range(1000):
        (folder / f"{number}.py").touch()
    wait_until(
        lambda: printed(application).count("changed: restart") > before, limit=20
    )
    told = [line for line in printed(application).splitlines() if "changed" in line]

    assert " others changed: restart" in told[-1] or len(told) == before + 1


def test_a_script_of_a_package_goes_by_its_folder(bench: Bench) -> None:
    package = bench.folder / "apps" / "web"
    package.mkdir(parents=True)
    (bench.folder / "package.json").write_text('{"workspaces": ["apps/*"]}')
    (package / "package.json").write_text(
        '{"name": "@shop/web", "scripts": {"dev": "echo $COLOUR"}}'
    )

    application = bench.application('scripts."apps/web/dev".env.COLOUR=red')
    application.start(["apps/web/dev"], ())

    wait_for_log(application, "red")
    found = state(application, "web#dev")
    assert found is not None
