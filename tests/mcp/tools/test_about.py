"""What agents are told of Brummer itself."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from brummer.mcp.offering import Choice
from brummer.mcp.tools import about
from brummer.model.health import ComponentHealth, HealthLevel
from tests.mcp.tools.conftest import Desk
from tests.support.instance import FakeInstance


def test_a_working_day_is_told_with_the_names_of_tools(desk: Desk) -> None:
    found = desk.call("about")

    assert "ensure_running" in found.text
    assert "Project shop in " in found.text
    named = set(re.findall(r"(?<![\w/])[a-z]+_[a-z]+\b(?![=\w/])", found.text))
    assert len(named) > 8
    assert named <= desk.tools().keys()


def test_a_working_day_names_scripts_that_are_meant_alone(
    instance: FakeInstance, desk: Desk
) -> None:
    alone = desk.call("about").text
    for name in ("dev", "dev", "test"):
        source = "make" if instance.scripts() else "node"
        instance.add_script(name, source=source)

    text = desk.call("about").text

    assert "ensure_running name=dev:" in alone
    assert "ensure_running name=node:dev:" in text
    assert "process=node:dev since" in text
    assert "scripts_run name=test " in text


@pytest.mark.parametrize("compact", [False, True])
def test_everything_about_one_tool_is_told(desk: Desk, *, compact: bool) -> None:
    found = desk.work(
        lambda agent: agent.call("about", tool="wait_for"), Choice(compact=compact)
    )

    lines = found.text.splitlines()
    assert "to go on without a gap" in lines[0]
    assert any(
        line.startswith("  what: needed; one of ready, exit, line, error")
        and line.endswith(", prompt: what to wait for")
        for line in lines
    )
    assert (
        '  pattern: default ""; string: regular expression (RE2), for line only'
        in lines
    )


def test_numbers_are_told_with_what_they_may_be(desk: Desk) -> None:
    waits = desk.call("about", tool="ensure_running").text
    lists = desk.call("about", tool="scripts_list").text

    assert "  wait_s: default 30; integer (0 to 50): seconds to wait" in waits
    assert "  first: default 0; integer (0 or more): leave out" in lists


def test_a_tool_that_is_none_comes_with_one_that_looks_alike(desk: Desk) -> None:
    found = desk.call("about", tool="log_search")

    assert found.failed
    assert found.text == "no tool 'log_search'; there are: logs_search, logs_stream"


def test_a_name_that_is_far_too_long_is_cut(desk: Desk) -> None:
    found = desk.call("about", tool="logs_search" * 100_000)

    assert found.failed
    assert found.text.startswith("no tool 'logs_searchlogs_search")
    assert len(found.text) < 600


def test_tools_may_come_while_it_is_looked_for_one_that_is_none(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slowly(_: str, names: Iterable[str], __: int) -> list[str]:
        offered = desk.wording.offered
        for name in names:
            offered[f"{name}_too"] = offered["about"]
        return []

    monkeypatch.setattr(about, "get_close_matches", slowly)

    found = desk.call("about", tool="nothing")

    assert found.text.startswith("no tool 'nothing'; there are: about, ")


def test_it_goes_into_a_file_if_that_is_wanted(
    desk: Desk, instance: FakeInstance
) -> None:
    found = desk.call("about", output_file="about.md")

    assert found.data["written"]["path"] == "about.md"
    assert "ensure_running" in Path(instance.folder, "about.md").read_text("utf-8")


def test_read_only_no_file_is_written(desk: Desk, instance: FakeInstance) -> None:
    found = desk.work(
        lambda agent: agent.ask("about", output_file="about.md"),
        Choice(read_only=True),
    )

    assert found.failed
    assert "unknown argument 'output_file'" in found.text
    assert not Path(instance.folder, "about.md").exists()


def test_what_is_broken_comes_first(desk: Desk, instance: FakeInstance) -> None:
    good = ComponentHealth(component="logs", level=HealthLevel.HEALTHY)
    bad = ComponentHealth(
        component="history", level=HealthLevel.DEGRADED, error="disk full"
    )
    instance.set_health(good, bad)

    found = desk.call("health")

    assert found.text.splitlines() == [
        "history  degraded  disk full",
        "logs  healthy  -",
    ]


def test_settings_that_are_defaults_are_shown_if_that_is_wanted(desk: Desk) -> None:
    changed = desk.call("config_get")
    everything = desk.call("config_get", changed="false")

    assert "config_get changed=false" in changed.text
    assert everything.text == "mcp_port  7777  default"
    assert everything.data["settings"][0]["key"] == "mcp_port"
