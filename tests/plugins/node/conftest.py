"""What the tests of this plugin share."""

from pathlib import Path

import pytest

from tests.plugins.node.machine import FakeMachine


@pytest.fixture(name="machine")
def _machine(tmp_path: Path) -> FakeMachine:
    return FakeMachine(tmp_path / "machine")


@pytest.fixture(name="root")
def _root(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    return root
