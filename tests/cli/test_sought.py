"""Tests of printing what was found."""

import json

import pytest

from brummer.cli.remote import Row
from tests.cli.conftest import Desk
from tests.cli.test_search import entry, found


@pytest.fixture
def printed(desk: Desk) -> list[Row]:
    """Return what web and api have printed: 30 numbered lines each."""
    for name in ("web", "api"):
        process = desk.instance.add_process(name).id
        desk.instance.print(process, *(f"{name} {number}" for number in range(30)))
    return [entry(n, f"web {n}") for n in range(30)]


def test_lines_around_hits_stand_in_groups(desk: Desk, printed: list[Row]) -> None:
    found(desk, printed[20], printed[7], printed[5], printed[0])

    lines = desk.ctl("search", "web", "-p", "web", "-C", "1").out.splitlines()

    assert lines == [
        *("web 0", "web 1", "--"),
        *("web 4", "web 5", "web 6", "web 7", "web 8", "--"),
        *("web 19", "web 20", "web 21"),
    ]


def test_lines_of_two_processes_are_never_one_group(
    desk: Desk, printed: list[Row]
) -> None:
    api = next(each for each in desk.instance.processes() if each.startswith("api"))
    found(desk, printed[7], entry(6, "api 6", process=api))

    assert desk.ctl("search", "6", "-C", "1").out.splitlines()[3] == "--"


def test_json_has_the_lines_around_on_request(desk: Desk, printed: list[Row]) -> None:
    found(desk, printed[7])

    row = json.loads(desk.ctl("search", "--json", "-C", "1", "foo").out)

    assert [line["number"] for line in (*row["before"], *row["after"])] == [6, 8]


def test_as_many_lines_are_around_as_were_asked_for(desk: Desk) -> None:
    web = desk.instance.add_process("web").id
    desk.instance.print(web, *(f"web {number}" for number in range(5000)))
    found(desk, entry(2500, "web 2500"))

    lines = desk.ctl("search", "x", "-p", "web", "-C", "2200").out.splitlines()

    assert lines == [f"web {number}" for number in range(300, 4701)]
