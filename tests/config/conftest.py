"""A home directory and a project in it, away from the machine's own files."""

from pathlib import Path

import pytest


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a home directory that everything takes for the user's."""
    folder = tmp_path.resolve() / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "xdg"))
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path / "site"))
    return folder


@pytest.fixture
def project(home: Path) -> Path:
    """Return the folder of a project below home."""
    folder = home / "work" / "shop"
    folder.mkdir(parents=True)
    return folder
