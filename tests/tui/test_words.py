"""Numbers in the few characters there are."""

import pytest

from brummer.model.process import ProcessStatus
from brummer.tui.words import counted, shortened, status
from tests.support.instance import EPOCH, FakeInstance


def test_a_failure_comes_with_its_code_and_a_stop_with_its_countdown() -> None:
    process = FakeInstance().add_process(
        "web", status=ProcessStatus.FAILED, exit_code=3
    )
    stopping = FakeInstance().add_process(
        "web", status=ProcessStatus.STOPPING, deadline=EPOCH + 4.4
    )

    assert status(process, EPOCH) == "failed 3"
    assert status(stopping, EPOCH) == "stopping 4s"
    assert status(stopping, EPOCH + 9) == "stopping 0s"


@pytest.mark.parametrize(
    ("left", "text"), [(99, "99s"), (100, "1m"), (5999, "99m"), (6000, "1h")]
)
def test_a_long_countdown_has_room_in_its_column(left: int, text: str) -> None:
    process = FakeInstance().add_process(
        "web", status=ProcessStatus.STOPPING, deadline=EPOCH + left
    )

    assert status(process, EPOCH) == f"stopping {text}"


def test_things_are_counted() -> None:
    assert counted(1, "script") == "1 script"
    assert counted(2, "script") == "2 scripts"
    assert counted(0, "process", "processes") == "0 processes"
    assert counted(100_000, "line") == "100,000 lines"


@pytest.mark.parametrize(
    ("columns", "shown"),
    [
        (43, "ignores SIGTERM: node (pid 41) and 2 others"),
        (42, "ignores SIGTERM: node ~(pid 41)"),
        (20, "ignores SIG~(pid 41)"),
        (9, "~(pid 41)"),
        (8, "ignores~"),
    ],
)
def test_a_sentence_is_cut_before_the_pid_that_it_names(
    columns: int, shown: str
) -> None:
    text = "ignores SIGTERM: node (pid 41) and 2 others"

    assert shortened(text, columns, "~") == shown


def test_a_sentence_without_a_pid_is_cut_at_its_end() -> None:
    assert shortened("waiting for the database", 11, "~") == "waiting fo~"
