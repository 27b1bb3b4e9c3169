"""Tests of what the client sees of instances that come and go."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from brummer.mcp.catalogue import Part
from brummer.mcp.hub.link import Link, Peer, PeerState
from brummer.mcp.hub.roster import Compact, Form
from brummer.mcp.hub.sighting import Sighting
from brummer.mcp.hub.view import ANY, FIRST, View
from tests.support import virtual


class Table:
    """Instances as a test says they are; nobody has a link."""

    def __init__(self, *names: str) -> None:
        self._peers = {name: peer(name) for name in names}
        self._listeners: list[Callable[[], None]] = []
        self.is_settled = asyncio.Event()

    def snapshot(self) -> Mapping[str, Peer]:
        return dict(self._peers)

    def listen(self, changed: Callable[[], None]) -> Callable[[], None]:
        self._listeners.append(changed)
        return lambda: self._listeners.remove(changed)

    def nudge(self, id_: str) -> None:
        raise AssertionError(id_)

    async def settled(self) -> None:
        await self.is_settled.wait()

    def put(
        self,
        name: str,
        state: PeerState = PeerState.CONNECTING,
        link: Link | None = None,
    ) -> None:
        self.show(replace(peer(name), state=state, link=link))

    def show(self, peer: Peer) -> None:
        self._peers[peer.id] = peer
        for changed in self._listeners:
            changed()


def peer(name: str, port: int = 7777) -> Peer:
    sighting = Sighting(
        id=name, name=name, directory=Path("/work", name), pid=1, port=port, token=""
    )
    return Peer(label=name, sighting=sighting)


def view(table: Table, told: list[Part] | None = None) -> View:
    tell = (told if told is not None else []).append
    return View(table, Compact.AUTO, tell, lambda _: None)


def test_a_form_is_not_left_for_an_earlier_one() -> None:
    async def main() -> None:
        table = Table("a")
        seen = view(table)
        forms = [seen.roster.form]

        for name, state in (("b", None), ("c", None), ("c", "dead"), ("b", "dead")):
            table.put(name, PeerState(state) if state else PeerState.CONNECTING)
            forms.append(seen.roster.form)

        assert forms == [
            Form.PLAIN,
            Form.PREFIXED,
            Form.COMPACT,
            Form.COMPACT,
            Form.COMPACT,
        ]
        seen.close()

    virtual.run(main())


def test_the_dead_are_known_as_that_alone() -> None:
    async def main() -> None:
        table = Table("a", "b")
        seen = view(table)

        table.put("a", PeerState.DEAD)

        assert [member.label for member in seen.roster.members] == ["b"]
        assert [peer.label for peer in seen.roster.absent] == ["a"]
        seen.close()

    virtual.run(main())


class Linked:
    """A link to an instance that offers nothing."""

    heard = 0.0

    async def ping(self) -> None:
        raise AssertionError

    async def gone(self) -> None:
        raise AssertionError


@pytest.mark.parametrize(
    ("came", "waits"), [(None, ANY), (0.5, FIRST), (2.5, 2.5), (9.0, ANY)]
)
def test_the_first_lists_do_not_wait_for_ever(came: float | None, waits: float) -> None:
    async def main() -> None:
        table = Table("a", "b")
        seen = view(table)
        loop = asyncio.get_running_loop()
        began = loop.time()
        if came is not None:
            loop.call_later(came, table.put, "a", PeerState.ACTIVE, Linked())

        await seen.settled()
        waited = loop.time() - began
        await seen.settled()

        assert waited == pytest.approx(waits)
        assert loop.time() - began == waited
        seen.close()

    virtual.run(main())


def test_nor_longer_than_they_must() -> None:
    async def main() -> None:
        table = Table("a")
        seen = view(table)
        table.is_settled.set()
        began = asyncio.get_running_loop().time()

        await seen.settled()

        assert asyncio.get_running_loop().time() == began
        seen.close()

    virtual.run(main())


def test_what_changes_together_is_told_once() -> None:
    told: list[Part] = []

    async def main() -> None:
        seen = view(Table("a"), told)

        for _ in range(5):
            seen.changed("a", Part.TOOLS)
            seen.changed("a", Part.PROMPTS)
        await asyncio.sleep(1)
        seen.changed("a", Part.TOOLS)
        await asyncio.sleep(1)

        assert told == [Part.PROMPTS, Part.TOOLS, Part.TOOLS]
        seen.close()

    virtual.run(main())


def test_there_is_no_link_to_who_has_none() -> None:
    async def main() -> None:
        seen = view(Table("a"))

        assert seen.link("a") is None
        assert seen.link("b") is None
        assert seen.links() == []
        assert seen.peer("a") == peer("a")
        seen.close()

    virtual.run(main())


def test_one_without_a_server_is_no_member_and_not_unknown() -> None:
    async def history() -> None:
        table = Table("a")
        seen = view(table)
        table.show(peer("b", port=0))

        assert [member.label for member in seen.roster.members] == ["a"]
        assert [peer.label for peer in seen.roster.absent] == ["b"]
        assert seen.roster.form is Form.PLAIN
        seen.close()

    virtual.run(history())
