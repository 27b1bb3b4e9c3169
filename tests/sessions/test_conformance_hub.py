"""The official conformance suite against the hub in front of a real program.

The suite knows a URL and the hub standard streams: a bridge starts a hub for each
client, as a client does, and what crosses it is what the hub said.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import conformance
from tests.support.bridge import bridged
from tests.support.npm import program
from tests.support.site import BRUM, Site

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PLUGINS = ("conformance_plugin.py", "conformance_asking_plugin.py")


@pytest.fixture
def url(site: Site) -> Iterator[str]:
    """Return where a hub answers for a program that offers what the suite wants."""
    program("conformance")
    words = []
    for name in PLUGINS:
        shutil.copy(Path(__file__).parent.parent / "mcp" / name, site.folder)
        words += ["-P", f"./{name}"]
    with site.brum("--no-tui", "-p", "0", *words):
        site.wait_for_instance()
        with bridged([*BRUM, "--mcp"], site.environment) as address:
            yield address


@pytest.mark.parametrize("revision", conformance.REVISIONS)
def test_it_keeps_to_the_protocol(url: str, revision: str, tmp_path: Path) -> None:
    outcome = conformance.run(url, revision, tmp_path / "checks")

    assert outcome.told("FAILURE") == []
    assert outcome.code == 0, outcome.output
    assert outcome.passed >= conformance.REVISIONS[revision]
