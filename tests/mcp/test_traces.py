from dataclasses import replace
from pathlib import Path

import pytest

from brummer.mcp.install.overview import order, own_installer
from brummer.mcp.traces import ENTRIES


@pytest.mark.parametrize("is_dry", [True, False])
def test_who_enters_brummer_in_a_client_leaves_a_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_dry: bool
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    installer = own_installer(tmp_path, tmp_path / "state")
    wanted = replace(order("cursor", "user"), is_dry=is_dry, may_create=True)

    installer.install(wanted)

    assert (tmp_path / "state" / ENTRIES).exists() != is_dry
