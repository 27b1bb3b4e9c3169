"""Tests of reading the scripts again when a file changed."""

from pathlib import Path

import pytest

from brummer.app.watching import may_hold_scripts
from tests.app.conftest import Bench
from tests.support.wait import wait_until


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("package.json", True),
        ("Procfile", True),
        ("Procfile.dev", True),
        ("pnpm-workspace.yaml", True),
        ("brum.log", False),
        ("data.sqlite", False),
        (".package.json.swp", False),
        ("app.py", False),
    ],
)
def test_only_files_that_may_hold_scripts_count(name: str, *, may: bool) -> None:
    assert may_hold_scripts(Path("/srv") / name) is may


def test_a_new_file_brings_its_scripts(bench: Bench) -> None:
    application = bench.application()
    assert application.instance.scripts() == ()
    # The thread begins to watch a moment after it was started: write until it
    # has seen one.
    procfile = bench.folder / "Procfile"
    numbers = iter(range(1_000_000))

    def is_seen() -> bool:
        procfile.write_text(f"web: sleep {next(numbers)}\n")
        return bool(application.instance.scripts())

    wait_until(is_seen, limit=20)

    assert application.instance.scripts()[0].name == "web"
