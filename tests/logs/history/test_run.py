"""Tests of reading a run."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brummer.logs.history import place, run
from brummer.logs.history.run import Run
from brummer.logs.store import LogStore
from brummer.model.process import ProcessId
from tests.logs.history.shelf import API, ERR, OUT, WEB, Shelf, state, timeless
from tests.support.descriptors import few_descriptors

PROCESSES = [WEB, API, ProcessId("A B/c-1")]


def filled(folder: Path, seed: int, part_bytes: int = 2000) -> Shelf:
    """Return a shelf with a few hundred lines of three processes in random order."""
    chance = random.Random(seed)
    shelf = Shelf(folder, part_bytes=part_bytes)
    for number in range(300):
        lines = [b"%d %d\n" % (number, n) for n in range(chance.randrange(4))]
        data = b"".join(lines) + chance.choice([b"", b"", b"tail"])
        process, stream = chance.choice(PROCESSES), chance.choice([OUT, ERR])
        shelf.print(data or b"\n", process, stream, number / 500)
        if chance.random() < 0.2:
            shelf.write()
    for process in PROCESSES:
        shelf.end(process)
    shelf.write()
    shelf.close()
    return shelf


@pytest.mark.parametrize("process", [None, *PROCESSES])
def test_every_window_is_that_of_memory(
    tmp_path: Path, process: ProcessId | None
) -> None:
    shelf = filled(tmp_path, seed=1)
    kept = shelf.run
    extent = shelf.store.extent(process)

    assert kept.extent(process) == extent[1:]
    for first in range(0, extent.end + 5, 7):
        for count in (0, 1, 13):
            memory = shelf.store.window(first, count, process).entries
            assert timeless(kept.window(first, count, process)) == timeless(memory)


@settings(max_examples=8)
@given(
    seed=st.integers(0, 10_000), first=st.integers(0, 400), count=st.integers(0, 400)
)
@pytest.mark.parametrize("process", [None, *PROCESSES])
def test_strips_have_every_line_asked_for_once(
    tmp_path_factory: pytest.TempPathFactory,
    process: ProcessId | None,
    seed: int,
    first: int,
    count: int,
) -> None:
    shelf = filled(tmp_path_factory.mktemp("strips"), seed)

    found = sorted(
        entry
        for strip in shelf.run.strips(first, first + count, process)
        for entry in strip.entries(strip.among)
    )

    memory = shelf.store.window(first, count, process).entries
    stop = first + count
    assert timeless(found) == timeless(e for e in memory if first <= e.number < stop)


@settings(max_examples=20)
@given(seed=st.integers(0, 10_000), stop=st.integers(0, 200))
def test_blocks_have_every_line_before_the_stop_once(
    tmp_path_factory: pytest.TempPathFactory, seed: int, stop: int
) -> None:
    shelf = filled(tmp_path_factory.mktemp("blocks"), seed)

    found = sorted(
        (*block.origin(at)[::3], line)
        for block in shelf.run.newest_first({WEB: stop})
        for at, line in zip(block.every, block.printed(block.every), strict=True)
    )

    assert found == sorted(
        (entry.process, entry.number, entry.data)
        for process in PROCESSES
        for entry in shelf.store.window(0, 10**9, process).entries
        if process != WEB or entry.number < stop
    )


def test_blocks_of_all_come_newest_first(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    for time, process in enumerate((WEB, API, WEB, PROCESSES[2], API)):
        shelf.print(b"x" * 300_000 + b"\n", process, time=float(time))
    shelf.write()
    shelf.close()

    times = [block.times[-1] for block in shelf.run.newest_first({})]

    assert times == [4.0, 3.0, 2.0, 1.0, 0.0]


def test_only_the_processes_asked_for_are_read(tmp_path: Path) -> None:
    shelf = filled(tmp_path, seed=3)

    found = {
        block.origin(0).process for block in shelf.run.newest_first({}, [API, WEB])
    }

    assert found == {API, WEB}


def test_quiet_processes_are_not_read_before_their_turn(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    for number in range(50):
        shelf.print(b"x\n", ProcessId(f"p-{number}"))
    shelf.write()
    shelf.close()
    blocks = shelf.run.newest_first({})

    with few_descriptors(3):
        newest = next(blocks)
        place.with_end(place.part(shelf.folder(ProcessId("p-48")), 1), ".log").unlink()
        rest = [block.origin(0).process for block in blocks]

    assert newest.origin(0).process == "p-49"
    assert rest == [f"p-{number}" for number in range(47, -1, -1)]


def test_lines_are_counted_of_the_processes_asked_for(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.print(b"one\ntwo\n")
    shelf.print(b"three\n", API)
    shelf.write()
    shelf.close()

    counts = [shelf.run.count({}, each) for each in ((), (WEB,), (API,), (WEB, API))]

    assert counts == [3, 2, 1, 3]
    assert [shelf.run.count({WEB: stop}) for stop in (0, 1, 9)] == [1, 2, 3]


def test_any_number_of_processes_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for bound in ("_PASTS", "_NAMES"):
        monkeypatch.setattr(run, bound, 5)
    shelf = Shelf(tmp_path)
    for number in range(40):
        shelf.print(b"%d\n" % number, ProcessId(f"Process {number % 20}"))
    shelf.write()
    shelf.close()
    found = shelf.run

    with few_descriptors(4):
        texts = [[entry.text for entry in found.window(0, 100)] for _ in range(2)]

    assert texts == [[str(number) for number in range(40)]] * 2


@pytest.mark.parametrize("process", [None, WEB])
def test_a_window_goes_on_after_a_gap(
    tmp_path: Path, process: ProcessId | None
) -> None:
    shelf = Shelf(tmp_path)
    shelf.print(b"0\n1\n")
    shelf.write()
    shelf.print(b"lost\n" * 5000)
    shelf.lose()
    shelf.print(b"5002\n5003\n", time=9.0)
    shelf.write()
    shelf.close()

    first = [entry.number for entry in shelf.run.window(0, 10, process)]
    after = [entry.number for entry in shelf.run.window(2, 10, process)]

    assert first == [0, 1]
    assert after == [5002, 5003]
    assert shelf.run.window(5004, 10, process) == []


def test_a_run_tells_of_itself_and_its_processes(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.known[WEB] = state(WEB)
    shelf.print(b"hello\n")
    shelf.print(b"hello\n", ProcessId("A B/c-1"))
    shelf.write()

    row = shelf.run.row()

    assert (row.instance, row.started, row.ended) == ("shop-1", 1_790_000_000.0, None)
    assert row.is_running
    assert row.processes == 2
    assert row.size > 12
    assert shelf.run.processes() == ["A B/c-1", "web-1"]
    assert shelf.run.about(WEB)["command"] == "npm run dev"
    shelf.close()
    assert not shelf.run.row().is_running
    assert shelf.run.row().ended == 1_790_000_000.0


def test_a_run_can_be_read_while_it_is_written(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, part_bytes=100)
    run = shelf.run

    for number in range(50):
        shelf.print(b"line %d\n" % number)
        shelf.write()

        assert len(run.window(0, 1000, WEB)) == number + 1
        assert run.extent() == (0, number + 1)
    shelf.close()


@pytest.mark.parametrize("content", [b"", b"{", b'{"started": "soon", "ended": []}'])
def test_a_run_whose_file_is_broken_is_still_one(
    tmp_path: Path, content: bytes
) -> None:
    shelf = filled(tmp_path, seed=4)
    (shelf.owner.folder / place.RUN).write_bytes(content)

    row = shelf.run.row()

    assert row.started == 0.0
    assert len(shelf.lines()) == shelf.store.extent().end


def test_a_run_that_is_not_there_is_empty(tmp_path: Path) -> None:
    run = Run(tmp_path / "nowhere")

    assert run.extent() == (0, 0)
    assert run.extent(WEB) == (0, 0)
    assert run.window(0, 10) == []
    assert list(run.newest_first({})) == []
    assert run.row().size == 0


def test_files_go_on_where_memory_ends(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, store=LogStore(max_entries=10))
    for number in range(100):
        shelf.print(b"line %d\n" % number)
    shelf.write()
    shelf.close()

    first = shelf.store.extent().first
    older = shelf.run.window(0, first)

    assert older[-1].number == first - 1
    assert len(older) == first
