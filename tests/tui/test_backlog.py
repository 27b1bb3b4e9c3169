"""A log that goes back into files without waiting for them."""

from concurrent.futures import Future

import pytest
from typing_extensions import override

from brummer.model.log import LogWindow
from brummer.model.process import ProcessId
from brummer.tui.backlog import PAGE, PAGES, Backlog
from tests.support.instance import FakeInstance


class SlowDisk(FakeInstance):
    """An instance whose files are read when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[int, Future[LogWindow]]] = []

    @override
    def log_history(
        self, first: int, count: int, process: ProcessId | None = None
    ) -> Future[LogWindow]:
        assert count == PAGE
        found: Future[LogWindow] = Future()
        self.asked.append((first, found))
        return found

    def read(self) -> list[int]:
        """Read what was asked for; return the first number of each."""
        asked, self.asked = self.asked, []
        for first, found in asked:
            found.set_result(super().log_history(first, PAGE, self.web).result())
        return [first for first, _ in asked]

    def begin(self, lines: int, shelved: int) -> "Backlog":
        """Print some lines, of which memory has only the last."""
        self.web = self.add_process("web").id
        self.print(self.web, *map(str, range(lines)))
        self.shelve(shelved, self.web)
        backlog = Backlog(self)
        backlog.show(self.web)
        return backlog


def numbers(backlog: Backlog, first: int, count: int) -> list[int]:
    return [entry.number for entry in backlog.window(first, count).entries]


@pytest.fixture
def disk() -> SlowDisk:
    return SlowDisk()


def test_what_memory_has_needs_no_disk(disk: SlowDisk) -> None:
    backlog = disk.begin(lines=100, shelved=0)

    assert numbers(backlog, 0, 10) == list(range(10))
    assert backlog.extent()[1:] == (0, 100)
    assert disk.asked == []


def test_where_the_log_begins_is_known_a_little_later(disk: SlowDisk) -> None:
    backlog = disk.begin(lines=2000, shelved=1200)
    before = backlog.extent()

    disk.read()

    assert before[1:] == (1200, 2000)
    assert backlog.extent()[1:] == (0, 2000)
    assert backlog.extent().version != before.version


def test_lines_come_when_they_were_read(disk: SlowDisk) -> None:
    backlog = disk.begin(lines=2000, shelved=1200)
    backlog.extent()
    disk.read()

    before = numbers(backlog, 600, 10)
    disk.read()

    assert before == []
    assert numbers(backlog, 600, 10) == list(range(600, 610))
    assert disk.asked == []


def test_a_window_over_the_edge_has_both(disk: SlowDisk) -> None:
    backlog = disk.begin(lines=2000, shelved=1200)
    backlog.extent()
    disk.read()
    numbers(backlog, 1190, 20)
    disk.read()

    assert numbers(backlog, 1190, 20) == list(range(1190, 1210))


def test_nothing_is_asked_for_twice_at_once(disk: SlowDisk) -> None:
    backlog = disk.begin(lines=2000, shelved=1200)
    backlog.extent()
    disk.read()

    for _ in range(5):
        numbers(backlog, 600, 10)

    # The page, and the one before it.
    assert disk.read() == [600 - PAGE, 600]


def test_lines_that_leave_memory_later_are_read_then(disk: SlowDisk) -> None:
    backlog = disk.begin(lines=2000, shelved=10)
    numbers(backlog, 0, 20)
    disk.read()
    numbers(backlog, 0, 20)

    disk.shelve(1990, disk.web)
    disk.print(disk.web, *map(str, range(2000, 2500)))
    disk.shelve(300, disk.web)
    numbers(backlog, 1995, 10)
    disk.read()
    numbers(backlog, 1995, 10)

    assert numbers(backlog, 1995, 10) == list(range(1995, 2005))


def test_a_page_that_was_read_too_early_is_read_again(disk: SlowDisk) -> None:
    backlog = disk.begin(lines=600, shelved=550)
    numbers(backlog, 500, 50)
    disk.read()
    assert numbers(backlog, 540, 10) == list(range(540, 550))

    disk.print(disk.web, *map(str, range(600, 1100)))
    disk.shelve(500, disk.web)
    numbers(backlog, 900, 10)
    disk.read()

    assert numbers(backlog, 900, 10) == list(range(900, 910))


def test_what_cannot_be_read_is_missing_and_not_asked_for_again(
    disk: SlowDisk,
) -> None:
    backlog = disk.begin(lines=2000, shelved=1200)
    backlog.extent()
    for _, found in disk.asked:
        found.set_exception(OSError("no such file"))
    disk.asked = []

    assert backlog.extent()[1:] == (1200, 2000)
    assert numbers(backlog, 0, 3) == [1200, 1201, 1202]


def test_another_log_begins_anew(disk: SlowDisk) -> None:
    backlog = disk.begin(lines=2000, shelved=1200)
    backlog.extent()
    disk.read()
    api = disk.add_process("api").id

    backlog.show(api)

    assert backlog.extent()[1:] == (0, 0)


def test_so_many_pages_are_remembered_and_no_more(disk: SlowDisk) -> None:
    lines = (PAGES + 10) * PAGE
    backlog = disk.begin(lines=lines, shelved=lines)
    backlog.extent()
    disk.read()
    for first in range(0, lines, PAGE):
        numbers(backlog, first, 1)
        disk.read()
    backlog.extent()

    numbers(backlog, 0, 1)

    assert 0 in disk.read()
