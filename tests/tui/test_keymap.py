"""One table for all keys."""

from itertools import combinations

import pytest

from brummer.tui.keymap import (
    VIEWS,
    Place,
    bindings,
    bindings_in,
    command_of,
    hinted,
    key_names,
)
from tests.support.callers import TABLE
from tests.support.instance import FakeInstance
from tests.tui.stage import Stage

#: How to get to each place.
WAYS = {
    Place.SCRIPTS: ["1"],
    Place.PROCESSES: ["2"],
    Place.LOGS: ["3"],
    Place.ERRORS: ["4"],
    Place.URLS: ["5"],
    Place.MCP: ["6"],
    Place.CALL: ["6", "enter"],
    Place.PROMPT: ["2", "i"],
    Place.FIND: ["3", "/"],
    Place.PALETTE: [":"],
    Place.HELP: ["?"],
    Place.HEALTH: ["!"],
    Place.QUIT: ["q"],
    Place.STOPPING: ["q", "y"],
    Place.LEFTOVERS: [],
}

#: Does nothing to the screen but could leave or change the test's terminal.
CASES = [(b.command, place) for b in bindings() for place in sorted(b.places)]


def furnished(place: Place) -> Stage:
    """Return a stage on which *place* has the keyboard."""
    fake = FakeInstance()
    fake.add_script("web")
    fake.add_process("web")
    if place is Place.LEFTOVERS:
        fake.answers["leftovers.list"] = ["an old process"]
    if place is Place.CALL:
        fake.set_agents(TABLE)
    stage = Stage(fake)
    stage.press(*WAYS[place])
    return stage


@pytest.mark.parametrize("place", Place)
def test_a_key_means_one_thing_in_a_place(place: Place) -> None:
    for one, other in combinations(bindings_in(place), 2):
        assert not set(one.keys) & set(other.keys), (one.command, other.command)


def test_a_key_means_the_same_in_every_view() -> None:
    meanings: dict[str, set[str]] = {}
    for view in VIEWS:
        for binding in bindings_in(view):
            for key in binding.keys:
                meanings.setdefault(key, set()).add(binding.command)

    differing = {key for key, commands in meanings.items() if len(commands) > 1}

    # Enter goes into what is selected; the arrows fold there and move here.
    assert differing == {"enter", "left", "right"}


@pytest.mark.parametrize(("command", "place"), CASES)
def test_every_binding_is_known_where_it_is_bound(command: str, place: Place) -> None:
    stage = furnished(place)
    assert stage.board.place is place

    known = stage.board.run(command)

    assert known
    assert "failed:" not in stage.screen()


@pytest.mark.parametrize("place", Place)
def test_every_place_says_what_can_be_done(place: Place) -> None:
    assert hinted(place)
    assert all(b.hint and b.keys for b in hinted(place))


def test_help_stays_in_sight_in_narrow_terminals() -> None:
    for place in VIEWS:
        commands = [b.command for b in hinted(place)[:4]]

        assert "help.open" in commands


def test_keys_are_named_for_people() -> None:
    names = {b.command: key_names(b) for b in bindings()}

    assert names["process.restart_all"] == "^r"
    assert names["move.page_down"] == "PgDn ^f"
    assert names["script.fold"] == "space left right"


def test_a_key_that_is_not_bound_has_no_command() -> None:
    assert command_of(Place.LOGS, "f12") is None


def test_titles_are_lower_case_sentences_without_an_end() -> None:
    for binding in bindings():
        assert binding.title[0].islower()
        assert not binding.title.endswith(".")
