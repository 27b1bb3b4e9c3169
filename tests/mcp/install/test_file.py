"""Tests of reading and replacing files of clients."""

import errno
import os
from pathlib import Path, PosixPath

import pytest
from typing_extensions import override

from brummer.config.replacement import OvertakenError
from brummer.mcp.install.file import LARGEST, ClientFile, FileError


def test_what_is_missing_is_empty(tmp_path: Path) -> None:
    file = ClientFile(tmp_path / "none.json")

    assert not file.is_there
    assert file.text == ""


def test_a_mark_at_the_beginning_is_no_text_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"\xef\xbb\xbf{}")

    file = ClientFile(path)
    file.write('{"a": "\u00e9"}')

    assert file.text == "{}"
    assert path.read_bytes() == b'\xef\xbb\xbf{"a": "\xc3\xa9"}'


def test_what_was_there_is_kept_with_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("old")
    path.chmod(0o640)

    backup = ClientFile(path).write("new")

    assert backup is not None
    assert backup.read_text() == "old"
    assert backup.stat().st_mode & 0o777 == 0o640
    assert path.stat().st_mode & 0o777 == 0o640


def test_backups_of_one_second_do_not_replace_each_other(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("0")

    kept = {ClientFile(path).write(str(number)) for number in range(1, 5)}

    assert len(kept) == 4
    assert {b.read_text() for b in kept if b is not None} == {"0", "1", "2", "3"}


def test_a_link_stays_and_what_it_leads_to_changes(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles" / "real.json"
    real.parent.mkdir()
    real.write_text("old")
    link = tmp_path / "a.json"
    link.symlink_to(real)

    backup = ClientFile(link).write("new")

    assert link.is_symlink()
    assert real.read_text() == "new"
    assert backup is not None
    assert backup.parent == tmp_path


def test_a_file_that_changed_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("old")
    file = ClientFile(path)
    path.write_text("theirs")

    with pytest.raises(OvertakenError):
        file.write("ours")

    assert path.read_text() == "theirs"
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


def test_a_file_that_is_read_only_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("old")
    path.chmod(0o444)

    with pytest.raises(FileError, match=r"a\.json: cannot be changed: it is read-only"):
        ClientFile(path).write("new")

    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.parametrize("is_there", [True, False])
def test_a_folder_that_is_read_only_is_left_alone(
    tmp_path: Path, *, is_there: bool
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    path = folder / "a.json"
    if is_there:
        path.write_text("old")
    folder.chmod(0o555)

    with pytest.raises(FileError, match="its folder is read-only"):
        ClientFile(path).write("new")

    assert path.exists() == is_there


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)

    with pytest.raises(FileError, match="it is not a file"):
        ClientFile(path)


def test_what_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)

    with pytest.raises(FileError, match="larger than"):
        ClientFile(path)


def test_other_encodings_are_told_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b'{\n  "a": "\xe9"\n}')

    with pytest.raises(FileError, match=r"a\.json:2: is not UTF-8"):
        ClientFile(path)


def test_it_can_be_removed(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("old")

    ClientFile(path).delete()

    assert not path.exists()


def test_what_changed_meanwhile_is_not_removed(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("old")
    file = ClientFile(path)
    path.write_text("theirs")

    with pytest.raises(OvertakenError):
        file.delete()

    assert path.read_text() == "theirs"


class Contested(PosixPath):
    """A place where somebody puts a file right after it was looked for in vain."""

    @override
    def exists(self, *, follow_symlinks: bool = True) -> bool:
        is_there = super().exists()
        if not is_there:
            self.write_text("theirs")
        return is_there


def test_what_comes_at_that_moment_is_not_taken_for_ours(tmp_path: Path) -> None:
    file = ClientFile(Contested(tmp_path / "a.json"))

    with pytest.raises(OvertakenError):
        file.write("ours")

    assert file.is_there == bool(file.content)
    assert file.path.read_text() == "theirs"


def test_what_is_read_only_is_not_removed_either(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("old")
    path.chmod(0o444)

    with pytest.raises(FileError, match="it is read-only"):
        ClientFile(path).delete()

    assert path.read_text() == "old"


def test_on_a_full_disk_all_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.json"
    path.write_text("old")
    file = ClientFile(path)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fchmod", full)

    with pytest.raises(FileError, match="No space left"):
        file.write("new")

    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]
