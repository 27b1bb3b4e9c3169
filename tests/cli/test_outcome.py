"""Tests of how a command line ends."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from brummer.cli.outcome import run
from brummer.errors import BrummerError, ConfigError, UsageError
from tests.support.site import BRUM, BRUMCTL

FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")


def raising(error: BaseException) -> int:
    raise error


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (BrummerError("no"), 1),
        (UsageError("no"), 2),
        (ConfigError("here:1", "no"), 2),
        (KeyboardInterrupt(), 130),
    ],
)
def test_an_error_has_its_exit_code(error: BaseException, code: int) -> None:
    assert run("brum", lambda: raising(error)) == code


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_standard_stream_is_no_trap(closed: str, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "import os, sys\n"
        "from brummer.cli.outcome import run\n"
        "def work():\n"
        "    number = os.open(os.devnull, os.O_RDONLY)\n"
        "    print('out')\n"
        "    print('err', file=sys.stderr)\n"
        "    return number\n"
        "sys.exit(run('brum', work))\n"
    )
    line = f"{sys.executable} {program} {closed}"

    code = subprocess.run(line, shell=True, capture_output=True, check=False).returncode

    assert code > 2


def test_ctrl_c_in_the_making_of_a_class_is_no_bug() -> None:
    class Interrupted:
        def __set_name__(self, owner: type, name: str) -> None:
            raise KeyboardInterrupt

    def work() -> int:
        type("Made", (), {"field": Interrupted()})
        return 0

    assert run("brum", work) == 130


@FULL
@pytest.mark.parametrize("buffering", ["0", "1"])
def test_a_full_disk_is_told_and_is_no_bug(
    buffering: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # An empty one counts as none.
    monkeypatch.setenv("PYTHONUNBUFFERED", buffering.strip("0"))
    program = (
        "import sys; from brummer.cli.outcome import run;"
        "sys.exit(run('brum', lambda: print('out') or 0))"
    )
    line = f'{sys.executable} -c "{program}" >/dev/full'

    ended = subprocess.run(
        line, shell=True, capture_output=True, text=True, check=False
    )

    assert ended.returncode == 1
    assert ended.stderr == "brum: cannot write: No space left on device\n"


def test_a_sentence_comes_without_a_traceback(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run("brum", lambda: raising(ConfigError(".brum.toml:3", "no key 'x'\nsecond")))

    assert capsys.readouterr().err == "brum: .brum.toml:3: no key 'x'\nbrum: second\n"


def test_a_bug_leaves_a_report_whose_path_is_shown(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    code = run("brum", lambda: raising(ZeroDivisionError("oops")))

    said = capsys.readouterr().err
    report = Path(said.strip().rpartition(" ")[2])
    assert code == 1
    assert "bug" in said
    assert "ZeroDivisionError: oops" in report.read_text()


def test_a_bug_is_told_even_where_nothing_can_be_written(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))

    code = run("brum", lambda: raising(ZeroDivisionError("oops")))

    assert code == 1
    assert "ZeroDivisionError: oops" in capsys.readouterr().err


@FULL
@pytest.mark.parametrize("words", [["--help"], ["--version"], ["logs", "--help"]])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_help_that_cannot_be_written_is_a_failure(
    words: list[str], unbuffered: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [*BRUMCTL, *words],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert ended.returncode == 1
    assert ended.stderr == "brumctl: cannot write: No space left on device\n"


@pytest.mark.parametrize("program", [BRUM, BRUMCTL])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_help_whose_reader_has_left_is_none(
    program: tuple[str, ...], unbuffered: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ended = subprocess.run(
            [*program, "--help"],
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    finally:
        os.close(writing)

    assert (ended.returncode, ended.stderr) == (0, "")
