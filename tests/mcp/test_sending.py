"""Tests of answers that are made ready to be sent."""

from brummer.mcp.sending import Outbox
from brummer.mcp.size import size
from brummer.model.tool import Answer, Text, answer


def shared(text: str) -> Answer:
    return Answer(content=(Text(text=text),), data={"text": text}, shared=True)


def test_it_has_the_fields_of_a_result_and_their_size() -> None:
    sent = Outbox().ready(answer("hello", {"a": 1}))

    assert sent.fields == {
        "content": [{"type": "text", "text": "hello"}],
        "structuredContent": {"a": 1},
        "isError": False,
        "resultType": "complete",
    }
    assert sent.size == size(sent.fields)


def test_what_is_shared_is_made_ready_once() -> None:
    outbox, told = Outbox(), shared("a")

    assert outbox.ready(told) is outbox.ready(told)


def test_what_is_not_shared_may_have_changed() -> None:
    outbox, data = Outbox(), {"number": 1}
    told = answer("a", data)
    first = outbox.ready(told)
    data["number"] = 2

    assert first.fields["structuredContent"] == {"number": 1}
    assert outbox.ready(told).fields["structuredContent"] == {"number": 2}


def test_answers_are_never_mixed_up_however_many_there_are() -> None:
    outbox = Outbox()

    for number in range(1_000):
        # Each is forgotten at once, so that another may take its place in memory.
        (part,) = outbox.ready(shared(f"{number}")).fields["content"]
        assert part["text"] == f"{number}"
