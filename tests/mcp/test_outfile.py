"""Files of agents: in the project, new, and nobody else's."""

import errno
import os
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from brummer.errors import BrummerError, RefusedError
from brummer.mcp.outfile import REMEMBERED, OutFiles
from tests.support.disk import small_disk


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    return folder


@pytest.fixture
def out(folder: Path) -> OutFiles:
    return OutFiles(folder)


def everything(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.mark.parametrize(
    "path", ["a.txt", "logs/today/a..b", "deep/" * 19 + "x", "with blank.txt", "ä.json"]
)
def test_a_new_file_is_written_whole_and_for_its_owner_alone(
    out: OutFiles, folder: Path, path: str
) -> None:
    written = out.write(path, b"hello\n")

    assert (folder / path).read_bytes() == b"hello\n"
    assert stat.S_IMODE((folder / path).stat().st_mode) == 0o600
    assert written == (path, 6)


def test_folders_are_made_for_their_owner_alone(out: OutFiles, folder: Path) -> None:
    out.write("a/b/c.txt", b"")

    assert stat.S_IMODE((folder / "a" / "b").stat().st_mode) == 0o700


def test_an_absolute_path_into_the_project_will_do(out: OutFiles, folder: Path) -> None:
    assert out.write(str(folder / "a.txt"), b"").path == "a.txt"


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("", "is no name of a file"),
        ("a\0b", "is no name of a file"),
        ("x" * 1_001, "is no name of a file"),
        ("a/", "is a folder"),
        (".", "is outside"),
        ("../x", "has .. in it"),
        ("a/../../x", "has .. in it"),
        ("a/../x", "has .. in it"),
        ("/etc/passwd", "is outside"),
        ("~/x", "is outside"),
        ("/tmp/x", "is outside"),
        (".git/hooks/pre-commit", "is hidden"),
        (".brum.toml", "is hidden"),
        ("sub/.envrc", "is hidden"),
        ("d/" * 20 + "x", "is more than 20 folders deep"),
    ],
)
def test_what_may_not_be_written_is_refused(
    out: OutFiles, folder: Path, path: str, why: str
) -> None:
    with pytest.raises(RefusedError, match=r"^output_file: ") as refused:
        out.write(path, b"x")

    assert why in str(refused.value)
    assert everything(folder) == []


def test_a_sibling_whose_name_begins_alike_is_outside(
    out: OutFiles, folder: Path
) -> None:
    sibling = folder.with_name("shop-secrets")
    sibling.mkdir()

    with pytest.raises(RefusedError, match="is outside"):
        out.write(str(sibling / "x"), b"x")


def test_a_link_to_a_folder_outside_is_not_followed(
    out: OutFiles, folder: Path, tmp_path: Path
) -> None:
    (folder / "out").symlink_to(tmp_path)

    with pytest.raises(RefusedError, match="is outside"):
        out.write("out/x", b"x")


def test_a_link_to_a_hidden_folder_is_not_followed(out: OutFiles, folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / "out").symlink_to(folder / ".git")

    with pytest.raises(RefusedError, match="is hidden"):
        out.write("out/x", b"x")


def test_a_link_within_the_project_is_followed(out: OutFiles, folder: Path) -> None:
    (folder / "real").mkdir()
    (folder / "out").symlink_to("real")

    assert out.write("out/x", b"x").path == "real/x"


def test_a_project_may_be_known_by_a_link(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "alias").symlink_to(folder)

    OutFiles(tmp_path / "alias").write("x", b"x")

    assert (folder / "x").read_bytes() == b"x"


def test_what_is_no_file_is_left_alone(
    out: OutFiles, folder: Path, tmp_path: Path
) -> None:
    (folder / "folder").mkdir()
    os.mkfifo(folder / "pipe")
    (folder / "link").symlink_to(tmp_path / "elsewhere")
    (folder / "loop").symlink_to("loop")
    (folder / "file").write_text("mine")
    before = everything(folder)

    for path in ("folder", "pipe", "link", "loop", "file", "file/x", "loop/x"):
        with pytest.raises(RefusedError):
            out.write(path, b"x")

    assert everything(folder) == before
    assert not (tmp_path / "elsewhere").exists()
    assert (folder / "file").read_text() == "mine"


def test_what_we_wrote_may_be_written_anew(out: OutFiles, folder: Path) -> None:
    out.write("a", b"one")

    out.write("a", b"two")

    assert (folder / "a").read_bytes() == b"two"


def test_what_was_changed_since_is_not_ours_any_more(
    out: OutFiles, folder: Path
) -> None:
    out.write("a", b"one")
    (folder / "a").write_bytes(b"mended by hand")

    with pytest.raises(RefusedError, match="exists already"):
        out.write("a", b"two")


def test_what_another_run_wrote_is_not_ours(folder: Path) -> None:
    OutFiles(folder).write("a", b"one")

    with pytest.raises(RefusedError, match="exists already; choose another name, or"):
        OutFiles(folder).write("a", b"two")


def test_so_many_files_are_remembered_as_ours(folder: Path) -> None:
    out = OutFiles(folder)
    out.write("first", b"")
    for number in range(REMEMBERED):
        out.write(f"d/{number}", b"")

    with pytest.raises(RefusedError, match="exists already"):
        out.write("first", b"")


def test_of_many_who_write_one_name_one_wins(folder: Path) -> None:
    bodies = [b"%d" % n * 1_000 for n in range(8)]
    refused = []

    def write(body: bytes) -> None:
        try:
            OutFiles(folder).write("same", body)
        except RefusedError as error:
            refused.append(error)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, bodies))

    assert (folder / "same").read_bytes() in bodies
    assert len(refused) == 7
    assert everything(folder) == ["same"]


def test_who_swaps_a_folder_for_a_link_gets_nothing(
    out: OutFiles, folder: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (folder / "real").mkdir()
    is_over = threading.Event()

    def swap() -> None:
        while not is_over.is_set():
            # A folder that we make in the place of his may be in his way.
            with suppress(OSError):
                (folder / "real").rename(folder / "away")
            with suppress(OSError):
                (folder / "real").symlink_to(outside)
                (folder / "real").unlink()
            with suppress(OSError):
                (folder / "away").rename(folder / "real")

    with ThreadPoolExecutor(1) as pool:
        swapping = pool.submit(swap)
        try:
            for number in range(300):
                with suppress(BrummerError):
                    out.write(f"real/{number}", b"x")
                assert everything(outside) == []
        finally:
            is_over.set()
        swapping.result(20)


def test_a_link_that_goes_while_it_is_read_is_told(
    out: OutFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    def vanish(path: str) -> str:
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", path)

    monkeypatch.setattr(os.path, "realpath", vanish)

    with pytest.raises(BrummerError, match="No such file or directory; choose"):
        out.write("a", b"x")


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 64) as folder:
        with pytest.raises(BrummerError, match="cannot write 'a': No space left"):
            OutFiles(folder).write("a", b"x" * 1_000_000)

        assert everything(folder) == []


def test_a_folder_that_may_not_be_written_is_told(
    out: OutFiles, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "mkdir", refuse)

    with pytest.raises(BrummerError, match="Permission denied; choose another place"):
        out.write("a/b", b"x")


def test_file_systems_without_links_will_do(
    out: OutFiles, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)

    out.write("a", b"x")

    assert (folder / "a").read_bytes() == b"x"
    assert everything(folder) == ["a"]
