"""Tests of brumctl logs --format and --output."""

import json
import signal
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest

from brummer.cli.export import printing
from brummer.cli.remote import Remote
from brummer.control.record import AbsentError, Directory
from brummer.model.process import ProcessId
from tests.cli.conftest import Desk, noting
from tests.cli.test_search import entry

PROGRAM = "from brummer.cli.ctl import main; raise SystemExit(main())"


@pytest.fixture
def web(desk: Desk) -> ProcessId:
    process = desk.instance.add_process("web").id
    desk.instance.print(process, "\x1b[31mred\x1b[0m <b>", "10%\r20%")
    return process


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("plain", "red <b>\n20%\n"),
        ("ansi", "\x1b[31mred\x1b[0m <b>\n20%\n"),
    ],
)
def test_lines_come_in_the_format_that_is_asked_for(
    desk: Desk, web: ProcessId, form: str, text: str
) -> None:
    assert desk.ctl("logs", web, "--format", form).out == text


def test_the_formats_of_programs_are_whole(desk: Desk, web: ProcessId) -> None:
    lines = desk.ctl("logs", "--format", "json").out
    page = desk.ctl("logs", "--format", "html").out

    assert lines == desk.ctl("logs", "--json").out
    assert [json.loads(line)["process"] for line in lines.splitlines()] == [web, web]
    assert page.startswith("<!DOCTYPE html>")
    assert page.endswith("</html>\n")
    assert "&lt;b&gt;" in page


@pytest.mark.parametrize(
    ("name", "begin"),
    [
        ("a.html", "<!DOCTYPE"),
        ("a.jsonl", '{"number": 0'),
        ("a.ans", "\x1b[31mred"),
        ("a.txt", "red"),
        ("a", "red"),
    ],
)
def test_the_name_of_the_file_tells_the_format(
    desk: Desk, web: ProcessId, tmp_path: Path, name: str, begin: str
) -> None:
    path = tmp_path / name

    said = desk.ctl("logs", web, "-o", str(path))

    assert path.read_text().startswith(begin)
    assert (said.code, said.out) == (0, "")
    assert said.err == f"brumctl: 2 lines in {path}\n"


def test_a_file_that_is_there_is_overwritten_by_force_only(
    desk: Desk, web: ProcessId, tmp_path: Path
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")

    refused = desk.ctl("logs", web, "-o", str(path))
    before = path.read_text()
    desk.ctl("logs", web, "-o", str(path), "--force")

    assert refused.code == 1
    assert refused.err == (f"brumctl: {path} exists already; --force overwrites it\n")
    assert (before, path.read_text()) == ("old", "red <b>\n20%\n")


def test_filters_and_ends_hold_for_files_as_well(
    desk: Desk, web: ProcessId, tmp_path: Path
) -> None:
    path = tmp_path / "a.txt"

    desk.ctl("logs", web, "-n", "1", "-o", str(path))

    assert path.read_text() == "20%\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--json", "--format", "html"), "do not go together"),
        (("--force",), "--force is for the file of --output"),
        (("-o", "/nowhere/a.txt"), "cannot write /nowhere/a.txt"),
        (("-o", "/"), "cannot write /: Is a directory"),
    ],
)
def test_what_makes_no_sense_is_refused(
    desk: Desk, web: ProcessId, words: tuple[str, ...], told: str
) -> None:
    said = desk.ctl("logs", web, *words)

    assert said.code != 0
    assert told in said.err


def test_nothing_is_left_of_a_copy_that_fails(
    desk: Desk, web: ProcessId, tmp_path: Path
) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()

    said = desk.ctl("logs", web, "--grep", "red", "-o", f"{folder}/a.txt")

    assert "no command named 'logs.filter'" in said.err
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("is_followed", [True, False])
def test_what_was_followed_is_kept_when_the_instance_is_killed(
    lonely: Desk, tmp_path: Path, *, is_followed: bool
) -> None:
    path = tmp_path / "a.html"
    options = {"json": False, "format": None, "force": False, "process": ""}
    remote = Remote(
        Namespace(
            dir=str(lonely.folder), output=str(path), follow=is_followed, **options
        ),
        Directory(tmp_path),
    )

    def killed() -> None:
        with printing(remote, merged=True, names={}) as printer:
            printer.print([entry(1, "the last")])
            raise AbsentError("the instance hung up")

    with pytest.raises(AbsentError, match="hung up"):
        killed()

    assert path.exists() == is_followed
    if is_followed:
        assert "the last" in path.read_text()
        assert path.read_text().endswith("</html>\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_following_into_a_file_ends_with_a_signal_and_the_file_is_whole(
    desk: Desk,
    web: ProcessId,
    tmp_path: Path,
    number: signal.Signals,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    followed = noting(desk, monkeypatch, "log_window")
    words = ["-d", str(desk.folder), "logs", web, "-f", "-o", "a.html"]
    program = [sys.executable, "-c", PROGRAM, *words]

    with subprocess.Popen(program, cwd=folder, stderr=subprocess.PIPE) as child:
        assert followed.wait(30)
        child.send_signal(number)
        _, told = child.communicate(timeout=30)

    assert child.returncode == -number
    assert [path.name for path in folder.iterdir()] == ["a.html"]
    assert (folder / "a.html").read_text().endswith("</html>\n")
    assert told.decode().endswith("in a.html\n")
