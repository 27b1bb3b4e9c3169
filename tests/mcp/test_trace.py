from dataclasses import replace
from pathlib import Path

import pytest

from brummer.mcp.install.installer import Installer, Order
from brummer.mcp.install.overview import order, own_installer
from brummer.mcp.trace import TRACE, leave


@pytest.fixture
def installer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installer:
    monkeypatch.setenv("HOME", str(tmp_path))
    return own_installer(tmp_path, tmp_path / "state")


@pytest.fixture
def wanted() -> Order:
    return replace(order("cursor", "user"), may_create=True)


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    return tmp_path / "state" / TRACE


def test_who_enters_brummer_in_a_client_leaves_a_trace(
    installer: Installer, wanted: Order, trace: Path
) -> None:
    installer.install(replace(wanted, is_dry=True))
    before = trace.exists()
    installer.install(wanted)
    entered = trace.exists()
    trace.unlink()
    installer.install(wanted)

    # Who does it twice may have found that it took too long.
    assert (before, entered, trace.exists()) == (False, True, True)
    assert trace.stat().st_mode & 0o777 == 0o600


def test_who_takes_it_out_expects_no_agents(
    installer: Installer, wanted: Order, trace: Path
) -> None:
    installer.install(wanted)
    trace.unlink()

    installer.remove(wanted)

    assert not trace.exists()


def test_where_nothing_can_be_left_nobody_minds(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("no folder")

    leave(tmp_path / "state")
