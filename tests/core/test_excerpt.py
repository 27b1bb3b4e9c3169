"""Files around a line, however odd they are, and where they are looked for."""

import os
import socket
from pathlib import Path

import pytest

from brummer.core.excerpt import LONGEST, MOST, excerpt, locate


def file_of(folder: Path, data: bytes) -> Path:
    """Return a file with *data* in it."""
    path = folder / "file.py"
    path.write_bytes(data)
    return path


LINES = b"".join(b"line %d\n" % n for n in range(1, 101))


@pytest.mark.parametrize(
    ("line", "first", "count"), [(50, 47, 7), (1, 1, 4), (2, 1, 5), (100, 97, 4)]
)
def test_the_lines_around_one_are_returned(
    tmp_path: Path, line: int, first: int, count: int
) -> None:
    found = excerpt(file_of(tmp_path, LINES), line, 3)

    assert found.problem == ""
    assert found.first == first
    assert found.lines == tuple(f"line {n}" for n in range(first, first + count))
    assert found.modified > 0


def test_a_last_line_without_an_end_counts(tmp_path: Path) -> None:
    found = excerpt(file_of(tmp_path, b"one\ntwo"), 2, 1)

    assert found.lines == ("one", "two")


def test_line_ends_of_windows_are_left_out(tmp_path: Path) -> None:
    found = excerpt(file_of(tmp_path, b"one\r\ntwo\r\n"), 1, 1)

    assert found.lines == ("one", "two")


def test_what_is_not_utf8_is_replaced(tmp_path: Path) -> None:
    found = excerpt(file_of(tmp_path, b"caf\xe9\n"), 1, 1)

    assert found.lines == ("caf\N{REPLACEMENT CHARACTER}",)


def test_a_long_line_is_cut(tmp_path: Path) -> None:
    found = excerpt(file_of(tmp_path, b"x" * 1_000_000), 1, 1)

    assert found.lines == ("x" * LONGEST,)


@pytest.mark.parametrize(
    ("data", "line", "problem"),
    [
        (b"one\n", 2, "it ends before line 2"),
        (b"", 1, "it ends before line 1"),
        (b"one\n", 0, "no line is known"),
        (b"one\n", -3, "no line is known"),
        (b"one\0two\n", 1, "it is no text"),
        ("one\n".encode("utf-16"), 1, "it is no text"),
    ],
)
def test_what_cannot_be_shown_says_why(
    tmp_path: Path, data: bytes, line: int, problem: str
) -> None:
    found = excerpt(file_of(tmp_path, data), line, 3)

    assert (found.lines, found.problem) == ((), problem)


def test_a_line_far_down_in_a_huge_file_is_not_looked_for(tmp_path: Path) -> None:
    path = file_of(tmp_path, b"short\n" * (MOST // 6 + 10))

    near, far = excerpt(path, 10, 1), excerpt(path, 10_000_000, 1)

    assert near.lines == ("short",) * 3
    assert far.problem == "it is too large"


def test_there_is_no_line_of_a_number_that_no_file_has(tmp_path: Path) -> None:
    found = excerpt(file_of(tmp_path, LINES), 10**30, 3)

    assert found.problem == f"it ends before line {10**30}"


def test_a_file_that_is_gone_says_so(tmp_path: Path) -> None:
    assert excerpt(tmp_path / "none", 1, 1).problem == "it is gone"


def test_a_name_that_no_file_can_have_says_so(tmp_path: Path) -> None:
    assert excerpt(tmp_path / "a\0b", 1, 1).problem.startswith("it cannot be read")


def test_nothing_is_waited_for(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))

        problems = [
            excerpt(path, 1, 1).problem
            for path in (fifo, tmp_path, tmp_path / "socket", Path("/dev/zero"))
        ]

    assert problems[0] == problems[3] == "it is no regular file"
    assert all(problems)


def test_a_file_is_found_below_the_first_root_that_has_it(tmp_path: Path) -> None:
    app, lib = tmp_path / "app", tmp_path / "lib"
    for folder in (app, lib):
        folder.mkdir()
    (lib / "main.py").touch()

    assert locate("main.py", [app, lib]) == lib / "main.py"
    assert locate(str(lib / "main.py"), [app, lib]) == lib / "main.py"
    assert locate("./sub/../main.py", [lib]) == lib / "main.py"


@pytest.mark.parametrize("file", ["/etc/passwd", "../secret", "link"])
def test_what_is_outside_of_the_project_is_not_read(tmp_path: Path, file: str) -> None:
    (tmp_path / "secret").touch()
    root = tmp_path / "app"
    root.mkdir()
    (root / "link").symlink_to(tmp_path / "secret")

    assert locate(file, [root]) == "it is outside of the project"


def test_a_link_that_leads_out_of_the_project_is_not_found_by_its_name(
    tmp_path: Path,
) -> None:
    (tmp_path / "secret").touch()
    (tmp_path / "app/sub").mkdir(parents=True)
    (tmp_path / "app/sub/link").symlink_to(tmp_path / "secret")

    assert locate("link", [tmp_path / "app"]) == "it is gone"


def test_a_link_within_the_project_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real.py").touch()
    (tmp_path / "link.py").symlink_to(tmp_path / "real.py")

    assert locate("link.py", [tmp_path]) == tmp_path / "real.py"


def test_a_file_without_its_folder_is_found_if_there_is_only_one(
    tmp_path: Path,
) -> None:
    for folder in ("src/main/java/shop", "node_modules/x", ".git", "other"):
        (tmp_path / folder).mkdir(parents=True)
    one = tmp_path / "src/main/java/shop/User.java"
    one.touch()
    (tmp_path / "node_modules/x/User.java").touch()
    (tmp_path / ".git/User.java").touch()

    alone = locate("User.java", [tmp_path])
    with_folder = locate("shop/User.java", [tmp_path])
    (tmp_path / "other/User.java").touch()
    several = locate("User.java", [tmp_path])
    still = locate("shop/User.java", [tmp_path])

    assert alone == with_folder == still == one
    assert several == "several files are called so"


@pytest.mark.parametrize("file", ["none.py", "a\0b", "x" * 5000, "", ".", ".."])
def test_what_is_no_file_is_not_found(tmp_path: Path, file: str) -> None:
    root = tmp_path / "app"
    root.mkdir()

    found = locate(file, [root])

    assert isinstance(found, str) or found == root
