import asyncio
import json
from typing import Any

import pytest

from brummer.mcp.resources.script import AVAILABLE, ScriptSource
from brummer.mcp.resources.size import MOST
from tests.support.instance import FakeInstance


@pytest.fixture
def instance() -> FakeInstance:
    return FakeInstance()


def raw(instance: FakeInstance) -> str:
    return str(asyncio.run(ScriptSource(instance).read(AVAILABLE)).content)


def read(instance: FakeInstance) -> Any:
    return json.loads(raw(instance))


def test_scripts_are_listed_with_their_commands(instance: FakeInstance) -> None:
    instance.add_script("dev", "vite")

    (row,) = read(instance)["scripts"]

    assert (row["name"], row["command"]) == ("dev", "vite")


def test_scripts_of_one_name_are_told_apart(instance: FakeInstance) -> None:
    instance.add_script("test", "jest", source="node")
    instance.add_script("test", "make test", source="make")

    names = [row["name"] for row in read(instance)["scripts"]]

    assert names == ["node:test", "make:test"]


def test_more_scripts_than_fit_are_counted(instance: FakeInstance) -> None:
    for number in range(200):
        instance.add_script(f"s{number}", '"' * 1_000)

    answer = raw(instance)

    assert len(answer) <= MOST
    told = json.loads(answer)
    assert len(told["scripts"]) + told["left_out"] == 200
    assert told["more"] == f"call scripts_list with first={len(told['scripts'])}"


def test_the_stamp_changes_with_the_scripts(instance: FakeInstance) -> None:
    (watched,) = ScriptSource(instance).table()
    before = watched.stamp(AVAILABLE)

    instance.print(instance.add_process("web").id, "a line")
    same = watched.stamp(AVAILABLE)
    instance.add_script("dev")

    assert same == before
    assert watched.stamp(AVAILABLE) != before
