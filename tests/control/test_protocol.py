"""Tests of what travels over the control socket."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer.control.protocol import (
    RemoteError,
    decode,
    encode,
    from_error,
    plain,
    to_error,
)
from brummer.core.instance import Versions
from brummer.errors import BrummerError, ScriptNotFound, UsageError
from brummer.model.log import LogEntry, Stream
from brummer.model.process import ProcessId
from brummer.model.script import Script


def test_values_travel_by_the_names_of_their_fields() -> None:
    script = Script(name="dev", command="vite", folder=Path("/srv"), source="node")

    message = plain({"script": script, "versions": Versions(1, 2, 3, 4, 5, 6)})

    assert isinstance(message, dict)
    assert message["script"]["folder"] == "/srv"
    assert message["script"]["arguments"] == []
    assert message["versions"]["logs"] == 3


@given(st.binary(max_size=200))
def test_any_bytes_a_child_printed_come_out_as_they_went_in(data: bytes) -> None:
    entry = LogEntry(0, ProcessId("web-1"), Stream.OUT, 1.0, data)

    message = decode(encode({"entry": entry}))

    text = message["entry"]["data"]  # type: ignore[index] # JSON knows no types
    assert text.encode("utf-8", "surrogateescape") == data


def test_a_message_is_one_line() -> None:
    line = encode({"text": "a\nb\u2028c"})

    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")


@pytest.mark.parametrize("line", [b"", b"[]", b"{", b"\xff", b"[" * 200_000])
def test_what_is_no_message_is_a_usage_error(line: bytes) -> None:
    with pytest.raises(UsageError):
        decode(line)


def test_errors_keep_their_sentence_and_exit_code() -> None:
    missing = from_error(to_error(ScriptNotFound("dve", ["dev"])))
    usage = from_error(to_error(UsageError("no such thing")))

    assert "did you mean dev?" in str(missing)
    assert missing.exit_code == 1
    assert usage.exit_code == 2
    assert isinstance(missing, BrummerError)


def test_a_bug_names_its_exception() -> None:
    error = from_error(to_error(ZeroDivisionError("by zero")))

    assert str(error) == "ZeroDivisionError: by zero"


def test_an_error_that_is_no_error_is_still_one() -> None:
    assert isinstance(from_error(17), RemoteError)
