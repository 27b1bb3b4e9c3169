"""Tests of following a log through filters."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from typing_extensions import override

from brummer.control.answer import Answers, Pulse
from brummer.model.log import LogEntry
from brummer.model.process import ProcessId
from tests.support.instance import FakeInstance


class Restless(Pulse):
    """Does not let anybody wait."""

    @override
    async def next(self, limit: float) -> None:
        raise AssertionError("there was something to read")


class Filtering:
    """An instance with one process, whose log is read through a filter for "ERROR"."""

    def __init__(self) -> None:
        self.instance = FakeInstance()
        self.web = self.instance.add_process("web").id
        self.instance.answers["logs.filter"] = self._answer
        #: The number of the oldest line that is left.
        self.oldest = 0

    def _answer(self, filters: object, process: str, first: int) -> object:
        assert filters == ["ERROR"]
        window = self.instance.log_window(
            max(first, self.oldest), 2, ProcessId(process)
        )
        return {
            "first": self.oldest,
            "entries": [entry for entry in window.entries if "ERROR" in entry.text],
            "next": max(first, self.oldest) + len(window.entries),
        }

    def follow(self, kind: type[Pulse] = Pulse) -> AsyncIterator[Any]:
        pulse = kind(asyncio.get_running_loop())
        self.instance.watch(pulse.beat)
        params = {"process": self.web, "first": 0, "filters": ["ERROR"]}
        stream = Answers(self.instance, pulse).stream("follow", params)
        assert stream is not None
        return stream


def texts(part: Any) -> list[str]:
    entries: list[LogEntry] = part["entries"]
    return [entry.text for entry in entries]


def test_what_is_there_and_what_comes_goes_through_the_filters() -> None:
    filtering = Filtering()
    filtering.instance.print(filtering.web, "INFO 1", "INFO 2", "INFO 3", "ERROR 4")

    async def read() -> list[list[str]]:
        stream = filtering.follow()
        there = await anext(stream)
        later = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0)
        filtering.instance.print(filtering.web, "INFO 5", "ERROR 6")
        return [texts(there), texts(await later)]

    assert asyncio.run(read()) == [["ERROR 4"], ["ERROR 6"]]


def test_lines_that_were_dropped_are_told() -> None:
    filtering = Filtering()
    filtering.instance.print(filtering.web, *(f"ERROR {n}" for n in range(4)))
    filtering.oldest = 3

    async def read() -> Any:
        return await anext(filtering.follow())

    part = asyncio.run(read())

    assert part["skipped"] == 3
    assert texts(part) == ["ERROR 3"]


def test_what_came_while_the_filter_worked_is_not_waited_for() -> None:
    filtering = Filtering()
    instance = filtering.instance
    answer = instance.answers["logs.filter"]
    assert callable(answer)

    def late(**asked: Any) -> object:
        found = answer(**asked)
        if not asked["first"]:
            instance.answers["logs.filter"] = answer
            instance.print(filtering.web, "ERROR 1")
        return found

    instance.answers["logs.filter"] = late

    async def read() -> Any:
        return await anext(filtering.follow(Restless))

    assert texts(asyncio.run(read())) == ["ERROR 1"]
