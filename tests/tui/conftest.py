"""What every test of the screen begins with."""

from collections.abc import Iterator

import pytest
import urwid


@pytest.fixture(autouse=True)
def _utf8() -> Iterator[None]:
    """Begin with a terminal that speaks UTF-8, and leave the encoding as it was."""
    before = urwid.util.get_encoding()
    urwid.set_encoding("utf-8")
    yield
    urwid.set_encoding(before)
