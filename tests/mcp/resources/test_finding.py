"""Errors as resources: the newest of them, and one in full."""

import asyncio
import json
from typing import Any

import pytest

from brummer.errors import BrummerError
from brummer.mcp.resources.finding import ERROR, ERRORS, ErrorSources, address
from brummer.mcp.resources.known import Known
from brummer.mcp.resources.size import MOST
from brummer.mcp.resources.watched import Watched
from brummer.mcp.tools.finding import row_id
from brummer.model.finding import FindingKind, Frame
from brummer.model.process import ProcessId, ProcessStatus
from tests.mcp.tools.conftest import Desk
from tests.support.finding import error, trace, url
from tests.support.instance import EPOCH, FakeInstance

WEB = ProcessId("web-1")


@pytest.fixture
def instance() -> FakeInstance:
    made = FakeInstance()
    made.add_process("web")
    return made


def watched(instance: FakeInstance, uri: str) -> Watched:
    table = {w.source.uri: w for w in ErrorSources(instance, Known(instance)).table()}
    return table[ERRORS if uri == ERRORS else ERROR]


def raw(instance: FakeInstance, uri: str) -> str:
    async def found() -> str:
        answer: Any = watched(instance, uri).source.read(uri)
        return str((await answer).content)

    return asyncio.run(found())


def read(instance: FakeInstance, uri: str = ERRORS) -> Any:
    return json.loads(raw(instance, uri))


def test_errors_are_listed_the_newest_first(instance: FakeInstance) -> None:
    instance.report(error(WEB, "TypeError: a", count=3))
    instance.report(error(WEB, "ValueError: b"))

    told = read(instance)

    assert [row["message"] for row in told["errors"]] == ["b", "a"]
    assert told["errors"][1]["count"] == 3
    assert told["left_out"] == 0


def test_only_errors_that_are_not_mended_are_listed(instance: FakeInstance) -> None:
    instance.report(error(WEB, "mended", resolved=EPOCH))
    instance.report(error(WEB, "warned", kind=FindingKind.WARNING))
    instance.report(url(WEB, "http://localhost:3000/"))

    assert read(instance) == {"errors": [], "left_out": 0}


def test_what_an_earlier_run_said_is_listed_no_more(instance: FakeInstance) -> None:
    instance.report(error(WEB, "old"))
    instance.change(WEB, status=ProcessStatus.FAILED)
    stamp = watched(instance, ERRORS).stamp
    before = stamp(ERRORS)

    web = instance.add_process("web")

    assert read(instance)["errors"] == []
    assert stamp(ERRORS) != before
    instance.report(error(web.id, "new"))
    assert [row["message"] for row in read(instance)["errors"]] == ["new"]


def test_the_list_is_that_of_the_tool_which_goes_on_with_it(
    instance: FakeInstance,
) -> None:
    for number in (3, 1, 2):
        seen = EPOCH + number
        instance.report(error(WEB, f"error {number}", last_seen=seen))

    told = listed(instance)

    assert told == ["error 3", "error 2", "error 1"]
    assert [row["message"] for row in read(instance)["errors"]] == told


def listed(instance: FakeInstance) -> list[str]:
    """Return the messages of ``errors_list``."""
    desk = Desk(instance)
    rows = desk.call("errors_list").data["errors"]
    desk.workers.shutdown()
    return [row["message"] for row in rows]


def test_fifty_are_listed_and_the_others_counted(instance: FakeInstance) -> None:
    for number in range(70):
        instance.report(error(WEB, f"error {number}"))

    told = read(instance)

    assert len(told["errors"]) == 50
    assert told["left_out"] == 20
    assert told["more"] == "call errors_list with first=50"


def test_every_error_of_the_list_can_be_read(instance: FakeInstance) -> None:
    instance.report(trace(WEB))

    (row,) = read(instance)["errors"]
    told = read(instance, row["uri"])

    assert told["file"] == "src/db/user.js"
    assert told["frames"][0] == "src/db/user.js:12 findUser"
    assert told["frames"][1].endswith("(library)")


def test_an_error_comes_with_its_lines_and_those_around_it(
    instance: FakeInstance,
) -> None:
    instance.print(WEB, *(f"line {n}" for n in range(40)))
    found = error(WEB, line=20, end=23)
    instance.report(found)

    told = read(instance, address(found))

    assert [int(line.split()[0]) for line in told["log"]] == list(range(15, 28))
    assert told["log_address"] == "logs://web-1?from=15&to=28"


def test_an_error_whose_lines_are_gone_is_still_there(instance: FakeInstance) -> None:
    instance.print(WEB, "a", "b")
    instance.forget(2, WEB)
    found = error(WEB, line=0)
    instance.report(found)

    assert read(instance, address(found))["log"] == []


def test_there_is_nothing_at_the_address_of_no_error(instance: FakeInstance) -> None:
    with pytest.raises(BrummerError, match="errors_list"):
        read(instance, "errors://00000000")


def test_whatever_an_error_holds_it_fits(instance: FakeInstance) -> None:
    instance.print(WEB, *('"' * 5_000 for _ in range(500)))
    for number in range(60):
        found = trace(
            WEB,
            title=f"{number}" + '"' * 90_000,
            message='"' * 50_000,
            type='"' * 9_000,
            file="\udcff" * 9_000,
            line=100,
            end=400,
            causes=('"' * 1_000,) * 100,
            frames=(Frame(file='"' * 900, line=1),) * 1_000,
        )
        instance.report(found)

    one, many = raw(instance, address(found)), raw(instance, ERRORS)

    assert len(one) <= MOST
    assert len(many) <= MOST
    told = json.loads(one)
    assert len(told["frames"]) + told["frames_left_out"] == 1_000
    assert len(told["causes"]) + told["causes_left_out"] == 100


def test_the_stamp_of_an_error_changes_with_it_alone(instance: FakeInstance) -> None:
    found = error(WEB, "a")
    instance.report(found)
    at = watched(instance, address(found)).stamp
    before = at(address(found))

    instance.report(error(WEB, "b"))
    same = at(address(found))
    instance.replace_finding(found, error(WEB, "a", count=2))

    assert same == before
    assert at(address(found)) != before


def test_the_stamp_of_the_list_changes_with_any(instance: FakeInstance) -> None:
    before = watched(instance, ERRORS).stamp(ERRORS)

    instance.report(error(WEB))

    assert watched(instance, ERRORS).stamp(ERRORS) != before


def test_ids_are_completed(instance: FakeInstance) -> None:
    found = error(WEB, "TypeError: no id")
    instance.report(found)
    completers: Any = watched(instance, ERROR).source.completers

    assert completers["id"]("no id", {}) == [row_id(found)]
