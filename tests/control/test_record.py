"""Tests of instance files."""

import json
import os
import socket
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from brummer.control.record import Directory, InstanceRecord, new_id
from brummer.errors import BrummerError


def record_for(folder: Path, name: str = "") -> InstanceRecord:
    return InstanceRecord.of_this_process(
        folder, str(folder / "control.sock"), id_=name or new_id(folder)
    )


def test_a_record_comes_back_from_its_own_text(tmp_path: Path) -> None:
    record = record_for(tmp_path)

    again = InstanceRecord.from_json(record.to_json())

    assert again == record


def test_the_file_has_the_fields_that_hubs_read(tmp_path: Path) -> None:
    fields = json.loads(record_for(tmp_path).to_json())

    assert {"id", "name", "directory", "port", "started_at", "last_ping"} < set(fields)
    assert fields["process_info"]["pid"] == os.getpid()
    assert "executable" in fields["process_info"]


def test_the_file_can_be_read_by_its_owner_only(tmp_path: Path) -> None:
    directory = Directory(tmp_path / "instances")

    record = directory.write(record_for(tmp_path))

    path = tmp_path / "instances" / f"{record.id}.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_writing_again_moves_the_last_ping_and_leaves_no_draft(tmp_path: Path) -> None:
    directory = Directory(tmp_path)
    first = directory.write(record_for(tmp_path))

    second = directory.write(first)

    assert second.last_ping >= first.last_ping
    assert [path.name for path in tmp_path.iterdir()] == [f"{first.id}.json"]


def test_an_id_names_the_folder_and_never_a_path(tmp_path: Path) -> None:
    assert new_id(tmp_path / "my shop").startswith("my-shop-")
    assert new_id(Path("/")).startswith("root-")
    assert "/" not in new_id(tmp_path / "..hidden")
    assert not new_id(tmp_path / "..hidden").startswith(".")


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '"x"', '{"id": 1}', "\x00", "[" * 100_000]
)
def test_what_is_no_instance_file_is_passed_over(tmp_path: Path, text: str) -> None:
    (tmp_path / "odd.json").write_text(text)

    assert list(Directory(tmp_path).records()) == []


@pytest.mark.parametrize(
    ("place", "key", "value"),
    [
        ("", "id", "a\0b"),
        ("", "id", "a\ud800b"),
        ("", "directory", "/tmp\0"),
        ("", "port", float("inf")),
        ("", "started_at", "0001-01-01T00:00:00+12:00"),
        ("", "last_ping", "yesterday"),
        ("", "last_ping", 5),
        ("", "control_socket", "/tmp/\ud800"),
        ("", "process_info", []),
        ("", "process_info", "x"),
        ("process_info", "pid", float("inf")),
        ("process_info", "pid", -1),
        ("process_info", "pid", None),
        ("process_info", "start", float("nan")),
        ("process_info", "started", []),
    ],
)
def test_a_damaged_file_is_nobodys_instance_and_harms_nobody(
    tmp_path: Path, place: str, key: str, value: object
) -> None:
    directory = Directory(tmp_path)
    record = directory.write(replace(record_for(tmp_path), epoch="", start=0))
    fields = json.loads(record.to_json())
    (fields[place] if place else fields)[key] = value
    (tmp_path / "odd.json").write_text(json.dumps(fields))

    directory.tidy()

    assert list(directory.records()) == directory.living() == [record]


def test_a_draft_is_nobodys_file(tmp_path: Path) -> None:
    directory = Directory(tmp_path)
    record = directory.write(record_for(tmp_path))
    (tmp_path / f".draft-1-2-{record.id}.json").write_text(record.to_json())

    assert list(directory.records()) == [record]


def test_a_file_is_held_until_it_is_changed_or_gone(tmp_path: Path) -> None:
    directory = Directory(tmp_path)
    record = directory.write(record_for(tmp_path))
    path = tmp_path / f"{record.id}.json"
    written = path.read_bytes()

    assert directory.holds(record)
    path.write_bytes(written.replace(b"4", b"5"))
    assert not directory.holds(record)
    path.write_bytes(b"\xff" + written)
    assert not directory.holds(record)
    path.unlink()
    assert not directory.holds(record)


def test_the_file_says_nothing_of_ssh_unless_the_user_did(tmp_path: Path) -> None:
    record = record_for(tmp_path)

    assert "ssh" not in json.loads(record.to_json())
    far = InstanceRecord.from_json(replace(record, ssh="me@far").to_json())
    assert far == replace(record, ssh="me@far")


def test_an_instance_on_another_machine_is_not_ours_to_talk_to_or_to_tidy(
    tmp_path: Path,
) -> None:
    directory = Directory(tmp_path)
    far = directory.write(replace(record_for(tmp_path), ssh="me@far"))

    directory.tidy()

    assert directory.living() == []
    assert list(directory.records()) == [far]


def test_a_time_without_a_zone_can_be_compared_with_others(tmp_path: Path) -> None:
    directory = Directory(tmp_path)
    record = directory.write(record_for(tmp_path))
    fields = {**json.loads(record.to_json()), "started_at": "2020-01-01T00:00:00"}
    (tmp_path / "old.json").write_text(json.dumps(fields))

    first, second = directory.records()

    assert first.started_at < second.started_at
    assert second == record


