"""Tests of searching a log for a line, each line once."""

import re

from brummer.core.lines import LineSearch
from brummer.model.log import Stream
from brummer.model.process import ProcessId
from tests.support.instance import FakeInstance

WEB = ProcessId("web-1")


def search(shop: FakeInstance, pattern: bytes) -> LineSearch:
    return LineSearch(shop.log_window, WEB, re.compile(pattern))


def test_a_line_is_found_whenever_it_comes() -> None:
    shop = FakeInstance()
    shop.add_process("web")
    found = search(shop, rb"port \d+")
    shop.print(WEB, *["waiting"] * 2_500)
    early = found.look()

    shop.print(WEB, "listening on port 80")
    entry = found.look()

    assert early is None
    assert entry is not None
    assert entry.number == 2_500


def test_some_streams_can_be_left_out() -> None:
    shop = FakeInstance()
    shop.add_process("web")
    shop.print(WEB, "ready", stream=Stream.NOTE)
    printed = LineSearch(
        shop.log_window, WEB, re.compile(b"ready"), frozenset({Stream.OUT})
    )

    assert printed.look() is None
    assert search(shop, b"ready").look() is not None
