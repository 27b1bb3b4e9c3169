"""Files that are there as a whole or not at all."""

import errno
import os
import resource
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from brummer.core.newfile import NewFile, TakenError
from brummer.errors import BrummerError


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_appears_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"

    with NewFile(path) as file:
        file.write(b"one ")
        was_there = path.exists()
        file.write(b"two")

    assert not was_there
    assert path.read_bytes() == b"one two"
    assert file.size == 7
    assert names(tmp_path) == ["a.txt"]


def test_nothing_is_left_behind_by_what_fails(tmp_path: Path) -> None:
    def interrupted() -> None:
        with NewFile(tmp_path / "a.txt") as file:
            file.write(b"one")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()

    assert names(tmp_path) == []


def test_what_is_there_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")

    with pytest.raises(TakenError, match=r"a\.txt exists already"):
        NewFile(path)

    assert path.read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


def test_what_is_there_is_overwritten_on_request_and_not_before_the_end(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")

    with NewFile(path, overwrite=True) as file:
        file.write(b"new")
        meanwhile = path.read_text()

    assert (meanwhile, path.read_text()) == ("old", "new")
    assert names(tmp_path) == ["a.txt"]


def test_a_file_that_was_made_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"

    file = NewFile(path)
    file.write(b"ours")
    path.write_text("theirs")
    with pytest.raises(TakenError):
        file.finish()

    assert path.read_text() == "theirs"
    assert names(tmp_path) == ["a.txt"]


def test_a_file_system_without_links_gets_the_file_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    path = tmp_path / "a.txt"

    with NewFile(path) as file:
        file.write(b"x")
    other = NewFile(tmp_path / "b.txt")
    (tmp_path / "b.txt").write_text("theirs")
    with pytest.raises(TakenError):
        other.finish()

    assert path.read_bytes() == b"x"
    assert (tmp_path / "b.txt").read_text() == "theirs"
    assert names(tmp_path) == ["a.txt", "b.txt"]


def test_what_a_link_leads_to_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    link = tmp_path / "link"
    link.symlink_to("real")

    with NewFile(link, overwrite=True) as file:
        file.write(b"new")

    assert link.is_symlink()
    assert (tmp_path / "real").read_text() == "new"


def test_a_named_pipe_is_written_to_and_stays(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()

    with NewFile(pipe) as file:
        file.write(b"x")

    reader.join(10)
    assert got == [b"x"]
    assert pipe.is_fifo()


def test_a_pipe_that_only_has_a_number_is_written_to() -> None:
    """As ``/dev/stdout`` and what shells put in the place of ``>(gzip)``."""
    reading, writing = os.pipe()

    with NewFile(Path(f"/dev/fd/{writing}")) as file:
        file.write(b"x")
    os.close(writing)

    assert os.read(reading, 10) == b"x"
    os.close(reading)


def test_the_null_device_stays_what_it_is() -> None:
    with NewFile(Path("/dev/null"), overwrite=True) as file:
        file.write(b"x")

    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize("name", ["", "missing/a.txt", "file/a.txt", "x" * 300, "\0"])
def test_where_no_file_can_be_it_is_said_why(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(BrummerError, match="cannot write"), NewFile(tmp_path / name):
        pass

    assert names(tmp_path) == ["file"]


#: Writes more than it may: the system refuses as it does on a full disk.
FULL = """
import signal, sys
from pathlib import Path
from brummer.core.newfile import NewFile
from brummer.errors import BrummerError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try:
    with NewFile(Path(sys.argv[1])) as file:
        for _ in range(100):
            file.write(b"x" * int(sys.argv[2]))
except BrummerError as error:
    print(error)
"""


@pytest.mark.parametrize("size", [10, 10_000], ids=["at the end", "on the way"])
def test_a_full_disk_is_told_and_nothing_is_left_on_it(
    tmp_path: Path, size: int
) -> None:
    limit = 500

    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path / "a.txt"), str(size)],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert done.stdout.strip().endswith("a.txt: File too large")
    assert names(tmp_path) == []
