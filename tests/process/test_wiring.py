import pytest

from brummer.process.wiring import safely


def crash() -> int:
    raise SystemExit(3)


def test_what_an_action_returns_is_returned(
    caplog: pytest.LogCaptureFixture,
) -> None:
    nothing: dict[str, int] = {}
    otherwise: int | None = 5

    assert safely(lambda: 3, 5) == 3
    assert safely(lambda: nothing.get("a"), otherwise) is None
    assert not caplog.records


def test_an_action_that_raises_is_logged_and_costs_no_more(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert safely(crash, 5) == 5
    assert "crash" in caplog.text


def test_the_user_who_interrupts_is_heard() -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        safely(interrupt, None)
