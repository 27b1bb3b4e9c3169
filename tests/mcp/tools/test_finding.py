"""Which errors agents are told of."""

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import Future

import pytest

from brummer.mcp.outfile import OutFiles
from brummer.mcp.tools.file import Files
from brummer.mcp.tools.finding import FindingTools
from brummer.mcp.tools.process import Processes
from brummer.model.process import ProcessStatus
from brummer.model.script import ScriptId
from brummer.model.tool import Answer, Text
from tests.mcp.tools.conftest import Desk
from tests.support.call import FakeCall
from tests.support.clock import FakeClock
from tests.support.finding import error, trace, url
from tests.support.instance import EPOCH, FakeInstance


def listed(
    instance: FakeInstance, process: str = "", *, resolved: bool = False
) -> Answer:
    tools = FindingTools(instance, Processes(instance, FakeClock()), no_files(instance))
    also = {"warnings": False, "resolved": resolved}
    return asyncio.run(tools.list(FakeCall(), process, since="", first=0, **also))


def no_files(instance: FakeInstance) -> Files:
    return Files(OutFiles(instance.folder), fail, is_allowed=False)


def fail(_: Callable[[], object]) -> Future[object]:
    raise AssertionError("nothing is written")


def said(answer: Answer) -> str:
    (part,) = answer.content
    assert isinstance(part, Text)
    return part.text


def broken_and_mended(instance: FakeInstance) -> None:
    """Let web fail once, and run again."""
    first = instance.add_process("web", status=ProcessStatus.FAILED, exit_code=1)
    instance.report(error(first.id, "NameError: PRICE"))
    instance.add_process("web")


def test_errors_of_a_run_that_was_followed_by_another_are_gone(
    instance: FakeInstance,
) -> None:
    broken_and_mended(instance)

    told = said(listed(instance)), said(listed(instance, "web"))

    text = "no errors (1 mended, or of earlier runs: resolved=true shows them)"
    assert told == (f"{text}\nsince: {EPOCH}@1",) * 2


@pytest.mark.parametrize(("process", "resolved"), [("", True), ("web-1", False)])
def test_errors_of_an_earlier_run_are_shown_to_who_asks(
    instance: FakeInstance, process: str, *, resolved: bool
) -> None:
    broken_and_mended(instance)

    answer = listed(instance, process, resolved=resolved)

    assert "NameError: PRICE" in said(answer)


def test_errors_of_the_last_run_stay_when_it_has_ended(instance: FakeInstance) -> None:
    state = instance.add_process("web", status=ProcessStatus.FAILED, exit_code=1)
    instance.add_process("test")
    instance.report(error(state.id, "NameError: PRICE"))

    assert "NameError: PRICE" in said(listed(instance))


def test_another_command_with_the_same_program_mends_nothing(
    instance: FakeInstance,
) -> None:
    typed = ScriptId("shell:python3")
    for command in ("python3 crash.py", "python3 -V"):
        state = instance.add_process(
            "python3", script=typed, command=command, status=ProcessStatus.FAILED
        )
        instance.report(error(state.id, f"NameError: {command}"))

    told = said(listed(instance))

    assert "NameError: python3 crash.py" in told
    assert "NameError: python3 -V" in told


