import errno
import os
from pathlib import Path

import pytest

from brummer.process.draft import replacing, tidy

#: A pid that nobody can have.
NOBODY = 2**22 + 1


def fail(path: Path, error: BaseException) -> None:
    """Begin to write a file, and come to nothing."""
    with replacing(path) as draft:
        draft.write_text("ne")
        raise error


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")

    with replacing(path) as draft:
        draft.write_text("new")
        before = path.read_text()

    assert before == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt(), ValueError()]
)
def test_a_draft_that_fails_is_removed(tmp_path: Path, error: BaseException) -> None:
    path = tmp_path / "file"
    path.write_text("old")

    with pytest.raises(type(error)):
        fail(path, error)

    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_draft_of_a_writer_that_is_gone_is_removed(tmp_path: Path) -> None:
    (tmp_path / f".draft-{NOBODY}-1-file").touch()
    (tmp_path / f".draft-{os.getpid()}-1-file").touch()
    others = {tmp_path / "file", tmp_path / ".draft-of-a-novel"}
    for path in others:
        path.touch()

    tidy(tmp_path)

    assert set(tmp_path.iterdir()) == others


def test_a_draft_that_is_being_written_is_left_alone(tmp_path: Path) -> None:
    with replacing(tmp_path / "file") as draft:
        draft.touch()

        tidy(tmp_path)

        assert draft.exists()


def test_a_folder_that_is_not_there_is_tidy(tmp_path: Path) -> None:
    tidy(tmp_path / "none")
