"""Tests of the process table."""

import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from brummer.core.registry import LockedRegistry, Registry, new_registry
from brummer.model.process import ProcessId, ProcessState, ProcessStatus
from brummer.model.script import ScriptId

WEB = ProcessId("web-1")


def state(
    process: str = "web-1", status: ProcessStatus = ProcessStatus.RUNNING
) -> ProcessState:
    return ProcessState(
        id=ProcessId(process),
        name="web",
        script=ScriptId("node:web"),
        command="vite",
        folder=Path("/srv"),
        status=status,
        run=0,
    )


def to(new: ProcessState) -> Callable[[ProcessState | None], ProcessState]:
    """Return the change to *new*."""
    return lambda _: new


def run(number: int) -> Callable[[ProcessState | None], ProcessState]:
    """Return the change that numbers a process."""
    return lambda old: replace(old or state(), run=number)


def one_more(old: ProcessState | None) -> ProcessState:
    assert old is not None
    return replace(old, run=old.run + 1)


@pytest.fixture(params=["atomic", "locked"])
def registry(request: pytest.FixtureRequest) -> Registry:
    return new_registry(request.param, 1000)


@pytest.fixture
def _restless_threads() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_the_strategy_decides_the_kind() -> None:
    assert type(new_registry("atomic", 1)) is Registry
    assert type(new_registry("locked", 1)) is LockedRegistry


def test_an_update_returns_both_states(registry: Registry) -> None:
    first = registry.update(WEB, lambda _: state())
    second = registry.update(WEB, lambda old: replace(old or state(), pid=7))

    assert first == (None, state())
    assert second == (state(), replace(state(), pid=7))
    assert registry.get(WEB) == second[1]


def test_every_change_grows_the_version(registry: Registry) -> None:
    versions = [registry.version]
    for _ in range(3):
        registry.update(WEB, lambda _: state())
        versions.append(registry.version)

    assert versions == sorted(set(versions))


def test_a_snapshot_never_changes(registry: Registry) -> None:
    registry.update(WEB, lambda _: state())
    before = registry.snapshot()

    registry.update(ProcessId("api-1"), lambda _: state("api-1"))

    assert list(before) == [WEB]
    assert list(registry.snapshot()) == [WEB, "api-1"]
    with pytest.raises(TypeError):
        before[WEB] = state()  # type: ignore[index] # that is what is tested


def test_a_change_that_raises_leaves_everything_as_it_was(registry: Registry) -> None:
    registry.update(WEB, lambda _: state())
    version = registry.version

    with pytest.raises(ZeroDivisionError):
        registry.update(WEB, lambda _: state(str(1 // 0)))

    assert registry.version == version
    registry.update(WEB, lambda _: state())


def test_the_state_of_another_process_is_refused(registry: Registry) -> None:
    with pytest.raises(ValueError, match="api-1 is no state of web-1"):
        registry.update(WEB, lambda _: state("api-1"))


def test_the_oldest_ends_are_forgotten_and_the_living_never() -> None:
    registry = Registry(history=3)
    registry.update(WEB, lambda _: state())
    for number in range(10):
        process = ProcessId(f"job-{number}")
        done = state(process, ProcessStatus.SUCCESS)
        registry.update(process, to(done))

    assert list(registry.snapshot()) == [WEB, "job-7", "job-8", "job-9"]


def test_two_hundred_processes_are_all_there(registry: Registry) -> None:
    names = [ProcessId(f"job-{number}") for number in range(200)]
    threads = [
        threading.Thread(target=registry.update, args=(name, to(state(name))))
        for name in names
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(registry.snapshot()) == set(names)


@pytest.mark.usefixtures("_restless_threads")
def test_no_update_of_a_hundred_threads_is_lost(registry: Registry) -> None:
    registry.update(WEB, lambda _: state())

    def count() -> None:
        for _ in range(1_000):
            registry.update(WEB, one_more)

    threads = [threading.Thread(target=count) for _ in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    final = registry.get(WEB)
    assert final is not None
    assert final.run == 100_000


@pytest.mark.usefixtures("_restless_threads")
def test_a_reader_never_sees_half_an_update() -> None:
    registry = Registry()
    pair = (ProcessId("a-1"), ProcessId("b-1"))
    for name in pair:
        registry.update(name, to(state(name)))
    ended = threading.Event()
    torn: list[tuple[int, int]] = []

    def read() -> None:
        while not ended.is_set():
            table = registry.snapshot()
            first, second = (table[name].run for name in pair)
            # The writer raises the first before the second.
            if first not in {second, second + 1}:
                torn.append((first, second))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(1, 2_000):
        registry.update(pair[0], run(number))
        registry.update(pair[1], run(number))
    ended.set()
    for reader in readers:
        reader.join()

    assert torn == []
