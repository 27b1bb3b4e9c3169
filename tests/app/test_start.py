"""Tests of brum in this process, without a screen."""

import logging
import re
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from brummer.cli.main import main

CLOCK = re.compile(r"^\[\d\d:\d\d:\d\d\] ", re.MULTILINE)


@pytest.fixture(autouse=True)
def _apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Keep files, and the logging of the whole interpreter, as they were."""
    runtime = tempfile.mkdtemp(prefix="br")
    monkeypatch.setenv("XDG_RUNTIME_DIR", runtime)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    root = logging.getLogger()
    handlers, level, raising = root.handlers[:], root.level, logging.raiseExceptions
    yield
    for handler in set(root.handlers) - set(handlers):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)
    logging.raiseExceptions = raising
    logging.captureWarnings(capture=False)
    shutil.rmtree(runtime)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "Procfile").write_text(
        "hi: echo hello\nbad: echo oops >&2; exit 3\nlong: sleep 3660\n"
    )
    return folder


def brum(shop: Path, *words: str) -> int:
    return main(["-d", str(shop), "--no-tui", *words])


def test_lines_are_printed_with_time_and_name(
    shop: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code = brum(shop, "--exit-on", "done", "hi")

    out, err = capfd.readouterr()
    assert code == 0
    assert CLOCK.sub("", out) == "hi: hello\n"
    assert err == ""


def test_errors_go_to_standard_error_and_the_code_is_the_worst(
    shop: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code = brum(shop, "--exit-on", "done", "hi", "bad")

    out, err = capfd.readouterr()
    assert code == 3
    assert "hi: hello" in out
    assert "bad: oops" in CLOCK.sub("", err)
    assert "bad: exited with 3" in CLOCK.sub("", err)


def test_the_first_end_ends_the_others(shop: Path) -> None:
    assert brum(shop, "--exit-on", "first", "hi", "long") == 0


def test_a_failure_ends_the_others(shop: Path) -> None:
    assert brum(shop, "--exit-on", "failure", "hi", "long", "bad") == 3


def test_an_unknown_script_is_a_sentence(
    shop: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code = brum(shop, "hii")

    assert code == 1
    assert "no script named 'hii'; did you mean hi?" in capfd.readouterr().err


def test_without_a_terminal_the_screen_says_how_to_do_without(
    shop: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code = main(["-d", str(shop), "hi"])

    assert code == 1
    assert "--no-tui" in capfd.readouterr().err


def test_our_own_log_is_kept_for_the_owner_alone(shop: Path, tmp_path: Path) -> None:
    brum(shop, "--exit-on", "done", "bad")

    (log,) = (tmp_path / "state").rglob("brum.log")
    assert log.stat().st_mode & 0o077 == 0


def test_a_state_folder_that_cannot_be_written_costs_nothing_else(
    shop: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "state").write_text("a file where a folder should be")

    code = brum(shop, "--exit-on", "done", "hi")

    out, err = capfd.readouterr()
    assert code == 0
    assert "hi: hello" in out
    assert "state" in err


def test_settings_are_shown_with_their_sources(
    shop: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (shop / ".brum.toml").write_text("proxy_port = 8000\n")

    code = main(["-d", str(shop), "--settings", "-o", "tui.mouse=false"])

    out = capfd.readouterr().out
    assert code == 0
    assert "proxy_port = 8000" in out
    assert ".brum.toml:1" in out
    assert "mouse = false" in out


def test_a_wrong_setting_stops_everything_before_it_begins(
    shop: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code = brum(shop, "-p", "70000", "hi")

    assert code == 2
    assert "--port" in capfd.readouterr().err


def test_a_wrong_filter_stops_everything_before_it_begins(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (shop / ".brum.toml").write_text('[filters]\nfine = "a"\nloud = "level>=loud"\n')

    assert brum(shop, "hi") == 2

    told = capsys.readouterr().err
    assert f"{shop}/.brum.toml:3: filters.loud: column 8: level is" in told
    assert "fine" not in told


@pytest.mark.parametrize("folder", ["nowhere", "Procfile"])
def test_a_folder_that_is_none_is_an_error(
    shop: Path, capfd: pytest.CaptureFixture[str], folder: str
) -> None:
    assert main(["-d", str(shop / folder), "--no-tui"]) == 2
    assert "no such folder" in capfd.readouterr().err


def test_signal_handlers_are_as_they_were(shop: Path) -> None:
    before = [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)]

    brum(shop, "--exit-on", "done", "hi")

    assert [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)] == before
