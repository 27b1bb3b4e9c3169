"""Commands and their ends, and messages."""

from concurrent.futures import Future

import pytest

from brummer.errors import BrummerError
from brummer.tui.desk import MESSAGES, Desk, Message
from tests.support.instance import FakeInstance
from tests.tui.stage import HandClock, plain_theme


class Set:
    """A desk with all that it needs."""

    def __init__(self) -> None:
        self.fake = FakeInstance()
        self.clock = HandClock()
        self.woken = 0
        self.copied: list[str] = []
        self.desk = Desk(self.fake, self.clock, plain_theme(), self._wake, self._send)
        self.answers: list[object] = []

    def _wake(self) -> None:
        self.woken += 1

    def _send(self, text: str) -> None:
        if not text:
            raise BrummerError("there is nothing to copy")
        self.copied.append(text)


@pytest.fixture
def at() -> Set:
    return Set()


def test_an_answer_is_dealt_with_when_the_desk_settles(at: Set) -> None:
    future: Future[object] = Future()
    at.fake.answers["app.quit"] = future
    at.desk.run("app.quit", at.answers.append)

    future.set_result(7)
    before = list(at.answers)
    at.desk.settle()

    assert (before, at.answers, at.woken) == ([], [7], 1)


def test_a_failure_is_shown(at: Set) -> None:
    at.fake.answers["app.quit"] = BrummerError("no")

    at.desk.run("app.quit", at.answers.append)
    at.desk.settle()

    assert at.desk.message() == Message("no", failure=True)
    assert at.answers == []


@pytest.mark.parametrize(
    ("error", "has_stack"), [(BrummerError("no"), False), (ValueError("no"), True)]
)
def test_our_log_tells_where_a_bug_is_and_not_where_we_refuse(
    at: Set, caplog: pytest.LogCaptureFixture, error: Exception, *, has_stack: bool
) -> None:
    caplog.set_level("INFO")
    at.fake.answers["app.quit"] = error

    at.desk.run("app.quit", at.answers.append)
    at.desk.settle()

    (record,) = caplog.records
    assert record.getMessage() == "a command failed: no"
    assert bool(record.exc_info) == has_stack


def test_whoever_wants_to_know_is_told_instead(at: Set) -> None:
    at.fake.answers["app.quit"] = BrummerError("no")

    at.desk.run("app.quit", otherwise=at.answers.append)
    at.desk.settle()

    assert at.answers == ["no"]
    assert at.desk.message() is None


def test_a_cancelled_command_is_a_failure(at: Set) -> None:
    future: Future[object] = Future()
    at.fake.answers["app.quit"] = future
    at.desk.run("app.quit", at.answers.append)

    future.cancel()
    at.desk.settle()

    assert at.desk.message() == Message("CancelledError", failure=True)


def test_an_answer_that_cannot_be_dealt_with_is_a_failure(at: Set) -> None:
    def refuse(_: object) -> None:
        raise ValueError("nonsense")

    at.desk.run("app.quit", refuse)
    at.desk.settle()

    assert at.desk.message() == Message("nonsense", failure=True)


def test_a_message_goes_after_a_while(at: Set) -> None:
    at.desk.say("hello")
    at.clock.passed = 2.9
    still = at.desk.message()

    at.clock.passed = 3.1

    assert still == Message("hello", failure=False)
    assert at.desk.message() is None


def test_the_newest_message_wins_over_others_but_not_over_a_failure(at: Set) -> None:
    at.desk.say("one")
    at.desk.say("two")
    first = at.desk.message()
    at.desk.fail("bad")
    at.desk.say("three")

    assert first == Message("two", failure=False)
    assert at.desk.message() == Message("bad", failure=True)


def test_a_failure_stays_until_a_key_that_came_after_it(at: Set) -> None:
    at.desk.fail("bad")
    at.desk.seen()
    too_early = at.desk.message()
    at.clock.passed = 1000

    at.desk.seen()

    assert too_early == Message("bad", failure=True)
    assert at.desk.message() is None


def test_failures_are_shown_one_after_the_other(at: Set) -> None:
    at.desk.fail("one")
    at.desk.fail("two")
    at.clock.passed = 1

    at.desk.seen()

    assert at.desk.message() == Message("two", failure=True)


def test_the_same_failure_is_shown_once(at: Set) -> None:
    for _ in range(3):
        at.desk.fail("bad")
    at.clock.passed = 1

    at.desk.seen()

    assert at.desk.message() is None


def test_messages_are_bounded(at: Set) -> None:
    for number in range(MESSAGES + 10):
        at.desk.fail(f"bad {number}")

    assert at.desk.message() == Message("bad 10", failure=True)


def test_a_message_cannot_steer_the_terminal(at: Set) -> None:
    at.desk.say("a\x1b[2Jb")

    message = at.desk.message()

    assert message is not None
    assert message.text.isprintable()


def test_what_is_copied_is_said_to_be_sent(at: Set) -> None:
    at.desk.copy("line\n", "1 line")

    assert at.copied == ["line\n"]
    assert at.desk.message() == Message("sent to the clipboard: 1 line", failure=False)


def test_what_cannot_be_copied_is_told(at: Set) -> None:
    at.desk.copy("", "nothing")

    assert at.desk.message() == Message("there is nothing to copy", failure=True)
