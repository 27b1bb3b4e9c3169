"""Tests of brumctl doctor."""

import json
import re

import pytest

from tests.cli.conftest import Desk


def test_a_healthy_set_up_is_explained(desk: Desk) -> None:
    said = desk.ctl("doctor")

    assert said.code == 0
    assert "shop-1" in said.out
    assert "node 0.1.0 is on" in said.out


def test_a_wrong_setting_is_found_with_its_line(lonely: Desk) -> None:
    (lonely.folder / ".brum.toml").write_text("\nmcp_prot = 1\n")

    said = lonely.ctl("doctor")

    assert said.code == 1
    assert ".brum.toml:2" in said.out
    assert "mcp_port" in said.out


def test_a_wrong_filter_is_found_with_its_line(lonely: Desk) -> None:
    (lonely.folder / ".brum.toml").write_text('[filters]\nx = "a ("\n')

    said = lonely.ctl("doctor")

    assert said.code == 1
    assert ".brum.toml:2: filters.x: column 4: something to look for" in said.out


def test_a_broken_plugin_is_found(
    lonely: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRUM_PLUGINS", "node")

    said = lonely.ctl("doctor")

    assert "urls 0.1.0 is off (not listed in BRUM_PLUGINS)" in said.out


def test_the_programs_that_plugins_found_are_named(lonely: Desk) -> None:
    said = lonely.ctl("doctor")

    assert re.search(r"^ok +programs: +node: \S", said.out, re.MULTILINE)


def test_the_doctor_speaks_json(lonely: Desk) -> None:
    remarks = json.loads(lonely.ctl("doctor", "--json").out)

    assert {"topic", "verdict", "text"} == set(remarks[0])
