"""Tests of the history in the running program."""

import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from brummer.app.application import Application
from brummer.core.threads import Role, census
from brummer.errors import BrummerError
from brummer.logs.history import place
from brummer.logs.history.run import Run, size
from brummer.model.health import HealthLevel
from tests.app.conftest import Bench
from tests.support.wait import LIMIT, wait_until


def run(application: Application, command: str) -> Any:
    return application.instance.run(command).result(LIMIT)


def start(application: Application, target: str) -> None:
    """Run *target* to its end."""
    processes = application.instance.processes
    before = len(processes())
    application.start([target], ())
    wait_until(
        lambda: (
            len(processes()) > before
            and all(state.is_finished for state in processes().values())
        )
    )


def root(bench: Bench) -> Path:
    return bench.project().history


def only_run(bench: Bench) -> Run:
    (folder,) = place.runs(root(bench))
    return Run(folder)


def test_what_is_printed_is_in_the_files_soon(bench: Bench) -> None:
    application = bench.application()

    start(application, "echo hello; echo oh >&2; exit 3")

    wait_until(lambda: place.runs(root(bench)))
    printed = {b"hello", b"oh"}
    wait_until(lambda: printed <= {e.data for e in only_run(bench).window(0, 9)})
    (process,) = only_run(bench).processes()
    wait_until(lambda: only_run(bench).about(process)["exit_code"] == 3)
    assert only_run(bench).row().is_running


def test_what_was_printed_last_is_written_before_the_end(bench: Bench) -> None:
    application = bench.application()
    start(application, "seq 5000; printf 'the end'")

    bench.close()

    lines = only_run(bench).window(0, 10_000)
    assert [line.text for line in lines] == [*map(str, range(1, 5001)), "the end"]
    assert only_run(bench).row().ended is not None


def test_lines_that_have_left_memory_are_read_from_files(bench: Bench) -> None:
    application = bench.application("log_store.max_entries=10000")
    start(application, "seq 30000")
    assert application.instance.log_extent().first >= 10_000

    window = application.instance.log_history(4990, 20).result(LIMIT)
    seam = application.instance.log_extent().first
    across = application.instance.log_history(seam - 5, 10).result(LIMIT)

    assert [line.text for line in window.entries] == [
        str(number) for number in range(4991, 5011)
    ]
    assert window.extent[1:] == (0, 30_000)
    assert [line.number for line in across.entries] == [*range(seam - 5, seam + 5)]


def test_a_search_goes_on_in_the_files(bench: Bench) -> None:
    application = bench.application("log_store.max_entries=10000")
    start(application, "seq -f 'line %g.' 30000")

    answer: Any = application.instance.run(
        "logs.search", text="9999.", limit=10, context=1
    ).result(LIMIT)

    found = [hit["entry"] for hit in answer["hits"]]
    assert [entry.text for entry in found] == [
        "line 29999.",
        "line 19999.",
        "line 9999.",
    ]
    assert (answer["count"], answer["state"]) == (3, "done")
    assert answer["scanned"] == 30_000
    assert [
        (hit["before"][0].text, hit["after"][0].text) for hit in answer["hits"]
    ] == [
        ("line 29998.", "line 30000."),
        ("line 19998.", "line 20000."),
        ("line 9998.", "line 10000."),
    ]


def test_watchers_are_told_when_lines_were_read(bench: Bench) -> None:
    application = bench.application()
    start(application, "echo hello")
    woken = threading.Event()
    unwatch = application.instance.watch(woken.set)

    application.instance.log_history(0, 1).result(LIMIT)

    assert woken.wait(LIMIT)
    unwatch()


def test_without_a_history_there_is_what_memory_has(bench: Bench) -> None:
    application = bench.application("history.enabled=false")
    start(application, "echo hello")

    window = application.instance.log_history(0, 9).result(LIMIT)

    assert [line.text for line in window.entries] == ["hello"]
    assert Role.HISTORY not in census()
    assert not root(bench).exists()
    assert run(application, "history.status")["folder"] is None
    with pytest.raises(BrummerError, match="no history is kept here"):
        run(application, "history.clear")


def test_a_part_has_the_size_that_was_set(bench: Bench) -> None:
    application = bench.application("history.part_bytes=65536")

    start(application, "for n in 1 2 3 4; do seq -f '%099.0f' 1 500; sleep 0.4; done")

    # Four times 50,000 bytes, each of which is a write at least.
    wait_until(lambda: place.runs(root(bench)) and only_run(bench).processes())
    (process,) = only_run(bench).processes()
    folder = only_run(bench).folder / place.process_name(process)
    wait_until(lambda: len(place.parts(folder)) >= 3)


def test_no_more_is_kept_than_was_set(bench: Bench) -> None:
    keys = ("history.max_bytes=1048576", "history.part_bytes=65536")
    application = bench.application(*keys)

    start(
        application, "for n in 1 2 3 4 5 6; do seq -f '%0999.0f' 900; sleep 0.3; done"
    )

    wait_until(lambda: size(root(bench)) < 1_700_000 and only_run(bench).extent()[0])
    assert run(application, "history.status")["lost"] == 0


def test_runs_go_after_the_days_that_were_set(bench: Bench) -> None:
    for name, ended in (("19700102-000000-old", 1), ("20991231-000000-new", 4e9)):
        (root(bench) / name).mkdir(parents=True)
        path = root(bench) / name / place.RUN
        path.write_text(json.dumps({"instance": name}))
        path.touch()
        os.utime(path, (ended, ended))

    bench.application("history.max_days=3650")

    wait_until(lambda: len(place.runs(root(bench))) == 1)
    assert place.runs(root(bench))[0].name == "20991231-000000-new"


def test_clearing_removes_what_ended(bench: Bench) -> None:
    start(bench.application(), "echo hello")
    bench.close()
    application = bench.application()
    assert len(place.runs(root(bench))) == 1

    assert run(application, "history.clear")["runs"] == 0

    assert place.runs(root(bench)) == []


def test_a_folder_that_cannot_be_written_is_shown_and_costs_no_line(
    bench: Bench,
) -> None:
    root(bench).parent.mkdir(parents=True, exist_ok=True)
    root(bench).touch()
    application = bench.application()

    start(application, "seq 100")

    assert application.instance.log_extent().end == 100
    wait_until(lambda: run(application, "history.status")["lost"] == 100)
    health = {row.component: row for row in application.instance.health()}
    assert health["history"].level is not HealthLevel.HEALTHY
    assert "cannot be written" in health["history"].error

    root(bench).unlink()
    start(application, "seq 7")

    wait_until(
        lambda: (
            {row.component: row for row in application.instance.health()}[
                "history"
            ].level
            is HealthLevel.HEALTHY
        )
    )
    assert len(only_run(bench).window(0, 1000)) == 7


def test_two_instances_in_one_folder_have_a_run_each(bench: Bench) -> None:
    for text in ("one", "two"):
        start(bench.application(), f"echo {text}")

    def found() -> set[str]:
        runs = place.runs(root(bench))
        return {line.text for run in runs for line in Run(run).window(0, 9)}

    wait_until(lambda: found() == {"one", "two"})
    assert len(place.runs(root(bench))) == 2


def test_the_history_is_measured(bench: Bench) -> None:
    application = bench.application()
    start(application, "echo hello")

    def written() -> float:
        values: dict[str, float] = run(application, "metrics.read")["values"]
        return values["brummer_history_bytes_total"]

    wait_until(written)
    values = run(application, "metrics.read")["values"]
    assert values["brummer_history_lines_lost_total"] == 0
    assert values["brummer_history_waiting_bytes"] == 0
