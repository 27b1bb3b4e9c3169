"""The first row and the last."""

import pytest

from brummer.model.health import ComponentHealth, HealthLevel
from brummer.model.process import ProcessStatus
from brummer.tui.bars import foot_bar, head_bar, prompt_bar
from brummer.tui.desk import Message, Question, Secrecy
from brummer.tui.keymap import Place
from brummer.tui.prompt import Prompt
from tests.support.instance import FakeInstance
from tests.tui.stage import text_of, width_of


def head(columns: int, fake: FakeInstance) -> str:
    shown = fake.processes().values()
    return text_of([head_bar(fake, Place.LOGS, shown, columns).row])[0]


def test_the_first_row_says_what_is_up_what_failed_and_what_is_broken() -> None:
    fake = FakeInstance()
    fake.add_process("web")
    fake.add_process("api", status=ProcessStatus.FAILED)
    fake.set_health(ComponentHealth(component="x", level=HealthLevel.DEGRADED))

    row = head(100, fake)

    assert row.startswith(" shop   1Scripts  2Processes [3Logs]")
    assert row.endswith("1 up   1 failed    ! 1 broken")


@pytest.mark.parametrize(
    ("columns", "views"),
    [
        (70, "1Scripts  2Processes [3Logs]"),
        (56, "1Scripts  2Procs [3Logs]"),
        (50, "1Scr  2Proc [3Log]"),
        (20, "1S  2P [3L]"),
    ],
)
def test_names_get_shorter_with_the_row(columns: int, views: str) -> None:
    assert views in head(columns, FakeInstance())


def test_a_click_on_a_name_goes_there() -> None:
    bar = head_bar(FakeInstance(), Place.LOGS, (), 100)
    (text,) = text_of([bar.row])

    assert bar.command_at(text.index("2Processes")) == "view.processes"
    assert bar.command_at(99) is None


def test_a_message_takes_the_place_of_the_hints() -> None:
    good = foot_bar(Place.LOGS, Message("done", failure=False), 40)
    bad = foot_bar(Place.LOGS, Message("broken", failure=True), 40)

    assert text_of([good.row, bad.row]) == [" done", " broken"]
    assert (good.row[0][0], bad.row[0][0]) == ("toast", "alarm")


def test_hints_that_do_not_fit_are_left_out_and_never_cut() -> None:
    for columns in range(1, 130):
        bar = foot_bar(Place.PROCESSES, None, columns)

        assert width_of(bar.row) == columns
        assert all(end <= columns for _, _, end in bar.targets)


def test_every_hint_can_be_clicked() -> None:
    bar = foot_bar(Place.PROCESSES, None, 120)
    (text,) = text_of([bar.row])

    assert bar.command_at(text.index("restart")) == "process.restart"
    assert bar.command_at(text.index("r restart")) == "process.restart"


def typing(text: str = "hello", *, secret: bool = False, name: str = "web") -> Prompt:
    """Return a prompt in which *text* was typed, to the process called *name*."""
    secrecy = Secrecy(f"to {name} (hidden)> ", lambda: secret, lambda _: None)
    question = Question(f"to {name}> ", lambda _: None, text=text, secrecy=secrecy)
    return Prompt(question, lambda: None)


def test_the_line_that_is_typed_is_as_wide_as_the_screen() -> None:
    for columns in (5, 20, 30, 60, 80, 200):
        row, column = prompt_bar(typing(), columns)

        assert width_of(row) == columns
        assert column < columns


def test_the_line_that_is_typed_says_what_the_keys_do() -> None:
    row, column = prompt_bar(typing(), 80)

    (line,) = text_of([row])
    assert line.startswith("to web> hello ")
    assert line.endswith(" enter go esc leave ^t hide")
    assert column == len("to web> hello")


@pytest.mark.parametrize("secret", [False, True])
def test_the_names_of_keys_never_take_the_room_to_type(*, secret: bool) -> None:
    for columns in range(40, 120):
        for name in ("web", "a-worker", "the-storefront", "x" * 24, "x" * 60):
            row, column = prompt_bar(typing(secret=secret, name=name), columns)

            (line,) = text_of([row])
            assert ("*****" if secret else "hello") in line
            assert line.ljust(columns)[column] == " "


def test_a_failure_leaves_room_to_type() -> None:
    failure = Message("no " * 40, failure=True)
    for columns in (1, 5, 20, 30, 40, 60, 200):
        row, column = prompt_bar(typing(), columns, failure)

        assert width_of(row) == columns
        assert column < columns
        assert ("hello" in text_of([row])[0]) is (columns >= 20)
        assert ("no no" in text_of([row])[0]) is (columns >= 40)


def test_good_news_do_not_take_the_place_of_the_keys() -> None:
    row, _ = prompt_bar(typing(), 80, Message("done", failure=False))

    assert text_of([row])[0].endswith(" enter go esc leave ^t hide")


def test_a_question_without_secrets_has_no_key_to_hide() -> None:
    prompt = Prompt(Question("filter: ", lambda _: None), lambda: None)

    row, _ = prompt_bar(prompt, 80)

    assert text_of([row])[0].endswith(" enter go esc leave")


def test_a_line_that_takes_no_more_says_so() -> None:
    row, _ = prompt_bar(typing("x" * 4096), 80)

    assert text_of([row])[0].endswith(" the line is full")


def test_what_is_hidden_is_not_on_the_screen() -> None:
    row, column = prompt_bar(typing("horse", secret=True), 80)

    assert text_of([row])[0].startswith("to web (hidden)> ***** ")
    assert column == len("to web (hidden)> horse")
