"""Tests of looks on threads that are lent for them."""

import queue
import threading

import pytest

from brummer.core.threads import PROBES, Role, census, on
from brummer.process.prober import Prober
from tests.support.wait import LIMIT, wait_until


def test_a_look_is_taken_aside_and_answered() -> None:
    answers: list[str] = []
    roles: list[bool] = []

    def look() -> str:
        roles.append(on(Role.PROBE))
        return "refused"

    Prober().look(look, answers.append)
    wait_until(lambda: answers)

    assert answers == ["refused"]
    assert roles == [True]
    wait_until(lambda: Role.PROBE not in census())


def test_a_look_that_raises_is_answered_with_why() -> None:
    answers: list[str] = []

    Prober().look(lambda: str(1 // 0), answers.append)
    wait_until(lambda: answers)

    assert answers == ["ZeroDivisionError: integer division or modulo by zero"]


def test_looks_that_hang_take_so_many_threads_and_no_more() -> None:
    leave = threading.Event()
    answers: list[str] = []
    prober = Prober()

    def hang() -> str:
        return "" if leave.wait(LIMIT) else "late"

    for _ in range(PROBES * 3):
        prober.look(hang, answers.append)
    most = census()[Role.PROBE]
    leave.set()
    wait_until(lambda: len(answers) == PROBES * 3)

    assert most == PROBES


def test_at_the_end_what_waits_is_refused() -> None:
    leave = threading.Event()
    answers: list[str] = []
    prober = Prober()
    for _ in range(PROBES + 1):
        prober.look(lambda: str(leave.wait(LIMIT)), answers.append)

    prober.close()
    refused = answers.copy()
    leave.set()
    wait_until(lambda: len(answers) == PROBES + 1)

    assert refused == ["Brummer has ended before it was run"]


def test_without_a_thread_a_look_fails_and_the_next_one_works(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    prober = Prober()
    answers: queue.SimpleQueue[str] = queue.SimpleQueue()

    def refuse(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        for _ in range(5):
            prober.look(lambda: "", answers.put)
    failed = [answers.get(timeout=5) for _ in range(5)]
    prober.look(lambda: "", answers.put)

    assert all("can't start new thread" in answer for answer in failed)
    assert answers.get(timeout=5) == ""
    prober.close()
