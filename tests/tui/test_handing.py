"""Handing things to agents from the screen."""

import pytest

from brummer.errors import BrummerError
from brummer.model.agent import AgentTable
from tests.support.callers import SERVER, handed
from tests.support.finding import error
from tests.support.instance import FakeInstance
from tests.tui.stage import Stage


@pytest.fixture
def fake() -> FakeInstance:
    fake = FakeInstance()
    process = fake.add_process("web")
    fake.print(process.id, *(f"line {number}" for number in range(20)))
    fake.report(error(process.id))
    fake.answers["agent.hand_over"] = {"number": 1, "waiting": [], "expires": 0}
    return fake


def given(stage: Stage) -> list[dict[str, object]]:
    """Return what was handed over."""
    return [which for name, which in stage.commands() if name == "agent.hand_over"]


def test_an_error_is_handed_over_with_a_note(fake: FakeInstance) -> None:
    stage = Stage(fake)

    stage.press("4", ">")
    stage.type("mind the id")
    stage.press("enter")

    assert given(stage) == [
        {
            "note": "mind the id",
            "kind": "error",
            "process": "web-1",
            "fingerprint": "TypeError: no id",
            "line": -1,
        }
    ]


def test_a_note_need_not_be_typed(fake: FakeInstance) -> None:
    stage = Stage(fake)

    stage.press("4", ">", "enter")

    assert [which["note"] for which in given(stage)] == [""]


def test_who_leaves_the_question_hands_nothing_over(fake: FakeInstance) -> None:
    stage = Stage(fake)

    stage.press("4", ">", "esc")

    assert given(stage) == []


def test_lines_that_are_selected_are_handed_over(fake: FakeInstance) -> None:
    stage = Stage(fake)
    stage.press("2", "enter", "k", "v", "k", "k")

    stage.press(">")
    caption = stage.lines()[-1]
    stage.press("enter")

    assert caption.startswith("3 lines for an agent, with a note: ")
    (which,) = given(stage)
    first, stop = which["first"], which["stop"]
    assert isinstance(first, int)
    assert isinstance(stop, int)
    assert (which["kind"], which["process"], stop - first) == ("log", "web-1", 3)


def test_without_a_selection_it_is_the_current_line(fake: FakeInstance) -> None:
    stage = Stage(fake)

    stage.press("3", ">", "enter")

    (which,) = given(stage)
    assert (which["kind"], which["first"], which["stop"]) == ("log", 19, 20)


def test_lines_that_a_filter_hides_are_not_handed_over(fake: FakeInstance) -> None:
    stage = Stage(fake)
    stage.press("3", "&")
    stage.type("/line 1/")
    stage.press("enter")

    stage.press(">", "enter")

    (which,) = given(stage)
    assert which["every"] == ("/line 1/",)


def test_a_process_is_handed_over(fake: FakeInstance) -> None:
    stage = Stage(fake)

    stage.press("2", ">", "enter")

    (which,) = given(stage)
    assert (which["kind"], which["process"]) == ("process", "web-1")


@pytest.mark.parametrize("view", ["2", "3", "4"])
def test_where_nothing_is_nothing_is_handed_over(view: str) -> None:
    stage = Stage(FakeInstance())

    stage.press(view, ">", "enter")

    assert given(stage) == []


def test_where_nobody_waits_it_is_kept(fake: FakeInstance) -> None:
    stage = Stage(fake)

    stage.press("4", ">", "enter")

    said = "no agent waits; kept for the next one for an hour"
    assert said in stage.lines()[-1]


def test_who_waits_is_named(fake: FakeInstance) -> None:
    fake.answers["agent.hand_over"] = {"number": 1, "waiting": ["codex"]}
    stage = Stage(fake)

    stage.press("4", ">", "enter")

    assert "handed over; codex waits for it" in stage.lines()[-1]


def test_who_takes_it_is_named_once(fake: FakeInstance) -> None:
    stage = Stage(fake)
    stage.press("4", ">", "enter")

    taken = AgentTable(server=SERVER, handed=(handed(taken_by=("codex",)),))
    fake.set_agents(taken)
    first = stage.lines()[-1]
    stage.clock.passed += 10
    fake.set_agents(taken)

    assert "taken by codex: TypeError: no id" in first
    assert "taken by codex" not in stage.screen()


def test_who_takes_it_is_named_before_a_long_title(fake: FakeInstance) -> None:
    stage = Stage(fake)
    stage.press("4", ">", "enter")

    long = handed(title="TypeError " * 20, taken_by=("codex",))
    fake.set_agents(AgentTable(server=SERVER, handed=(long,)))

    assert "taken by codex" in stage.lines()[-1]


def test_what_was_handed_over_elsewhere_is_no_news_here(fake: FakeInstance) -> None:
    stage = Stage(fake)

    fake.set_agents(AgentTable(handed=(handed(taken_by=("codex",)),)))

    assert "taken by codex" not in stage.screen()


def test_what_is_forgotten_is_waited_for_no_more(fake: FakeInstance) -> None:
    stage = Stage(fake)
    stage.press("4", ">", "enter")

    fake.set_agents(AgentTable())
    stage.lines()

    assert stage.desk.handed == set()


def test_that_there_is_no_room_is_told(fake: FakeInstance) -> None:
    fake.answers["agent.hand_over"] = BrummerError("messages take too much; later")
    stage = Stage(fake)

    stage.press("4", ">", "enter")

    assert "messages take too much" in stage.lines()[-1]
