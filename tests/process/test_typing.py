"""Typing into a process: what reaches the child, and what its log says."""

import pytest

from brummer.errors import BrummerError
from brummer.model.process import ProcessId
from tests.process.fakes import Stage

WEB = ProcessId("web-1")


def test_what_is_typed_is_noted_before_the_child_can_answer() -> None:
    stage = Stage()
    child = stage.running()

    stage.supervisor.write(WEB, b"hello\n")
    stage.supervisor.write(WEB, b"secret\n", hidden=True)
    stage.play()

    assert stage.notes == [(WEB, "typed hello\n"), (WEB, "typed hidden")]
    assert child.typed == [b"hello\n", b"secret\n"]


def test_what_nobody_reads_is_said_not_to_have_been_typed() -> None:
    stage = Stage()
    child = stage.running()
    child.deaf = True

    future = stage.supervisor.write(WEB, b"hello\n")
    stage.play()

    with pytest.raises(BrummerError, match="web-1 reads no more input"):
        future.result(0)
    assert stage.notes[-1] == (WEB, "that was not typed: web-1 reads no more input")


def test_nothing_is_noted_of_what_is_typed_into_a_process_that_ended() -> None:
    stage = Stage()
    stage.running().exit(0)
    stage.play()

    future = stage.supervisor.write(WEB, b"hello\n")
    stage.play()

    with pytest.raises(BrummerError, match="is not running"):
        future.result(0)
    assert stage.notes == []
