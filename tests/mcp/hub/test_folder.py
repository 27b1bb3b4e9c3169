"""Tests of watching the folder of instance files, with real files."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from brummer.mcp.hub.folder import MAX_FILES, MAX_PROBLEM, Folder, is_instance_file
from brummer.mcp.hub.sighting import Look, Sighting
from brummer.mcp.hub.timing import Timing

LIMIT = 20.0

#: So slow that what is told was told by the system.
SLOW = Timing(poll=1000.0)
FAST = Timing(poll=0.02)


def read(path: Path) -> Sighting:
    """Read a file that holds a port."""
    return Sighting(
        id=path.stem,
        name=path.stem,
        directory=Path("/work", path.stem),
        pid=1,
        port=int(path.read_text()),
        token="",
    )


def put(path: Path, text: str) -> None:
    """Replace a file as instances do."""
    draft = path.with_name(f".draft-{path.name}")
    draft.write_text(text)
    draft.replace(path)


def look(path: Path) -> Look:
    return asyncio.run(Folder(path, read).look())


def ports(found: Look) -> dict[str, int]:
    return {seen.id: seen.port for seen in found.sightings}


@contextlib.asynccontextmanager
async def watched(path: Path, timing: Timing) -> AsyncIterator[asyncio.Event]:
    """Watch; lend an event that is set when something may have changed."""
    changed = asyncio.Event()
    watching = asyncio.create_task(Folder(path, read, timing).watch(changed.set))
    try:
        async with asyncio.timeout(LIMIT):
            # The first is for what came before.
            await changed.wait()
            changed.clear()
            yield changed
    finally:
        watching.cancel()
        await asyncio.wait({watching})


class Deaf:
    """A system that tells of nothing; counts who asked it, and for which folder."""

    def __init__(self) -> None:
        self.asked: list[Path] = []
        self.times = asyncio.Semaphore(0)
        self.error: Exception | None = None

    async def awatch(self, path: Path, **_: object) -> AsyncIterator[set[object]]:
        self.asked.append(path)
        self.times.release()
        if self.error is not None:
            raise self.error
        await asyncio.get_running_loop().create_future()
        yield set()


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch) -> Deaf:
    deaf = Deaf()
    monkeypatch.setattr("watchfiles.awatch", deaf.awatch)
    return deaf


def test_a_damaged_file_concerns_nobody_else_and_is_read_again(tmp_path: Path) -> None:
    put(tmp_path / "a.json", "1")
    put(tmp_path / "b.json", "two")

    before = look(tmp_path)
    put(tmp_path / "b.json", "2")
    after = look(tmp_path)

    assert ports(before) == {"a": 1}
    assert "'two'" in before.problems["b.json"]
    assert ports(after) == {"a": 1, "b": 2}
    assert after.problems == {}


def test_what_is_wrong_with_a_file_is_told_in_one_bounded_line(tmp_path: Path) -> None:
    put(tmp_path / "a.json", "\n\tx" * 1000)

    (problem,) = look(tmp_path).problems.values()

    assert len(problem) <= MAX_PROBLEM
    assert problem.isprintable()


def test_a_folder_that_is_not_there_has_no_files(tmp_path: Path) -> None:
    assert look(tmp_path / "missing") == Look()


def test_drafts_and_other_files_are_passed_over(tmp_path: Path) -> None:
    put(tmp_path / "a.json", "1")
    (tmp_path / ".draft-1-2-a.json").write_text("1")
    (tmp_path / "a.sock").write_text("1")

    found = look(tmp_path)

    assert ports(found) == {"a": 1}
    assert found.problems == {}


def test_more_files_than_there_can_be_instances_are_not_read(tmp_path: Path) -> None:
    for number in range(MAX_FILES + 2):
        (tmp_path / f"{number:03}.json").write_text("1")

    found = look(tmp_path)

    assert len(found.sightings) == MAX_FILES
    assert set(found.problems) == {"256.json", "257.json"}


@pytest.mark.parametrize("name", [".a.json", "a.json~", "json", ".draft-1-2-a.json"])
def test_what_is_not_called_so_is_no_instance_file(name: str) -> None:
    assert is_instance_file("a.json")
    assert not is_instance_file(name)


def test_the_system_tells_of_a_change(tmp_path: Path) -> None:
    async def work() -> None:
        async with watched(tmp_path, SLOW) as changed:
            # Nobody tells when the system begins to listen.
            for number in range(1000):
                put(tmp_path / "a.json", str(number))
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(changed.wait(), 0.1)
                    break
            assert changed.is_set()

    asyncio.run(work())


def test_where_the_system_tells_nothing_changes_are_found_all_the_same(
    tmp_path: Path, deaf: Deaf
) -> None:
    async def work() -> None:
        async with watched(tmp_path, FAST) as changed:
            for text in ("1", "22", "1"):
                put(tmp_path / "a.json", text)
                await changed.wait()
                changed.clear()
            (tmp_path / "a.json").unlink()
            await changed.wait()

    asyncio.run(work())

    assert deaf.asked == [tmp_path]


def test_a_system_that_cannot_listen_is_asked_again(tmp_path: Path, deaf: Deaf) -> None:
    deaf.error = OSError("no space left on device")

    async def work() -> None:
        async with watched(tmp_path, FAST) as changed:
            put(tmp_path / "a.json", "1")
            await changed.wait()
            for _ in range(3):
                await deaf.times.acquire()

    asyncio.run(work())


def test_a_folder_that_comes_later_is_watched(tmp_path: Path, deaf: Deaf) -> None:
    folder = tmp_path / "instances"

    async def work() -> None:
        async with watched(folder, FAST) as changed:
            folder.mkdir()
            await changed.wait()
            changed.clear()
            put(folder / "a.json", "1")
            await changed.wait()

    asyncio.run(work())

    assert deaf.asked == [folder, folder]


def test_the_successor_of_a_folder_is_watched_instead(
    tmp_path: Path, deaf: Deaf
) -> None:
    folder = tmp_path / "instances"
    folder.mkdir()

    async def work() -> None:
        async with watched(folder, FAST) as changed:
            # The first still exists, so that the second is not taken for it.
            folder.rename(tmp_path / "old")
            folder.mkdir()
            await changed.wait()
            for _ in range(2):
                await deaf.times.acquire()

    asyncio.run(work())
