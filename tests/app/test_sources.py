"""Tests of telling which files of a script have changed."""

import math
import os
from pathlib import Path

import pytest

from brummer.app.sources import Sources
from brummer.model.script import Script


def write(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def sources(
    root: Path, *watch: str, ignore: tuple[str, ...] = (), never: tuple[Path, ...] = ()
) -> Sources:
    """Return what is known of a script's files after a first scan."""
    script = Script(name="api", command="run", folder=root, watch=watch, ignore=ignore)
    made = Sources(root, script, never)
    made.scan()
    return made


def test_nothing_has_changed_at_first(tmp_path: Path) -> None:
    write(tmp_path / "src/a.py")
    found = sources(tmp_path, "src")

    assert found.count == 1
    assert found.scan() == []


def test_writing_making_and_deleting_are_changes(tmp_path: Path) -> None:
    one, two = write(tmp_path / "src/a.py"), write(tmp_path / "src/b.py")
    found = sources(tmp_path, "src/**/*.py")

    write(one, "longer")
    two.unlink()
    three = write(tmp_path / "src/deep/c.py")

    assert found.look({str(one), str(two), str(three)}) == [
        "src/a.py",
        "src/b.py",
        "src/deep/c.py",
    ]
    assert found.scan() == []


def test_what_was_written_between_two_times_is_known_by_their_times(
    tmp_path: Path,
) -> None:
    for name, second in {"early": 10, "late": 20, "later": 21, "future": 90}.items():
        path = write(tmp_path / f"{name}.py")
        os.utime(path, (second, second))
    found = sources(tmp_path, "*.py")

    names = found.written(10 * 10**9, 21 * 10**9)

    assert names == ["late.py", "later.py"]


def test_when_files_were_written_is_known_unless_one_is_gone(tmp_path: Path) -> None:
    write(tmp_path / "a.py")
    newest = write(tmp_path / "b.py")
    os.utime(newest, (20, 20))
    found = sources(tmp_path, "*.py")

    # When it came here counts, and not how old it was.
    assert found.moment(["a.py", "b.py"]) == newest.stat().st_ctime
    assert found.moment(["a.py", "gone.py"]) == math.inf


def test_a_file_that_takes_the_place_of_another_is_a_change(tmp_path: Path) -> None:
    path = write(tmp_path / "a.py", "same")
    found = sources(tmp_path, "*.py")
    before = path.stat()

    fresh = write(tmp_path / "a.py.new", "same")
    os.utime(fresh, ns=(before.st_atime_ns, before.st_mtime_ns))
    fresh.rename(path)

    assert found.look({str(path), str(fresh)}) == ["a.py"]


def test_reading_and_permissions_are_no_change(tmp_path: Path) -> None:
    path = write(tmp_path / "a.py", "text")
    found = sources(tmp_path, "*.py")

    path.chmod(0o600)
    os.utime(path, ns=(1, path.stat().st_mtime_ns))

    assert found.look({str(path)}) == []
    assert found.scan() == []


@pytest.mark.parametrize(
    "name",
    [
        "src/node_modules/x/a.py",
        "src/__pycache__/a.py",
        ".git/a.py",
        "src/generated/a.py",
        "src/a_pb2.py",
        "state/a.py",
    ],
)
def test_what_nobody_edits_does_not_count(tmp_path: Path, name: str) -> None:
    ignore = ("generated", "*_pb2.py")
    path = tmp_path / name
    found = sources(tmp_path, "**/*.py", ignore=ignore, never=(tmp_path / "state",))

    write(path)

    assert found.scan() == []
    assert str(path.parent) not in found.folders or path.parent.name == "src"


@pytest.mark.parametrize("name", [".a.py.swp", "a.py~", "4913", ".#a.py"])
def test_what_editors_put_beside_a_file_does_not_count(
    tmp_path: Path, name: str
) -> None:
    found = sources(tmp_path, ".", "**/*")

    path = write(tmp_path / name)

    assert found.look({str(path)}) == []


def test_a_shallow_pattern_looks_into_no_other_folder(tmp_path: Path) -> None:
    write(tmp_path / "src/deep/a.py")

    found = sources(tmp_path, "src/*.py")

    assert found.folders == {str(tmp_path), str(tmp_path / "src")}


def test_a_folder_that_is_yet_to_come_is_waited_for_above(tmp_path: Path) -> None:
    found = sources(tmp_path, "src/app/**/*.py")
    before = found.folders

    path = write(tmp_path / "src/app/a.py")
    is_folder = found.is_folder(str(tmp_path / "src"))

    assert before == {str(tmp_path)}
    assert is_folder
    assert found.scan() == ["src/app/a.py"]
    assert str(path.parent) in found.folders


def test_links_to_folders_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path)
    write(tmp_path / "a.py")

    assert sources(tmp_path, "**/*.py").count == 1


def test_a_single_file_can_be_watched(tmp_path: Path) -> None:
    path = write(tmp_path / "config/app.json")
    found = sources(tmp_path, "config/app.json")

    write(path, "{}")

    assert str(path.parent) in found.folders
    assert found.look({str(path)}) == ["config/app.json"]


def test_a_path_outside_of_the_project_is_none_of_them(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    found = sources(tmp_path / "shop", "**/*")

    assert found.look({str(write(tmp_path / "shop2" / "a")), "/etc/passwd"}) == []
