import asyncio
from collections.abc import Iterable

import pytest

from brummer.mcp.asgi import Message, Receive
from brummer.mcp.intake import Intake, LeftError
from brummer.mcp.refused import RefusedError


def coming(*parts: bytes, is_whole: bool = True) -> Receive:
    """Return what receives *parts*, and then that the client has left."""
    messages: list[Message] = [
        {"type": "http.request", "body": part, "more_body": True} for part in parts
    ]
    if is_whole:
        messages[-1]["more_body"] = False
    messages.append({"type": "http.disconnect"})

    async def receive() -> Message:
        return messages.pop(0)

    return receive


def read(intake: Intake, receive: Receive, **fields: str) -> bytes:
    header = {name.replace("_", "-").encode(): v.encode() for name, v in fields.items()}
    return asyncio.run(intake.read(receive, header))


@pytest.mark.parametrize("parts", [(b"abcd",), (b"ab", b"", b"cd"), (b"abcd", b"")])
def test_a_request_comes_in_one_piece_or_several(parts: Iterable[bytes]) -> None:
    assert read(Intake(4), coming(*parts)) == b"abcd"


@pytest.mark.parametrize("parts", [(b"abcde",), (b"abc", b"de")])
def test_what_is_too_large_is_refused(parts: Iterable[bytes]) -> None:
    with pytest.raises(RefusedError) as caught:
        read(Intake(4), coming(*parts))

    assert caught.value.status == 413


@pytest.mark.parametrize(
    "fields",
    [{"content_length": "33"}, {"content_length": "5", "expect": "100-continue"}],
    ids=["far", "asking first"],
)
def test_what_is_announced_too_large_is_not_read(fields: dict[str, str]) -> None:
    async def receive() -> Message:
        raise AssertionError

    with pytest.raises(RefusedError, match="4 bytes"):
        read(Intake(4), receive, **fields)


def test_what_is_not_far_too_large_is_dropped_before_it_is_refused() -> None:
    # Who still sends would hear of a broken connection only.
    receive = coming(b"abcdef", b"ghijkl")

    with pytest.raises(RefusedError, match="4 bytes"):
        read(Intake(4), receive, content_length="12")

    with pytest.raises(LeftError):
        read(Intake(4), receive)


def test_requests_that_are_not_answered_yet_take_room() -> None:
    intake = Intake(4, room=6)
    first = read(intake, coming(b"abcd"))

    with pytest.raises(RefusedError) as caught:
        read(intake, coming(b"ab", b"cd"))
    intake.release(len(first))

    assert caught.value.status == 503
    assert read(intake, coming(b"abcd")) == b"abcd"


def test_who_leaves_takes_no_room() -> None:
    intake = Intake(4, room=4)

    with pytest.raises(LeftError):
        read(intake, coming(b"abc", is_whole=False))

    assert read(intake, coming(b"abcd")) == b"abcd"
