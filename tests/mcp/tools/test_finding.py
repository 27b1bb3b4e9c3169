"""Which errors agents are told of."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future

import pytest

from brummer.mcp.outfile import OutFiles
from brummer.mcp.tools.file import Files
from brummer.mcp.tools.finding import FindingTools
from brummer.model.process import ProcessStatus
from brummer.model.tool import Answer, Text
from tests.support.call import FakeCall
from tests.support.clock import FakeClock
from tests.support.finding import error
from tests.support.instance import FakeInstance


@pytest.fixture
def instance() -> FakeInstance:
    return FakeInstance()


def listed(
    instance: FakeInstance, process: str = "", *, resolved: bool = False
) -> Answer:
    tools = FindingTools(instance, FakeClock(), no_files(instance))
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
    assert told == (text, text)


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
