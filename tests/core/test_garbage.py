"""What is imported is not searched for garbage."""

import gc
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from brummer.core.garbage import YOUNG, kept_for_good, look_seldom


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_nothing_is_collected_in_the_block_and_everything_after_it() -> None:
    with kept_for_good():
        during = gc.isenabled()

    assert not during
    assert gc.isenabled()


def test_what_was_made_in_the_block_is_not_looked_at_again() -> None:
    with kept_for_good():
        made: list[object] = [object()]

    assert gc.get_freeze_count()
    assert not any(found is made for found in gc.get_objects())


def test_an_import_that_fails_leaves_it_as_it_was() -> None:
    with pytest.raises(ImportError), kept_for_good():
        raise ImportError

    assert gc.isenabled()


def test_who_turned_it_off_keeps_it_off() -> None:
    gc.disable()
    try:
        with kept_for_good():
            pass

        assert not gc.isenabled()
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("late", "done"), [(True, ["looked", "kept"]), (False, ["kept"])]
)
def test_who_comes_late_keeps_no_garbage(
    monkeypatch: pytest.MonkeyPatch, done: list[str], *, late: bool
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(gc, "collect", lambda: seen.append("looked"))
    monkeypatch.setattr(gc, "freeze", lambda: seen.append("kept"))

    with kept_for_good(late=late):
        pass

    assert seen == done


def test_garbage_is_looked_for_among_more() -> None:
    before = gc.get_threshold()
    try:
        look_seldom()

        assert gc.get_threshold() == (YOUNG, *before[1:])
    finally:
        gc.set_threshold(*before)


#: Does what the command does, and says on its standard error how often it looks.
COMMAND = """\
import gc, sys
from brummer.cli.main import main
code = main(sys.argv[1:])
sys.stderr.write(f"looks after {gc.get_threshold()[0]}")
sys.exit(code)
"""


@pytest.mark.parametrize("words", [["--settings"], ["--mcp"]])
def test_the_program_and_the_hub_look_seldom(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    for name in ("HOME", "XDG_RUNTIME_DIR", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path))

    done = subprocess.run(
        [sys.executable, "-c", COMMAND, *words],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stderr.endswith(f"looks after {YOUNG}")
