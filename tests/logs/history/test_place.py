"""Tests of what stands where."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer.logs.history import place
from brummer.model.process import ProcessId


@pytest.mark.parametrize("good", ["web-1", "api_2-31", "0.9-1"])
def test_a_good_name_is_the_name_of_the_folder(good: str) -> None:
    assert place.process_name(ProcessId(good)) == good


@pytest.mark.parametrize(
    "bad",
    ["Web-1", "a/b-1", "..", ".hidden-1", "x" * 300 + "-1", "na\u00efve-1", "a~b-1"],
)
def test_any_other_name_is_made_readable_and_its_own(bad: str) -> None:
    name = place.process_name(ProcessId(bad))

    assert "/" not in name
    assert "~" in name
    assert not name.startswith(".")
    assert len(name.encode()) < 80


@given(st.lists(st.text(min_size=1, max_size=300), unique=True, max_size=20))
def test_no_two_processes_share_a_folder_on_any_system(names: list[str]) -> None:
    found = {place.process_name(ProcessId(name)).lower() for name in names}

    assert len(found) == len(names)


def test_runs_are_named_in_the_order_of_their_times(tmp_path: Path) -> None:
    for instance, started in (("b", 1e9), ("a", 2e9), ("c", 1.5e9)):
        (tmp_path / place.run_name(instance, started)).mkdir()
    (tmp_path / "somebody's").mkdir()
    (tmp_path / "20200101-000000-link").symlink_to(tmp_path / "somebody's")

    assert [run.name[16:] for run in place.runs(tmp_path)] == ["b", "c", "a"]


def test_parts_are_found_by_their_indexes(tmp_path: Path) -> None:
    for name in (
        *("00000002.idx", "00000002.idx.gz", "00000001.idx.gz"),
        *("00000003.log", "123.idx", "x.idx"),
    ):
        (tmp_path / name).touch()

    assert place.parts(tmp_path) == [1, 2]
    assert place.parts(tmp_path / "nowhere") == []
    assert place.folders(tmp_path / "nowhere") == []


@pytest.mark.parametrize("process", ["web-1", "A B/c-1", "~", "x~y"])
def test_a_folder_tells_whose_it_is(tmp_path: Path, process: str) -> None:
    folder = tmp_path / place.process_name(ProcessId(process))
    folder.mkdir()
    place.save(folder / place.PROCESS, {"id": process})

    assert place.named(folder) == process


def test_a_folder_that_does_not_tell_is_nobodys(tmp_path: Path) -> None:
    folder = tmp_path / place.process_name(ProcessId("A B/c-1"))
    folder.mkdir()

    assert place.named(folder) is None


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "run.json"

    place.save(path, {"id": "one"})
    place.save(path, {"id": "two"})

    assert place.load(path) == {"id": "two"}
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["run.json"]


@pytest.mark.parametrize("text", [b"", b"[1]", b"{", b"\xff", b"[" * 100_000])
def test_a_file_that_makes_no_sense_says_nothing(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "run.json"
    path.write_bytes(text)

    assert place.load(path) == {}
