"""A project folder for every session."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.site import Site, new_site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Return an empty project of a user who has nothing else."""
    with new_site(tmp_path) as site:
        yield site