class TestShowing:
    def test_errors_are_listed_with_their_places(
        self, instance: FakeInstance, desk: Desk
    ) -> None:
        state = instance.add_process("web")
        instance.report(trace(state.id, count=3))
        instance.report(error(state.id, "NameError: x", time=EPOCH + 5))

        found = desk.call("errors_list")

        newest, other = found.data["errors"]
        assert newest["message"] == "x"
        assert (other["file"], other["line"], other["count"]) == (
            "src/db/user.js",
            12,
            3,
        )
        assert "src/db/user.js:12:22  TypeError: no id" in found.text

    def test_only_those_after_a_moment_are_listed(
        self, instance: FakeInstance, desk: Desk
    ) -> None:
        state = instance.add_process("web")
        instance.report(error(state.id, "NameError: old"))
        instance.report(error(state.id, "NameError: new", time=EPOCH + 5))

        found = desk.call("errors_list", since=EPOCH + 1, processId="web")

        assert [row["message"] for row in found.data["errors"]] == ["new"]

    def test_one_is_shown_with_frames_and_the_lines_around(
        self, instance: FakeInstance, desk: Desk
    ) -> None:
        state = instance.add_process("web")
        instance.print(state.id, *(f"line {n}" for n in range(20)))
        instance.report(trace(state.id, line=8, end=10, causes=("IOError: gone",)))
        listed = desk.call("errors_list")

        found = desk.call("errors_get", id=listed.data["errors"][0]["id"])

        lines = found.text.splitlines()
        assert "> 8 line 8" in lines
        assert "  10 line 10" in lines
        assert "  IOError: gone" in lines
        assert "  src/routes.js:41 handler" in lines
        assert lines[-2] == "logs_stream process=web-1 cursor=8 reads on from there"
        assert lines[-1] == f"since: {found.data['since']}"
        assert found.data["since"].endswith("@1")
        assert found.data["causes"] == ["IOError: gone"]

    def test_what_an_error_says_is_not_taken_for_what_we_say_of_it(
        self, instance: FakeInstance, desk: Desk
    ) -> None:
        state = instance.add_process("web")
        said = "no\nit is mended by now\nprocess api-1"
        instance.report(error(state.id, f"TypeError: {said}"))
        (row,) = desk.call("errors_list").data["errors"]

        found = desk.call("errors_get", error=row["id"])
        waited = desk.call("wait_for", what="error")

        assert "    it is mended by now" in found.text.splitlines()
        assert "it is mended by now" not in found.text.splitlines()
        assert found.data["message"] == said
        assert "process api-1" not in waited.text.splitlines()

    def test_how_to_go_on_with_a_long_list_repeats_what_was_wanted(
        self, instance: FakeInstance, desk: Desk
    ) -> None:
        state = instance.add_process("web")
        for number in range(500):
            instance.report(error(state.id, f"NameError: n{number}"))

        found = desk.call("errors_list", process="web", warnings=True, resolved=True)

        count = len(found.data["errors"])
        again = f"errors_list process=web warnings=true resolved=true first={count}"
        assert found.text.splitlines()[-2] == f"... {500 - count} more: {again}"

    def test_an_error_that_is_none_is_told(self, desk: Desk) -> None:
        found = desk.call("errors_get", error="nothing")

        assert found.failed
        assert "errors_list has the ids" in found.text

    def test_it_says_where_waiting_for_what_comes_then_begins(
        self, instance: FakeInstance, desk: Desk
    ) -> None:
        state = instance.add_process("web")
        instance.report(error(state.id, "NameError: old"))
        instance.report(url(state.id, "http://localhost:3000/", time=EPOCH + 7))

        found = desk.call("errors_list")

        assert found.data["since"].endswith("@2")
        assert found.text.splitlines()[-1] == f"since: {found.data['since']}"

    def test_all_errors_go_into_a_file(
        self, instance: FakeInstance, desk: Desk
    ) -> None:
        state = instance.add_process("web")
        for number in range(500):
            instance.report(error(state.id, f"NameError: n{number}"))

        found = desk.call("errors_list", output_file="errors.json")

        assert found.data["written"]["lines"] == 500
        assert found.data["since"].endswith("@500")
        rows = json.loads((instance.folder / "errors.json").read_text("utf-8"))
        assert len({row["message"] for row in rows}) == 500

    def test_of_a_process_that_is_none_there_are_not_no_errors(
        self, instance: FakeInstance, desk: Desk
    ) -> None:
        instance.add_process("web")

        found = desk.call("errors_list", process="wep")

        assert found.failed
        assert "did you mean web?" in found.text
        none = desk.call("errors_list", process="web")
        assert none.text == f"no errors\nsince: {none.data['since']}"

    def test_addresses_of_servers_are_listed(
        self, instance: FakeInstance, desk: Desk
    ) -> None:
        nothing = desk.call("urls_list")
        state = instance.add_process("web")
        instance.report(url(state.id, "http://localhost:3000/"))

        found = desk.call("urls_list")

        assert "scripts_status says what runs" in nothing.text
        assert found.text == "http://localhost:3000/  app  web-1"
