import asyncio
from concurrent.futures import Future

import pytest

from brummer.mcp.prompts import search
from brummer.model.log import LogEntry, Stream
from brummer.model.process import ProcessId
from tests.support.instance import EPOCH, FakeInstance


def entry(number: int) -> LogEntry:
    return LogEntry(number, ProcessId("web-1"), Stream.OUT, EPOCH, b"x")


def test_hits_are_told_the_oldest_first_with_a_gap_between_them() -> None:
    instance = FakeInstance()
    hits = [
        {"before": [entry(8)], "entry": entry(9), "after": []},
        {"before": [], "entry": entry(2), "after": [entry(3)]},
    ]
    instance.answers["logs.search"] = {"hits": hits}

    lines = asyncio.run(search.found_lines(instance, text="x"))

    assert [line.split()[0] for line in lines] == ["2", "3", "...", "8", "9"]


def test_a_search_that_takes_too_long_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(search, "PATIENCE", 0.01)
    instance, never = FakeInstance(), Future[object]()
    instance.answers["logs.search"] = never

    lines = asyncio.run(search.found_lines(instance, text="x"))

    assert lines == ["the logs could not be searched in time"]
    assert never.cancelled()
