"""Processes as resources."""

import asyncio
import json
from typing import Any

import pytest

from brummer.errors import BrummerError
from brummer.mcp.resources.known import Known
from brummer.mcp.resources.process import ACTIVE, ONE, ProcessSources, address
from brummer.mcp.resources.size import MOST
from brummer.mcp.resources.watched import Watched
from brummer.model.finding import FindingKind
from brummer.model.process import ProcessStatus
from tests.support.clock import FakeClock
from tests.support.finding import error, url
from tests.support.instance import EPOCH, FakeInstance


@pytest.fixture
def instance() -> FakeInstance:
    return FakeInstance()


def watched(instance: FakeInstance, uri: str) -> Watched:
    sources = ProcessSources(instance, Known(instance), FakeClock())
    table = {w.source.uri: w for w in sources.table()}
    return table[ACTIVE if uri == ACTIVE else ONE]


def raw(instance: FakeInstance, uri: str) -> str:
    async def found() -> str:
        answer: Any = watched(instance, uri).source.read(uri)
        return str((await answer).content)

    return asyncio.run(found())


def read(instance: FakeInstance, uri: str = ACTIVE) -> Any:
    return json.loads(raw(instance, uri))


def test_processes_that_live_are_listed_before_those_that_ended(
    instance: FakeInstance,
) -> None:
    api = instance.add_process("api")
    test = instance.add_process("test", status=ProcessStatus.FAILED, exit_code=3)
    web = instance.add_process("web")

    rows = read(instance)["processes"]

    assert [row["id"] for row in rows] == [web.id, api.id, test.id]
    assert rows[2]["exitCode"] == 3
    assert rows[0]["startTime"] == EPOCH
    assert rows[0]["log"] == "logs://web-1".replace("1", web.id[-1])


def test_a_process_tells_its_address_and_its_errors(instance: FakeInstance) -> None:
    web = instance.add_process("web")
    instance.report(url(web.id, "http://localhost:3000/"))
    instance.report(error(web.id, "old", resolved=EPOCH))
    instance.report(error(web.id, "a"))
    instance.report(error(instance.add_process("api").id, "b"))

    told = read(instance, address(web.id))

    assert told["url"] == "http://localhost:3000/"
    assert [row["type"] or row["message"] for row in told["errors"]] == ["a"]
    assert told["errors_left_out"] == 0


def test_a_process_is_read_by_the_name_of_its_script(instance: FakeInstance) -> None:
    web = instance.add_process("web")

    assert read(instance, "processes://web")["id"] == web.id


def test_a_process_has_an_address_whatever_it_is_called(
    instance: FakeInstance,
) -> None:
    found = instance.add_process("apps/web?#dev 1")

    assert "/web" not in address(found.id)
    assert read(instance, address(found.id))["id"] == found.id


def test_a_process_whose_name_is_no_text_is_listed(instance: FakeInstance) -> None:
    state = instance.add_process("caf\udce9")

    rows = read(instance, ACTIVE)["processes"]

    assert rows[0]["id"] == "caf?-" + state.id.rpartition("-")[2]


def test_there_is_nothing_at_the_address_of_no_process(instance: FakeInstance) -> None:
    with pytest.raises(BrummerError, match="there are: none"):
        read(instance, "processes://web")


def test_more_processes_than_fit_are_counted(instance: FakeInstance) -> None:
    for _ in range(200):
        instance.add_process("web", command='"' * 1_000, reason='"' * 1_000)

    answer = raw(instance, ACTIVE)

    assert len(answer) <= MOST
    told = json.loads(answer)
    assert len(told["processes"]) + told["left_out"] == 200
    assert told["more"] == "call scripts_status"


def test_a_process_with_many_errors_fits(instance: FakeInstance) -> None:
    web = instance.add_process("web", command='"' * 9_000, reason='"' * 9_000)
    for number in range(100):
        instance.report(error(web.id, f"{number}", message='"' * 9_000))

    answer = raw(instance, address(web.id))

    assert len(answer) <= MOST
    told = json.loads(answer)
    assert len(told["errors"]) + told["errors_left_out"] == 100


def stamps(instance: FakeInstance, uri: str) -> object:
    return watched(instance, uri).stamp(uri)


def test_a_stamp_changes_with_its_process_alone(instance: FakeInstance) -> None:
    web, api = instance.add_process("web"), instance.add_process("api")
    before = stamps(instance, address(web.id))

    instance.change(api.id, status=ProcessStatus.STOPPING)
    instance.report(error(api.id))
    instance.print(web.id, "a line")
    same = stamps(instance, address(web.id))
    instance.change(web.id, ready=True)

    assert same == before
    assert stamps(instance, address(web.id)) != before


@pytest.mark.parametrize("uri", [ACTIVE, "processes://web"])
def test_a_stamp_changes_when_a_server_is_found(
    instance: FakeInstance, uri: str
) -> None:
    web = instance.add_process("web")
    before = stamps(instance, uri)

    instance.report(url(web.id, "http://localhost:3000/"))

    assert stamps(instance, uri) != before


def test_a_stamp_does_not_change_with_what_is_not_shown(instance: FakeInstance) -> None:
    web = instance.add_process("web")
    before = [stamps(instance, uri) for uri in (ACTIVE, "processes://web")]

    instance.report(error(web.id, "built", kind=FindingKind.BUILD))

    assert [stamps(instance, uri) for uri in (ACTIVE, "processes://web")] == before
