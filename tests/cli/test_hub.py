"""Tests of instance files as the hub sees them."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from brummer.cli.hub import MAX_FILE, found_in, read, sighted, timing_of
from brummer.config.settings import McpManagerSettings
from brummer.control.record import Directory, InstanceRecord
from brummer.mcp.hub.link import Address, Link, PeerState
from brummer.mcp.hub.timing import Timing


@pytest.fixture
def record(tmp_path: Path) -> InstanceRecord:
    shop = tmp_path / "shop"
    shop.mkdir()
    record = InstanceRecord.of_this_process(shop, "", id_="shop-1")
    return replace(record, port=7777)


def test_a_file_says_where_the_instance_is_reached(
    record: InstanceRecord, tmp_path: Path
) -> None:
    written = Directory(tmp_path).write(record)

    seen = read(tmp_path / "shop-1.json")

    assert (seen.id, seen.name, seen.pid) == ("shop-1", "shop", os.getpid())
    assert seen.directory == tmp_path / "shop"
    assert seen.way == ("", 7777, record.token)
    assert seen.is_alive
    assert seen.written == written.last_ping.timestamp()


def test_one_whose_process_has_ended_is_not_alive(record: InstanceRecord) -> None:
    dead = replace(record, pid=2**22 + 1, start=1, started=1.0)

    assert not sighted(dead).is_alive


def test_one_whose_process_number_has_gone_to_another_is_not_alive(
    record: InstanceRecord,
) -> None:
    assert not sighted(replace(record, start=record.start - 1)).is_alive


def test_of_another_machine_nobody_here_knows_who_lives(
    record: InstanceRecord,
) -> None:
    far = sighted(replace(record, pid=2**22 + 1, start=1, ssh="me@far"))

    assert far.is_alive
    assert far.ssh == "me@far"


@pytest.mark.parametrize(
    ("changes", "is_alive"),
    [
        ({}, True),
        ({"last_ping": datetime.now(UTC) - timedelta(hours=1)}, False),
        ({"pid": 2**22 + 1}, False),
    ],
)
def test_one_that_does_not_say_when_it_started_has_to_have_been_there_lately(
    record: InstanceRecord, changes: dict[str, Any], *, is_alive: bool
) -> None:
    foreign = replace(record, start=0, started=0.0, epoch="", token="", **changes)

    assert sighted(foreign).is_alive is is_alive


def test_a_name_is_shown_without_what_a_terminal_would_obey(
    record: InstanceRecord,
) -> None:
    assert (
        sighted(replace(record, name="\x1b[31mshop\n" * 50)).name
        == ("[31mshop" * 50)[:100]
    )


@pytest.mark.parametrize("name", ["caf\udce9", "a\nb", "a\x1b[31m"])
def test_a_folder_of_any_bytes_is_one_line_that_can_be_sent(
    record: InstanceRecord, name: str
) -> None:
    shown = str(sighted(replace(record, directory=Path("/work", name))).directory)

    assert shown.encode()
    assert shown.isprintable()
    assert shown.startswith("/work/")


@pytest.mark.parametrize("text", ["a\udce9", "a\nb"])
def test_what_cannot_be_shown_names_no_instance(
    record: InstanceRecord, text: str
) -> None:
    for odd in (replace(record, id=text), replace(record, ssh=text)):
        with pytest.raises(ValueError, match="cannot be shown"):
            sighted(odd)


@pytest.mark.parametrize("port", [-1, 65536, 10**20])
def test_what_is_no_port_is_no_instance(record: InstanceRecord, port: int) -> None:
    with pytest.raises(ValueError, match="is no port"):
        sighted(replace(record, port=port))


def test_one_without_an_id_is_none(record: InstanceRecord) -> None:
    with pytest.raises(ValueError, match="no id"):
        sighted(replace(record, id=""))


def _folder(path: Path) -> None:
    path.mkdir()


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _large(path: Path) -> None:
    path.write_bytes(b" " * (MAX_FILE + 1))


def _foreign(path: Path) -> None:
    path.write_bytes(b"\xff\xfe")


def _empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("make", [_folder, _pipe, _large, _foreign, _empty])
def test_what_is_no_instance_file_is_refused(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    path = tmp_path / "odd.json"
    make(path)

    with pytest.raises(ValueError, match=r"."):
        read(path)


class Open:
    """A link that stays."""

    heard = 0.0

    async def ping(self) -> None:
        """Answer."""

    async def gone(self) -> None:
        await asyncio.get_running_loop().create_future()


def test_instances_are_found_and_reached(
    record: InstanceRecord, tmp_path: Path
) -> None:
    Directory(tmp_path).write(record)
    addresses = []

    @contextlib.asynccontextmanager
    async def opener(address: Address) -> AsyncIterator[Link]:
        addresses.append(address)
        yield Open()

    async def work() -> PeerState:
        peers = found_in(tmp_path, opener, Timing())
        running = asyncio.create_task(peers.run())
        async with asyncio.timeout(20):
            await peers.settled()
        state = peers.snapshot()["shop-1"].state
        running.cancel()
        await asyncio.wait({running})
        return state

    assert asyncio.run(work()) is PeerState.ACTIVE
    assert [address.token for address in addresses] == [record.token]


def test_instances_are_asked_for_signs_of_life_as_was_set() -> None:
    settings = McpManagerSettings(health_check_interval_ms=1500, max_retry_attempts=5)

    timing = timing_of(settings)

    assert (timing.interval, timing.misses) == (1.5, 5)


def test_an_instance_has_one_chance_at_least() -> None:
    assert timing_of(McpManagerSettings(max_retry_attempts=0)).misses == 1


def test_the_settings_default_to_what_the_hub_does_by_itself() -> None:
    assert timing_of(McpManagerSettings()) == Timing()
