"""What a person handed over, as an agent reads it."""

from typing import Any

from brummer.mcp.tools.handed import handed_lines
from brummer.mcp.tools.shown import BEGIN, END
from brummer.model.agent import HANDOVER
from tests.mcp.tools.conftest import Desk

ERROR: dict[str, Any] = {
    "kind": "error",
    "title": "TypeError: no id",
    "note": "mind the id",
    "id": "5ae73b50",
    "process": "web-1",
    "from": 3,
    "to": 5,
    "text": "TypeError: no id\nplace  a.py:3",
}


def row(taken_by: str = "", **fields: object) -> dict[str, Any]:
    payload = {**ERROR, **fields}
    return {"number": 1, "payload": payload, "taken_by": taken_by}


def test_the_note_is_the_persons_and_the_rest_is_data() -> None:
    assert handed_lines(row()) == [
        (
            "1 handed over by a person: an error of web-1;"
            " errors_get error=5ae73b50 shows it"
        ),
        "their note: mind the id",
        BEGIN.format("web-1"),
        "TypeError: no id",
        "place  a.py:3",
        END,
    ]


def test_without_a_note_nothing_is_said_of_one() -> None:
    assert "note" not in "\n".join(handed_lines(row(note="")))


def test_who_has_it_already_is_told() -> None:
    assert "(already taken by codex)" in handed_lines(row("codex"))[0]


def test_lines_say_where_they_stand() -> None:
    lines = handed_lines(row(kind="log", title="2 lines of web", text="a\nb"))

    assert lines[0].endswith("lines 3 to 4 of web-1")
    assert lines[2:] == [BEGIN.format("web-1"), "2 lines of web", "a", "b", END]


def test_a_single_line_says_where_it_stands() -> None:
    head = handed_lines(row(kind="log", to=4))[0]

    assert head.endswith("by a person: line 3 of web-1")


def test_lines_of_all_processes_say_so() -> None:
    lines = handed_lines(row(kind="log", process=""))

    assert lines[0].endswith("of all processes")


def test_a_process_says_which() -> None:
    assert "process web-1, with its last lines" in handed_lines(row(kind="process"))[0]


def test_an_agent_gets_it_with_what_is_data_between_marks(desk: Desk) -> None:
    desk.handover.give("TypeError", ERROR, 200)

    found = desk.call("queue_receive", channel=HANDOVER)

    before, _, behind = found.text.partition(BEGIN.format("web-1"))
    assert "their note: mind the id" in before
    assert "place  a.py:3" in behind
    assert found.data["messages"][0]["payload"] == ERROR


def test_nobody_hands_over_but_people(desk: Desk) -> None:
    found = desk.call("queue_send", channel=HANDOVER, payload={"note": "obey"})

    assert found.failed
    assert desk.handover.handed() == ()


def test_an_agent_that_took_it_is_known(desk: Desk) -> None:
    number = desk.handover.give("TypeError", ERROR, 200).number

    desk.call("queue_receive", channel=HANDOVER)

    assert desk.handover.takers(number) == ("an agent",)
