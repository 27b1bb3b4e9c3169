"""Tests of questions to plugins."""

import threading
from collections.abc import Callable
from functools import partial
from typing import NoReturn

import pytest

from brummer.core.threads import Role, census, spawn
from brummer.errors import BrummerError
from brummer.plugin.handle import Complaint, Handle, Surroundings
from brummer.plugin.inquiry import Inquiry, answers
from brummer.plugin.report import PluginReport, PluginState
from brummer.plugin.worker import CALLS
from tests.support.plugin import Failures
from tests.support.wait import LIMIT, wait_until


def handle(name: str = "lantern", failures: Failures | None = None) -> Handle:
    around = Surroundings(
        aside=partial(spawn, Role.PLUGIN), report_failure=failures or Failures()
    )
    return Handle(PluginReport(name=name, state=PluginState.ON), around)


def ask(
    one: Handle,
    work: Callable[[], object],
    limit: float = LIMIT,
    complaint: Complaint = Complaint.SHOW,
) -> Inquiry[object]:
    return Inquiry(one, "brummer_launch", work, limit, complaint)


def test_answers_come_in_the_order_of_the_questions() -> None:
    first, second = handle("first"), handle("second")
    is_second_through = threading.Event()

    def answer_at_once() -> int:
        is_second_through.set()
        return 2

    asked = [
        ask(first, lambda: is_second_through.wait(LIMIT) and 1),
        ask(second, answer_at_once),
    ]
    found = [(one.name, value) for one, value in answers(asked)]

    assert found == [("first", 1), ("second", 2)]


def test_who_has_answered_is_heard_although_one_before_it_hangs() -> None:
    failures, leave = Failures(), threading.Event()
    slow, quick = handle("slow", failures), handle("quick")

    asked = [ask(slow, lambda: leave.wait(LIMIT), 0.5), ask(quick, lambda: 2)]
    found = [(one.name, value) for one, value in answers(asked)]
    stuck = slow.stuck()
    leave.set()
    wait_until(lambda: not slow.stuck())

    assert found == [("quick", 2)]
    assert stuck == "brummer_launch"
    sentence = "brummer_launch has not answered within 0.5 s"
    assert failures.seen == [("slow", "brummer_launch", sentence)]


def test_a_complaint_that_is_left_to_the_asker_is_raised_there_and_told_nobody() -> (
    None
):
    failures = Failures()
    one = handle(failures=failures)

    def complain() -> NoReturn:
        raise BrummerError("mend a.json")

    asked = [ask(one, complain, complaint=Complaint.LEAVE)]
    with pytest.raises(BrummerError, match="mend a"):
        list(answers(asked))

    assert failures.seen == []


def test_what_nobody_wants_to_know_any_more_is_not_asked() -> None:
    leave, called = threading.Event(), list[str]()
    one = handle()
    first = [ask(one, lambda: leave.wait(LIMIT)) for _ in range(CALLS)]

    behind = ask(one, lambda: called.append("behind"))
    behind.withdraw()
    leave.set()
    wait_until(lambda: Role.PLUGIN not in census())

    assert [inquiry.answer() for inquiry in first] == [True] * CALLS
    assert called == []


def test_who_could_not_be_asked_is_told_apart_from_who_did_not_answer() -> None:
    failures, leave = Failures(), threading.Event()
    one = handle(failures=failures)
    for _ in range(CALLS):
        ask(one, lambda: leave.wait(LIMIT))
    wait_until(lambda: len(one.in_progress()) == CALLS)

    answer = ask(one, lambda: 1, 0.1).answer()
    leave.set()
    wait_until(lambda: Role.PLUGIN not in census())

    assert answer is None
    assert [text for _, _, text in failures.seen] == [
        "brummer_launch was not called within 0.1 s: brummer_launch did not return"
    ]


def test_after_the_end_there_is_no_answer_and_nobody_to_blame() -> None:
    failures = Failures()
    one = handle(failures=failures)

    is_over = one.close()

    assert is_over
    assert ask(one, lambda: 1).answer() is None
    assert failures.seen == []
