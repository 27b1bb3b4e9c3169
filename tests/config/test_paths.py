import os
import stat
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from brummer.config.paths import LONGEST_SOCKET, NOWHERE, Places, places

ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")


@pytest.fixture
def runtime(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a runtime folder whose path is short, as the system's is."""
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
    with TemporaryDirectory(prefix="b") as folder:
        runtime = Path(folder).resolve() / "1000"
        runtime.mkdir(mode=0o700)
        yield runtime


def found(runtime: Path) -> Places:
    """Return the places for a user with that runtime folder."""
    environment = {"XDG_RUNTIME_DIR": str(runtime)}
    return places(environment, users=runtime / "none", shared=runtime.parent)


def mode(path: Path) -> int:
    """Return the permissions of *path*."""
    return stat.S_IMODE(path.stat().st_mode)


def test_everything_is_below_the_users_own_folders(home: Path, runtime: Path) -> None:
    answer = found(runtime)

    assert answer.instances == runtime / "brummer" / "instances"
    assert answer.socket("shop-1").parent == runtime / "brummer"
    assert answer.state == home / "state" / "brummer"
    assert answer.notices == ()


def test_the_folders_are_for_us_alone(runtime: Path) -> None:
    answer = found(runtime)

    assert mode(answer.sockets) == mode(answer.state) == 0o700


def test_a_folder_that_others_can_read_is_closed(runtime: Path) -> None:
    (runtime / "brummer").mkdir(mode=0o755)

    answer = found(runtime)

    assert mode(answer.sockets) == 0o700
    assert answer.notices == ()


def test_a_folder_that_others_can_write_is_not_used(runtime: Path) -> None:
    folder = runtime / "brummer"
    folder.mkdir()
    folder.chmod(0o770)

    answer = found(runtime)

    assert runtime not in answer.sockets.parents
    assert answer.notices == (f"{folder} is not used: others can write to it",)
    assert mode(folder) == 0o770


@ROOT_ONLY
def test_a_folder_of_somebody_else_is_not_used(runtime: Path) -> None:
    folder = runtime / "brummer"
    folder.mkdir(mode=0o700)
    os.chown(folder, 4711, 4711)

    answer = found(runtime)

    assert runtime not in answer.sockets.parents
    assert answer.notices == (f"{folder} is not used: it belongs to user 4711",)


@ROOT_ONLY
def test_a_folder_in_one_of_somebody_else_is_not_used(runtime: Path) -> None:
    os.chown(runtime, 4711, 4711)

    answer = found(runtime)

    assert runtime not in answer.sockets.parents
    assert f"{runtime} belongs to user 4711" in answer.notices[0]


def test_a_folder_where_everybody_can_rename_is_not_used(runtime: Path) -> None:
    runtime.chmod(0o777)

    answer = found(runtime)

    assert runtime not in answer.sockets.parents
    assert f"everybody can write to {runtime}" in answer.notices[0]


def test_a_link_is_not_followed_to_a_folder_of_ours(runtime: Path) -> None:
    (runtime / "private").mkdir(mode=0o700)
    (runtime / "brummer").symlink_to(runtime / "private")

    answer = found(runtime)

    assert "it is not a folder" in answer.notices[0]
    assert list((runtime / "private").iterdir()) == []


def test_a_link_at_home_is_the_users_own_business(home: Path, runtime: Path) -> None:
    disk = home / "disk"
    disk.mkdir()
    (home / "state").mkdir()
    (home / "state" / "brummer").symlink_to(disk)

    assert found(runtime).state == disk


@pytest.mark.parametrize("named", ["", "relative/path", "/nonexistent/folder"])
def test_without_a_runtime_folder_there_is_another(runtime: Path, named: str) -> None:
    environment = {"XDG_RUNTIME_DIR": named}
    shared = runtime.parent

    answer = places(environment, users=runtime / "none", shared=shared)

    assert answer.notices == ()
    assert answer.sockets == shared / f"brummer-{os.geteuid()}"


def test_a_file_in_the_place_of_a_folder_is_named(runtime: Path) -> None:
    file = runtime / "file"
    file.write_text("")

    answer = found(file)

    assert answer.notices == (f"{file}/brummer is not used: {file} is not a folder",)
    assert answer.sockets == runtime / f"brummer-{os.geteuid()}"


def test_a_session_that_was_not_told_finds_the_same_folder(runtime: Path) -> None:
    users = runtime / "users"
    (users / str(os.geteuid())).mkdir(parents=True)

    answer = places({}, users=users, shared=runtime.parent)

    assert answer.sockets == users / str(os.geteuid()) / "brummer"


def test_a_socket_never_has_too_long_a_path(runtime: Path) -> None:
    deep = runtime / ("d" * 60) / ("e" * 30)
    deep.mkdir(parents=True)
    environment = {"XDG_RUNTIME_DIR": str(deep)}

    answer = places(environment, users=runtime / "none", shared=runtime.parent)

    assert answer.instances == deep / "brummer" / "instances"
    path = answer.socket("a name that is as long as names of folders get" * 5)
    assert len(os.fsencode(path)) <= LONGEST_SOCKET
    assert mode(path.parent) == 0o700


def test_two_instances_have_two_sockets(runtime: Path) -> None:
    answer = found(runtime)

    assert answer.socket("shop-1") != answer.socket("shop-2")


def test_a_project_has_one_place_however_one_comes_to_it(
    home: Path, runtime: Path
) -> None:
    project = home / "my shop"
    project.mkdir()
    (home / "link").symlink_to(project)
    answer = found(runtime)

    assert answer.project(home / "link") == answer.project(project)
    assert answer.project(project).name.startswith("my-shop-")
    assert answer.project(project) != answer.project(home)
    assert answer.project(Path("/")).name.startswith("root-")


def test_an_unwritable_home_moves_the_state_and_says_so(
    home: Path, runtime: Path
) -> None:
    (home / "state").touch()

    answer = found(runtime)

    assert answer.state == runtime / "brummer" / "state"
    assert answer.notices[0].startswith(f"{home / 'state' / 'brummer'} is not used: ")


def test_when_nothing_can_be_written_that_is_said_and_nothing_breaks(
    home: Path, runtime: Path
) -> None:
    (home / "state").touch()
    (runtime / "brummer").touch()
    (runtime.parent / f"brummer-{os.geteuid()}").touch()

    answer = found(runtime)

    assert answer.sockets == answer.state == NOWHERE
    assert "no folder for sockets: brumctl will not find an instance" in answer.notices
    with pytest.raises(OSError, match="Not a directory"):
        answer.instances.mkdir(parents=True)
