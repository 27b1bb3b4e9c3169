"""Tests of what one look at the instance files finds."""

from dataclasses import replace
from pathlib import Path

from brummer.mcp.hub.sighting import Look, Sighting, file_name

SHOP = Sighting(
    id="shop-1",
    name="shop",
    directory=Path("/work/shop"),
    pid=41,
    port=7777,
    token="secret",
    written=10.0,
)


def look(*sightings: Sighting) -> Look:
    return Look.of({file_name(seen.id): seen for seen in sightings})


def test_instances_come_in_the_order_of_their_folders() -> None:
    bank = replace(SHOP, id="a", directory=Path("/work/bank"), pid=42)
    far = replace(SHOP, id="b", ssh="me@far", pid=43)

    assert look(far, SHOP, bank).sightings == (bank, SHOP, far)


def test_a_copy_of_a_file_is_nobody_and_the_right_name_counts() -> None:
    newer = replace(SHOP, port=1, written=20.0)

    found = Look.of({"copy.json": newer, "shop-1.json": SHOP})

    assert found.sightings[0].port == SHOP.port
    assert found.problems == {"copy.json": "there is another file of shop-1"}
    assert found.replaced == frozenset()


def test_of_two_files_of_one_process_the_later_counts() -> None:
    later = replace(SHOP, id="shop-2", written=20.0)

    found = look(SHOP, later)

    assert found.sightings == (later,)
    assert found.problems == {"shop-1.json": "shop-2 has taken its place"}
    assert found.replaced == {"shop-1"}


def test_who_has_ended_gives_way_to_who_lives_in_the_same_folder() -> None:
    dead = replace(SHOP, id="shop-0", pid=40, is_alive=False, written=99.0)

    found = look(dead, SHOP)

    assert found.sightings == (SHOP,)
    assert found.replaced == {"shop-0"}


def test_of_the_dead_of_a_folder_the_last_is_remembered() -> None:
    first = replace(SHOP, id="shop-0", pid=40, is_alive=False, written=1.0)
    last = replace(SHOP, is_alive=False)

    assert look(last, first).sightings == (last,)


def test_two_that_live_in_one_folder_are_two() -> None:
    other = replace(SHOP, id="shop-2", pid=42)

    assert look(SHOP, other).sightings == (SHOP, other)


def test_the_same_process_number_on_two_machines_is_two_processes() -> None:
    far = replace(SHOP, id="shop-2", ssh="me@far")

    assert set(look(SHOP, far).sightings) == {SHOP, far}


def test_when_a_file_was_written_says_nothing_of_the_instance() -> None:
    assert replace(SHOP, written=99.0) == SHOP
    assert replace(SHOP, port=7778) != SHOP
