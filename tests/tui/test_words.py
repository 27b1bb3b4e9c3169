"""Numbers in the few characters there are."""

import pytest

from brummer.model.process import ProcessStatus
from brummer.tui.words import ago, counted, duration, memory, percent, status
from tests.support.instance import EPOCH, FakeInstance


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (59.9, "59s"),
        (60, "1m00"),
        (761, "12m41"),
        (3 * 3600 + 7 * 60, "3h07"),
        (2 * 86400 + 4 * 3600, "2d04h"),
    ],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "now"),
        (59, "now"),
        (60, "1 min ago"),
        (7300, "2 h ago"),
        (99999, "1 d ago"),
    ],
)
def test_times_past(seconds: float, text: str) -> None:
    assert ago(seconds) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0K"), (512 << 10, "512K"), (210 << 20, "210M"), (1434 << 20, "1.4G")],
)
def test_memory(size: int, text: str) -> None:
    assert memory(size) == text


@pytest.mark.parametrize(
    ("share", "text"), [(0.0, "0%"), (0.44, "0.4%"), (31.4, "31%"), (812.0, "812%")]
)
def test_shares(share: float, text: str) -> None:
    assert percent(share) == text


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
