"""Telling the user what is wrong, once."""

from brummer.app.once import Once


def test_what_stays_as_it_is_is_told_once() -> None:
    told: list[str] = []
    tell = Once(told.append)

    for _ in range(3):
        tell("ledger", "the disk is full")
        tell("control", "no socket")
    tell("ledger", "no such folder")
    tell("ledger", "the disk is full")

    assert told == [
        "ledger: the disk is full",
        "control: no socket",
        "ledger: no such folder",
        "ledger: the disk is full",
    ]