@pytest.fixture
def sockets() -> Iterator[Path]:
    """Lend a folder whose name is short enough for sockets."""
    with tempfile.TemporaryDirectory(prefix="br") as folder:
        yield Path(folder)


def test_tidying_removes_what_a_killed_instance_left(sockets: Path) -> None:
    directory = Directory(sockets / "instances")
    dead = replace(record_for(sockets), pid=2**22 + 1)
    directory.write(dead)
    with socket.socket(socket.AF_UNIX) as killed:
        killed.bind(dead.control_socket)

    directory.tidy()

    assert list(directory.records()) == []
    assert not Path(dead.control_socket).exists()


def test_tidying_leaves_what_answers_and_what_is_not_ours(sockets: Path) -> None:
    directory = Directory(sockets / "instances")
    elsewhere = replace(record_for(sockets), pid=2**22 + 1)
    foreign = replace(record_for(sockets), pid=2**22 + 1, control_socket="")
    for record in (elsewhere, foreign):
        directory.write(record)

    with socket.socket(socket.AF_UNIX) as answering:
        answering.bind(elsewhere.control_socket)
        answering.listen()
        directory.tidy()

    assert {r.id for r in directory.records()} == {elsewhere.id, foreign.id}
    assert Path(elsewhere.control_socket).exists()


def test_a_record_whose_process_is_gone_is_not_alive(tmp_path: Path) -> None:
    record = record_for(tmp_path)

    assert record.is_alive
    assert not replace(record, start=record.start - 1).is_alive
    assert not replace(record, pid=2**22 + 1).is_alive


def test_a_clock_that_is_set_makes_nobody_look_dead_or_alive(tmp_path: Path) -> None:
    record = record_for(tmp_path)

    after_a_jump = replace(record, started=record.started - 3600)

    assert after_a_jump.is_alive
    assert not replace(record, start=record.start + 1).is_alive


def test_a_record_of_an_older_version_goes_by_the_clock(tmp_path: Path) -> None:
    fields = json.loads(record_for(tmp_path).to_json())
    for name in ("start", "epoch"):
        del fields["process_info"][name]

    record = InstanceRecord.from_json(json.dumps(fields))

    assert record.is_alive
    assert not replace(record, started=record.started - 100).is_alive


def test_a_record_of_another_boot_is_not_alive(tmp_path: Path) -> None:
    record = record_for(tmp_path)

    assert not replace(record, epoch="another boot", started=0.0).is_alive


def test_a_write_that_fails_leaves_no_draft(tmp_path: Path) -> None:
    record = record_for(tmp_path)
    (tmp_path / f"{record.id}.json").mkdir()

    with pytest.raises(OSError, match="directory"):
        Directory(tmp_path).write(record)

    assert [path.name for path in tmp_path.iterdir()] == [f"{record.id}.json"]


def test_tidying_removes_drafts_that_nobody_will_finish(tmp_path: Path) -> None:
    (tmp_path / f".draft-{2**22 + 1}-1-shop.json").touch()

    Directory(tmp_path).tidy()

    assert list(tmp_path.iterdir()) == []


def test_the_instance_of_the_nearest_folder_is_chosen(tmp_path: Path) -> None:
    directory = Directory(tmp_path / "instances")
    inner = tmp_path / "shop" / "web"
    directory.write(record_for(tmp_path / "shop", "shop-1"))
    directory.write(record_for(inner, "web-1"))

    assert directory.choose(inner / "src").id == "web-1"
    assert directory.choose(tmp_path / "shop" / "api").id == "shop-1"


def test_two_instances_in_a_folder_must_be_told_apart(tmp_path: Path) -> None:
    directory = Directory(tmp_path / "instances")
    directory.write(record_for(tmp_path, "shop-1"))
    directory.write(record_for(tmp_path, "shop-2"))

    with pytest.raises(BrummerError, match=r"shop-1.*shop-2.*--instance"):
        directory.choose(tmp_path)
    assert directory.choose(tmp_path, "shop-2").id == "shop-2"


def test_without_an_instance_the_error_says_what_runs_elsewhere(
    tmp_path: Path,
) -> None:
    directory = Directory(tmp_path / "instances")
    directory.write(record_for(tmp_path / "other", "other-1"))

    with pytest.raises(BrummerError, match="running: other-1"):
        directory.choose(tmp_path / "shop")


def test_removing_twice_is_no_error(tmp_path: Path) -> None:
    directory = Directory(tmp_path)
    record = directory.write(record_for(tmp_path))

    directory.remove(record)
    directory.remove(record)

    assert list(directory.records()) == []


def test_a_pipe_in_the_place_of_a_file_does_not_hold_it(tmp_path: Path) -> None:
    record = InstanceRecord.of_this_process(tmp_path, "", id_="shop-1")
    os.mkfifo(tmp_path / "shop-1.json")

    assert not Directory(tmp_path).holds(record)
