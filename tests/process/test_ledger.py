import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from brummer.model.process import ProcessId
from brummer.process.ledger import Ledger, read
from brummer.process.row import Identity
from brummer.process.table import epoch, row

WEB = ProcessId("web-1")
API = ProcessId("api-1")


class Desk:
    """A ledger and what it reported."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.reports: list[tuple[str, str]] = []
        self.ledger = Ledger(path, "me", self._report)

    def _report(self, component: str, problem: str) -> None:
        self.reports.append((component, problem))

    def processes(self) -> list[tuple[str, Identity | None]]:
        account = read(self.path)
        assert account is not None
        return [(entry.process, entry.identity) for entry in account.entries]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    one = Desk(tmp_path / "deep" / "er" / "me.ledger")
    yield one
    one.ledger.close()


def test_a_ledger_says_whose_it_is(desk: Desk) -> None:
    account = read(desk.path)

    assert account is not None
    own = row(os.getpid())
    assert own is not None
    assert account.owner.instance == "me"
    assert Identity(account.owner.pid, account.owner.start) == own.identity
    assert account.owner.epoch == epoch()
    assert account.owner.host == os.uname().nodename


def test_only_the_user_may_look_into_it(desk: Desk) -> None:
    assert stat.S_IMODE(desk.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(desk.path.parent.stat().st_mode) == 0o700


def test_a_child_is_expected_then_recorded_then_forgotten(desk: Desk) -> None:
    desk.ledger.expect(WEB, "me/web-1", "npm run dev")
    desk.ledger.expect(API, "me/api-1", "./api\n\ud800")
    assert desk.processes() == [("web-1", None), ("api-1", None)]

    desk.ledger.record(API, Identity(42, 1000))
    assert desk.processes() == [("web-1", None), ("api-1", Identity(42, 1000))]

    desk.ledger.forget(WEB)
    desk.ledger.forget(ProcessId("never-heard-of"))
    assert desk.processes() == [("api-1", Identity(42, 1000))]


def test_closing_removes_a_ledger_with_nothing_in_it(desk: Desk) -> None:
    desk.ledger.expect(WEB, "me/web-1", "x")
    desk.ledger.forget(WEB)

    desk.ledger.close()

    assert list(desk.path.parent.iterdir()) == []


def test_closing_keeps_a_ledger_that_is_needed(desk: Desk) -> None:
    desk.ledger.expect(WEB, "me/web-1", "x")

    desk.ledger.close()

    assert desk.processes() == [("web-1", None)]


def test_a_ledger_does_not_grow_with_what_is_gone(desk: Desk) -> None:
    desk.ledger.expect(API, "me/api-1", "x")

    for number in range(3000):
        desk.ledger.expect(ProcessId(f"web-{number}"), "m", "x" * 20)
        desk.ledger.forget(ProcessId(f"web-{number}"))

    assert desk.processes() == [("api-1", None)]
    assert desk.path.stat().st_size < 400_000
    assert desk.reports == []


def test_a_half_written_line_costs_only_itself(desk: Desk) -> None:
    desk.ledger.expect(WEB, "me/web-1", "x")
    with desk.path.open("ab") as file:
        file.write(b'{"process": "api-1", "ma')

    assert desk.processes() == [("web-1", None)]


@pytest.mark.parametrize(
    "text",
    ["", "\n", "[]", "{}", '{"instance": 1}', "\0\0", "no json", '{"instance":"x"}'],
)
def test_what_is_no_ledger_is_not_read(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x"
    path.write_text(text)

    assert read(path) is None
    assert read(tmp_path / "missing") is None
    assert read(tmp_path) is None


@pytest.mark.parametrize("value", [None, "41", 1.5, [], {}])
def test_a_line_with_a_wrong_value_is_left_out(desk: Desk, value: object) -> None:
    desk.ledger.expect(WEB, "me/web-1", "x")
    line = json.loads(desk.path.read_text().splitlines()[1])
    with desk.path.open("a") as file:
        for name in ("process", "mark", "command", "since"):
            wrong = {"pid": 1, "start": 1, **line, "process": "bad-1", name: value}
            file.write(json.dumps(wrong) + "\n")

    names = [name for name, _ in desk.processes()]

    assert "web-1" in names
    assert value != "41" or set(names) <= {"web-1", "bad-1", "41"}


def test_without_a_place_to_write_the_program_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    desk = Desk(tmp_path / "file" / "me.ledger")
    desk.ledger.expect(WEB, "me/web-1", "x")
    desk.ledger.record(WEB, Identity(1, 1))
    desk.ledger.forget(WEB)
    desk.ledger.close()

    assert len(desk.reports) == 1
    assert desk.reports[0][0] == "ledger"
    assert str(desk.path) in desk.reports[0][1]


def test_a_ledger_that_cannot_be_replaced_leaves_no_draft(tmp_path: Path) -> None:
    (tmp_path / "me.ledger").mkdir()

    desk = Desk(tmp_path / "me.ledger")
    desk.ledger.expect(WEB, "me/web-1", "x")
    desk.ledger.close()

    assert len(desk.reports) == 1
    assert list(tmp_path.iterdir()) == [desk.path]


def test_a_draft_of_a_writer_that_was_killed_is_removed(tmp_path: Path) -> None:
    draft = tmp_path / f".draft-{2**22 + 1}-1-you.ledger"
    draft.touch()

    Desk(tmp_path / "me.ledger").ledger.close()

    assert not draft.exists()


def test_a_ledger_that_could_not_be_written_is_complete_later(tmp_path: Path) -> None:
    blocker = tmp_path / "folder"
    blocker.write_text("")
    desk = Desk(blocker / "me.ledger")
    desk.ledger.expect(WEB, "me/web-1", "x")

    blocker.unlink()
    desk.ledger.expect(API, "me/api-1", "x")

    assert desk.processes() == [("web-1", None), ("api-1", None)]
    desk.ledger.close()


def test_a_ledger_that_was_removed_is_written_again(desk: Desk) -> None:
    desk.ledger.expect(WEB, "me/web-1", "x")
    desk.path.unlink()
    desk.path.parent.rmdir()

    desk.ledger.expect(API, "me/api-1", "x")

    assert desk.processes() == [("web-1", None), ("api-1", None)]
    assert desk.reports == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full device")
def test_a_full_disk_is_told_once(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "me.ledger")
    limit = os.open("/dev/full", os.O_WRONLY)
    (file,) = [
        int(name.name)
        for name in Path("/proc/self/fd").iterdir()
        if name.is_symlink() and name.readlink() == desk.path
    ]
    saved = os.dup(file)
    os.dup2(limit, file)

    desk.ledger.expect(WEB, "me/web-1", "x")
    assert len(desk.reports) == 1
    desk.ledger.expect(API, "me/api-1", "x")

    assert len(desk.reports) == 1
    assert desk.processes() == [("web-1", None), ("api-1", None)]
    desk.ledger.close()
    os.close(limit)
    os.close(saved)
