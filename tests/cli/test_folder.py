"""Tests of the folder that -d names."""

from pathlib import Path

import pytest

from brummer.cli.folder import project_folder
from brummer.errors import UsageError


def test_a_link_and_the_home_folder_are_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "link").symlink_to("shop")
    monkeypatch.setenv("HOME", str(tmp_path))

    assert project_folder("~/link") == (tmp_path / "shop").resolve()


@pytest.mark.parametrize(
    "word", ["/no/such/folder", "~no-such-user/x", "a\0b", "loop", "file"]
)
def test_what_is_no_folder_is_a_usage_error(
    word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "file").touch()

    with pytest.raises(UsageError, match="--dir"):
        project_folder(word)


def test_a_current_folder_that_was_removed_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    # It puts the present folder back at the end.
    monkeypatch.chdir(gone)
    gone.rmdir()

    with pytest.raises(UsageError, match="current folder is gone"):
        project_folder(".")
