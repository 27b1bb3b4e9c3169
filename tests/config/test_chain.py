import os
from pathlib import Path

import pytest

from brummer.config.chain import (
    LARGEST,
    NAME,
    ConsultedFile,
    FileState,
    candidates,
    consult,
)


def consulted(file: Path) -> ConsultedFile:
    """Return what came of *file* alone."""
    (answer,) = consult((file,), file.parent)
    return answer


def told(file: Path) -> str:
    """Return the problem with *file*, without the folder it is in."""
    problem = consulted(file).problem
    assert problem is not None
    return str(problem).removeprefix(f"{file.parent}/")


def test_the_nearest_file_comes_first_and_the_systems_last(
    home: Path, project: Path, tmp_path: Path
) -> None:
    found = candidates(project)

    above = [folder / NAME for folder in (project, *project.parents)]
    shared = [
        home / "xdg" / "brummer" / "brum.toml",
        tmp_path / "site" / "brummer" / "brum.toml",
    ]
    assert list(found) == [*above, *shared]


def test_home_comes_after_the_root_for_a_project_elsewhere(
    home: Path, tmp_path: Path
) -> None:
    project = tmp_path.resolve() / "elsewhere"

    found = candidates(project)

    assert found.index(Path("/") / NAME) + 1 == found.index(home / NAME)


def test_a_project_reached_through_a_link_has_one_configuration(
    home: Path, project: Path
) -> None:
    link = home / "link"
    link.symlink_to(project)

    assert candidates(link) == candidates(project)


def test_without_a_home_there_is_just_no_file_in_it(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", homeless)

    assert candidates(project)[0] == project / NAME


def test_a_file_is_read_in_its_order(project: Path) -> None:
    file = project / NAME
    file.write_text("no_mcp = true\n[tui]\nmouse = false\n")

    answer = consulted(file)

    assert answer.state is FileState.READ
    assert [(one.path, one.value, str(one.origin)) for one in answer.assignments] == [
        (("no_mcp",), True, f"{file}:1"),
        (("tui",), {}, f"{file}:2"),
        (("tui", "mouse"), False, f"{file}:3"),
    ]


@pytest.mark.parametrize("parent", ["missing", "a-file"])
def test_a_file_that_is_not_there_is_no_problem(project: Path, parent: str) -> None:
    (project / "a-file").touch()

    answer = consulted(project / parent / NAME)

    assert answer.state is FileState.ABSENT
    assert answer.problem is None


def test_a_folder_of_that_name_is_told(project: Path) -> None:
    (project / NAME).mkdir()

    assert told(project / NAME) == ".brum.toml: cannot be read: it is not a file"


def test_a_pipe_of_that_name_is_told_and_not_waited_for(project: Path) -> None:
    os.mkfifo(project / NAME)

    assert told(project / NAME) == ".brum.toml: cannot be read: it is not a file"


def test_links_that_go_in_circles_are_told(project: Path) -> None:
    (project / NAME).symlink_to(project / "other")
    (project / "other").symlink_to(project / NAME)

    assert "cannot be read: Too many levels of symbolic links" in told(project / NAME)


def test_a_link_to_nothing_is_a_file_that_is_not_there(project: Path) -> None:
    (project / NAME).symlink_to(project / "missing")

    assert consulted(project / NAME).state is FileState.ABSENT


def test_a_huge_file_is_not_read(project: Path) -> None:
    file = project / NAME
    file.write_bytes(b"#" * (LARGEST + 1))

    assert (
        told(file) == f".brum.toml: cannot be read: it is larger than {LARGEST} bytes"
    )


def test_a_large_file_is_read(project: Path) -> None:
    file = project / NAME
    file.write_text("#" * (LARGEST - 20) + "\nno_mcp = true\n")

    assert consulted(file).state is FileState.READ


def test_bytes_that_are_not_utf_8_are_told_with_their_place(project: Path) -> None:
    file = project / NAME
    file.write_bytes(b"\xef\xbb\xbfno_mcp = true\nproxy_url = '\xff'\n")

    assert told(file) == ".brum.toml:2:14: is not UTF-8: byte 0xff"


def test_a_mark_at_the_beginning_is_skipped(project: Path) -> None:
    file = project / NAME
    file.write_bytes(b"\xef\xbb\xbfno_mcp = true\r\n")

    assert [one.value for one in consulted(file).assignments] == [True]


def test_a_mistake_is_told_with_its_place(project: Path) -> None:
    file = project / NAME
    file.write_text("no_mcp = true\nproxy_mode = full\n")

    answer = consulted(file)

    assert answer.state is FileState.WRONG
    assert told(file) == ".brum.toml:2:14: invalid value; text needs quotes"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_file_of_somebody_else_is_left_alone(project: Path) -> None:
    file = project / NAME
    file.write_text("no_mcp = true\n")
    os.chown(file, 4711, 4711)

    answer = consulted(file)

    assert answer.state is FileState.FOREIGN
    assert answer.assignments == ()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_file_of_the_projects_owner_is_read(project: Path) -> None:
    file = project / NAME
    file.write_text("no_mcp = true\n")
    os.chown(file, 4711, 4711)
    os.chown(project, 4711, 4711)

    assert consulted(file).state is FileState.READ


def test_reading_leaves_no_descriptor_open(project: Path) -> None:
    (project / NAME).mkdir()
    before = set(Path("/dev/fd").iterdir())

    consulted(project / NAME)

    assert set(Path("/dev/fd").iterdir()) == before
