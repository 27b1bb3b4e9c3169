"""The official conformance suite of the agents' protocol against a real program.

What the suite wants to call is offered by two plugins.  It cannot show a token, so a
forwarder does that for it, and leaves the rest of each request as it is.
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import conformance
from tests.support.forward import forwarded
from tests.support.npm import program
from tests.support.site import Site

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

#: What is only recommended, for servers whose streams can be taken up again.
POLLING = "server-sse-polling"

PLUGINS = ("conformance_plugin.py", "conformance_asking_plugin.py")


def test_the_manual_names_the_suite_that_is_pinned() -> None:
    here = Path(__file__).parent
    pinned = json.loads((here / "node" / "package.json").read_text())["dependencies"]
    manual = (here.parents[1] / "man" / "brum-mcp.7").read_text("utf-8")

    standards = manual.partition(".Sh STANDARDS")[2]

    assert pinned["@modelcontextprotocol/conformance"] in standards
    assert all(revision in standards for revision in conformance.REVISIONS)


@pytest.fixture
def url(site: Site) -> Iterator[str]:
    """Return where a program answers that offers what the suite asks for."""
    program("conformance")
    words = []
    for name in PLUGINS:
        shutil.copy(Path(__file__).parent.parent / "mcp" / name, site.folder)
        words += ["-P", f"./{name}"]
    with site.brum("--no-tui", "-p", "0", *words):
        site.wait_for_instance()
        with forwarded(*site.server()) as port:
            yield f"http://localhost:{port}/mcp"


@pytest.mark.parametrize("revision", conformance.REVISIONS)
def test_it_keeps_to_the_protocol(url: str, revision: str, tmp_path: Path) -> None:
    outcome = conformance.run(url, revision, tmp_path / "checks")

    assert outcome.told("FAILURE") == []
    assert [text for text in outcome.told("WARNING") if POLLING not in text] == []
    assert outcome.code == 0, outcome.output
    assert outcome.passed >= conformance.REVISIONS[revision]
