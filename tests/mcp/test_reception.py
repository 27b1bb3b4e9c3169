"""Tests of what is there whether or not an agent is."""

import asyncio
from itertools import pairwise

from brummer.mcp.activity import Caller, Record, Request, Result
from brummer.mcp.reception import Reception
from brummer.model.agent import AgentServer, Era, Outcome, TokenKind
from tests.support.clock import FakeClock

CODEX = Caller("codex", "1", Era.SESSION)
SERVER = AgentServer(url="http://127.0.0.1:7777/mcp", token=TokenKind.RUN)


class Keeper:
    """Notes what it is to keep."""

    def __init__(self) -> None:
        self.kept: list[Record] = []
        self.flushed = asyncio.Event()

    def put(self, record: Record) -> None:
        self.kept.append(record)

    def flush(self) -> None:
        self.flushed.set()


def test_everything_that_happens_has_a_number_and_is_to_be_seen() -> None:
    woken, keeper = asyncio.Event(), Keeper()

    async def act() -> None:
        reception = Reception(FakeClock(), woken.set, keeper)
        versions = [reception.version]
        number = reception.book.begin(CODEX, Request("greet", "{}", 1))
        versions.append(reception.version)
        reception.book.end(number, Result(Outcome.OK))
        versions.append(reception.version)
        reception.handover.give("TypeError", {}, 1)
        versions.append(reception.version)
        await asyncio.wait_for(woken.wait(), 10)
        await asyncio.wait_for(keeper.flushed.wait(), 10)

        table = reception.table(SERVER)
        assert table.server is SERVER
        assert [call.tool for call in table.activity.calls] == ["greet"]
        assert [handed.title for handed in table.handed] == ["TypeError"]
        assert all(one < other for one, other in pairwise(versions))

    asyncio.run(act())

    assert len(keeper.kept) == 1


def test_a_message_wakes_at_once() -> None:
    woken: list[int] = []
    reception = Reception(FakeClock(), lambda: woken.append(1), None)

    reception.messages.send("work", {}, type_="m", ttl=60, size=1)

    assert woken


def test_without_an_audit_nothing_is_kept() -> None:
    async def act() -> int:
        reception = Reception(FakeClock(), lambda: None, None)
        reception.book.refuse("x", 401, "y")
        return len(reception.table(None).activity.refusals)

    assert asyncio.run(act()) == 1
