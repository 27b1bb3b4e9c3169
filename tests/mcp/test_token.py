import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from brummer.errors import BrummerError
from brummer.mcp.token import kept_token


def test_a_token_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "token"

    first, second = kept_token(path), kept_token(path)

    assert first == second
    assert len(first) > 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_many_that_begin_at_once_have_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        tokens = set(pool.map(kept_token, [tmp_path / "token"] * 64))

    assert len(tokens) == 1


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_one_that_others_could_read_is_not_used(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "token"
    kept_token(path)
    path.chmod(mode)

    with pytest.raises(BrummerError, match="can be read by others; remove it"):
        kept_token(path)


@pytest.mark.parametrize("text", ["", "short", "x" * 40 + "\x1b", "\xff" * 40])
def test_a_file_without_a_token_is_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "token"
    path.write_text(text, "latin-1")
    path.chmod(0o600)

    with pytest.raises(BrummerError, match="holds no token; remove it"):
        kept_token(path)

    assert path.read_text("latin-1") == text


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(OSError, match="file"):
        kept_token(tmp_path / "file" / "token")


def test_a_pipe_is_no_file_with_a_token_and_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "token"
    os.mkfifo(path, 0o600)

    with pytest.raises(BrummerError, match="remove it"):
        kept_token(path)
