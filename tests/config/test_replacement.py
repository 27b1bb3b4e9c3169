import os
import stat
from pathlib import Path

import pytest

from brummer.config.replacement import Replacement


def test_a_file_is_replaced_and_keeps_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"old")
    file.chmod(0o640)

    replacement = Replacement(file)
    replacement.write(b"new")

    assert replacement.before == b"old"
    assert file.read_bytes() == b"new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_file_keeps_its_owner(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"old")
    os.chown(file, 4711, 4712)

    Replacement(file).write(b"new")

    assert (file.stat().st_uid, file.stat().st_gid) == (4711, 4712)


def test_a_new_file_can_be_read_by_the_team(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "er" / "a"

    Replacement(file).write(b"new")

    mode = stat.S_IMODE(file.stat().st_mode)
    assert file.read_bytes() == b"new"
    assert mode & 0o600 == 0o600
    assert mode & ~0o644 == 0
    assert stat.S_IMODE(file.parent.stat().st_mode) & 0o077 == 0


def test_a_link_stays_and_what_it_leads_to_is_replaced(tmp_path: Path) -> None:
    target = tmp_path / "dotfiles" / "a"
    target.parent.mkdir()
    target.write_bytes(b"old")
    link = tmp_path / "a"
    link.symlink_to(target)

    Replacement(link).write(b"new")

    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_links_that_go_in_circles_are_told(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")

    with pytest.raises(OSError, match="symbolic links"):
        Replacement(tmp_path / "a")


def test_a_read_only_file_stays_even_for_root(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"old")
    file.chmod(0o444)

    with pytest.raises(PermissionError, match="read-only"):
        Replacement(file).write(b"new")

    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_what_somebody_else_wrote_meanwhile_stays(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"old")
    replacement = Replacement(file)
    file.write_bytes(b"theirs")

    with pytest.raises(ValueError, match="somebody else"):
        replacement.write(b"new")

    assert file.read_bytes() == b"theirs"
    assert list(tmp_path.iterdir()) == [file]


def test_the_same_again_is_not_written(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"old")
    before = file.stat()

    Replacement(file).write(b"old")

    assert file.stat().st_ino == before.st_ino


def test_a_file_that_cannot_be_made_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(OSError, match=r"Not a directory|File exists"):
        Replacement(tmp_path / "file" / "a").write(b"new")

    assert [one.name for one in tmp_path.iterdir()] == ["file"]
