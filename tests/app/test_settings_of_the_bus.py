"""Tests that what can be set of the bus makes a difference in the running program."""

import threading
from pathlib import Path

import pytest

from brummer.core.threads import Role, census
from tests.app.conftest import Bench
from tests.app.test_settings_applied import run, values
from tests.support.wait import LIMIT, wait_until


@pytest.mark.parametrize(("size", "aside"), [(2, 1), (8, 4)])
def test_the_pool_has_the_size_that_was_set(
    bench: Bench, size: int, aside: int
) -> None:
    application = bench.application(f"eventbus.worker_pool_size={size}")
    begun: list[int] = []
    leave = threading.Event()

    def stay() -> None:
        begun.append(1)
        leave.wait(LIMIT)

    futures = [application.run_aside(stay) for _ in range(10)]
    wait_until(lambda: len(begun) >= aside)

    assert len(begun) == aside
    assert census()[Role.BUS] <= size
    leave.set()
    for future in futures:
        future.result(LIMIT)


#: A plugin that writes down what it is told of processes.
RECORDER = """
from pathlib import Path
import brummer

@brummer.hookimpl
def brummer_process_changed(after):
    with Path({0!r}).open("a") as file:
        print(after.status, file=file)
"""


def told_of_a_crowd(bench: Bench, folder: Path, *options: str) -> list[str]:
    """Run a process while the bus has no free thread; return what a plugin heard."""
    plugin, record = folder / "recorder.py", folder / "record"
    plugin.write_text(RECORDER.format(str(record)))
    record.write_text("")
    application = bench.application(
        "eventbus.worker_pool_size=1",
        "process_manager.fallback_mode=true",
        *options,
        plugins=(str(plugin),),
    )
    begun, leave = threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        leave.wait(LIMIT)

    held = application.run_aside(hold)
    assert begun.wait(LIMIT)

    run(application, "true")
    leave.set()
    held.result(LIMIT)
    wait_until(lambda: not values(application, "brummer_events_queued"))
    # What was put later is told later, also if nothing of the process was.
    run(application, "true last")
    wait_until(lambda: record.read_text().splitlines()[-1:] == ["success"])
    lines = record.read_text().splitlines()
    return lines[: lines.index("pending", 1)] if "pending" in lines[1:] else lines


ONE_PLACE = "eventbus.queue_sizes=[1, 1, 1]"


@pytest.mark.parametrize(
    ("options", "heard"),
    [
        ((), ["pending", "running", "success"]),
        ((ONE_PLACE,), ["success"]),
        ((ONE_PLACE, "eventbus.backpressure_strategy=drop_newest"), ["pending"]),
    ],
    ids=["as it is", "queue_sizes", "backpressure_strategy"],
)
def test_so_much_waits_for_a_busy_bus_and_gives_way_as_was_set(
    bench: Bench, tmp_path: Path, options: tuple[str, ...], heard: list[str]
) -> None:
    assert told_of_a_crowd(bench, tmp_path, *options) == heard


@pytest.mark.parametrize("is_told", [True, False])
def test_a_queue_that_blocks_is_told_if_that_was_set(
    bench: Bench, tmp_path: Path, caplog: pytest.LogCaptureFixture, *, is_told: bool
) -> None:
    with caplog.at_level("WARNING"):
        told_of_a_crowd(
            bench,
            tmp_path,
            ONE_PLACE,
            f"eventbus.enable_monitoring={str(is_told).lower()}",
        )

    assert ("queue block: plugins, processes" in caplog.text) is is_told
