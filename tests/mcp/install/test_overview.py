"""Tests of how Brummer stands with all clients."""

import json
from dataclasses import replace

import pytest

from brummer.errors import BrummerError
from brummer.mcp.install import NAMES
from brummer.mcp.install.client import Scope
from brummer.mcp.install.overview import (
    change_row,
    order,
    own_installer,
    standing_row,
    standings,
)
from tests.mcp.install.conftest import Home


def test_each_client_is_there_once_and_its_project_if_it_has_us(home: Home) -> None:
    before = [one.client.name for one in standings(home.installer)]
    home.installer.install(order("claude-code", "project"))

    after = [(s.client.name, s.scope) for s in standings(home.installer)]

    assert tuple(before) == NAMES
    assert len(after) == len(NAMES) + 1
    assert ("claude-code", Scope.PROJECT) in after


def test_who_is_at_home_hears_of_a_file_once(home: Home) -> None:
    at_home = replace(home, project=home.home)
    at_home.put("cursor", b"{}")
    at_home.installer.install(order("cursor", "user"))

    found = [one.scope for one in standings(at_home.installer) if one.leads_to]

    assert found == [Scope.USER]


def test_one_scope_can_be_asked_for(home: Home) -> None:
    found = list(standings(home.installer, Scope.PROJECT))

    assert [one.client.name for one in found] == list(NAMES)
    assert {one.scope for one in found} == {Scope.PROJECT}


def test_rows_can_be_carried_by_json(home: Home) -> None:
    wanted = order("claude-code", "project")
    change = home.installer.install(wanted)

    rows = [
        *map(standing_row, standings(home.installer)),
        change_row(wanted, change),
        change_row(replace(wanted, is_dry=True), change),
    ]

    assert json.loads(json.dumps(rows)) == rows
    assert rows[-2]["diff"] == ""
    assert rows[-1]["diff"] != ""


@pytest.mark.parametrize(
    ("client", "scope", "problem"),
    [("cursr", "user", "did you mean cursor"), ("zed", "all", "user or project")],
)
def test_slips_of_the_pen_are_told(client: str, scope: str, problem: str) -> None:
    with pytest.raises(BrummerError, match=problem):
        order(client, scope)


def test_our_own_is_entered_with_a_path(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(home.home))

    installer = own_installer(home.project, home.home / "state")

    assert '"command": "/' in installer.snippet(order("cursor", "user"))
