import os
from pathlib import Path

import pytest

from brummer.errors import BrummerError
from brummer.process.environment_file import (
    LARGEST_FILE,
    LONGEST_VALUE,
    EnvironmentFile,
    expand,
    read,
)


def written(folder: Path, content: str | bytes) -> EnvironmentFile:
    """Return what is read from a file with *content*."""
    path = folder / ".env"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    file = read(path)
    assert file is not None
    return file


def test_a_file_is_read_in_the_usual_dialect(tmp_path: Path) -> None:
    content = (
        "\ufeff# ports\nexport PORT=3000\nEMPTY=\n"
        "QUOTED=\"two\\nlines\" # and a comment\nRAW='a # b'\nNOVALUE\n"
    )

    file = written(tmp_path, content)

    assert not file.problems
    assert [(name, value) for name, value, _ in file.assignments] == [
        ("PORT", "3000"),
        ("EMPTY", ""),
        ("QUOTED", "two\nlines"),
        ("RAW", "a # b"),
    ]


def test_an_assignment_knows_its_line(tmp_path: Path) -> None:
    file = written(tmp_path, "\n\r\n  A=1\n\nB=2\n")

    origins = [origin for _, _, origin in file.assignments]
    assert origins == [f"{tmp_path}/.env:3", f"{tmp_path}/.env:5"]


def test_a_bad_line_is_told_with_its_number_and_costs_no_other(tmp_path: Path) -> None:
    file = written(tmp_path, "A=1\n\nthis is not = 'it\nB=2\n")

    assert [name for name, _, _ in file.assignments] == ["A", "B"]
    assert file.problems == (
        f"{tmp_path}/.env:3: not of the form NAME=value; the line is not used",
    )


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("'A=B'=1", "1: not a name for a variable"),
        ("A=1\nB=x\0y", "2: a NUL character in the value"),
    ],
)
def test_what_no_environment_can_hold_is_left_out(
    tmp_path: Path, content: str, problem: str
) -> None:
    file = written(tmp_path, content)

    assert file.problems == (f"{tmp_path}/.env:{problem}; the line is not used",)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"A=1\nB=\xff\n", "not UTF-8 in line 2"),
        (b"A" * (LARGEST_FILE + 1), "larger than 256 KiB"),
    ],
)
def test_what_is_no_such_file_is_not_used_at_all(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    file = written(tmp_path, content)

    assert file == EnvironmentFile(
        problems=(f"{tmp_path}/.env: {problem}; it is not used",)
    )


def test_no_file_is_no_problem_here(tmp_path: Path) -> None:
    assert read(tmp_path / ".env") is None


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    file = read(tmp_path)

    assert file is not None
    assert file.problems == (f"{tmp_path}: not a regular file; it is not used",)


def test_a_pipe_without_a_writer_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ".env")

    file = read(tmp_path / ".env")

    assert file is not None
    assert "not a regular file" in file.problems[0]


def test_a_path_through_a_file_is_a_problem_and_no_crash(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    file = read(tmp_path / "file" / ".env")

    assert file is not None
    assert "Not a directory" in file.problems[0]


@pytest.mark.parametrize(
    ("value", "expanded"),
    [
        ("plain", "plain"),
        ("${A}-${B}", "1-"),
        ("${B:-none}", "none"),
        ("${A:-none}", "1"),
        ("$A and $(A)", "$A and $(A)"),
    ],
)
def test_references_are_filled_in(value: str, expanded: str) -> None:
    assert expand(value, {"A": "1"}) == expanded


def test_a_value_that_doubles_and_doubles_is_stopped() -> None:
    with pytest.raises(BrummerError, match="longer than"):
        expand("${A}" * 100_000, {"A": "x" * LONGEST_VALUE})
