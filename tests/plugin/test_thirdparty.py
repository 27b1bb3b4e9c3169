"""A distribution of somebody else's, installed by pip and used through its metadata."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
LANTERN = ROOT / "tests" / "thirdparty" / "brummer-lantern"

#: What the program does with plugins at the start, and prints what came of it.
PROGRAM = """
import json, sys
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from brummer.config.settings import Settings
from brummer.plugin.discovery import Choice, discover
from brummer.plugin.host import PluginHost
from brummer.plugin.settings import Configuration
from brummer.testing import FakeApp

host = PluginHost(discover(Choice.of({}, options=sys.argv[1:])))
host.load()
tables = MappingProxyType({"lantern": {"colour": "red"}})
host.configure(FakeApp(), Configuration(settings=Settings(plugin_tables=tables)))
scripts = host.detect_scripts(Path.cwd())
[report] = [asdict(r) for r in host.report() if r.name == "lantern"]
print(json.dumps({
    "report": report,
    "scripts": [s.id for s in scripts if s.source == "lantern"],
    "variables": [dict(host.environment(s).variables) for s in scripts],
    "imported": "brummer_lantern" in sys.modules,
}))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the distribution with pip, from its source and without a network."""
    folder = tmp_path_factory.mktemp("lantern")
    # A build leaves its rubbish beside the source.
    source = shutil.copytree(LANTERN, folder / "source")
    line = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index"]
    line += ["--no-build-isolation", "--disable-pip-version-check", "--quiet"]
    line += ["--target", str(folder / "site"), str(source)]
    subprocess.run(line, check=True, timeout=120)
    return folder / "site"


def run(site: Path, folder: Path, *options: str) -> Any:
    """Run the program in *folder* with the plugin installed; return what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *options],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": f"{site}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return json.loads(done.stdout)


@pytest.mark.timeout(180)
def test_it_is_found_configured_and_asked(site: Path, tmp_path: Path) -> None:
    (tmp_path / "porch.lantern").touch()

    answer = run(site, tmp_path)

    assert answer["scripts"] == ["lantern:porch"]
    assert answer["variables"] == [{"LANTERN_COLOUR": "red"}]
    report = answer["report"]
    assert (report["distribution"], report["version"]) == ("brummer-lantern", "1.2")
    assert (report["state"], report["origin"]) == ("on", "installed")
    assert report["hooks"] == [
        "brummer_configure",
        "brummer_detect_scripts",
        "brummer_environment",
    ]


@pytest.mark.timeout(180)
def test_left_out_by_name_it_is_not_imported(site: Path, tmp_path: Path) -> None:
    answer = run(site, tmp_path, "no:lantern")

    assert answer["report"]["state"] == "off"
    assert answer["report"]["error"] == "left out by -P no:lantern"
    assert not answer["imported"]
