"""Handing what is selected to an agent, and saying who took it."""

from collections.abc import Sequence
from typing import Any

from brummer.tui.desk import Desk, Question


def hand_over(desk: Desk, what: str, **which: Any) -> None:
    """Ask for a note, then leave *what* for an agent; Esc hands nothing over.

    *which* says what it is, to the command ``agent.hand_over``.
    """

    def hand(note: str) -> None:
        desk.run(
            "agent.hand_over",
            lambda answer: _handed(desk, answer),
            note=note.strip(),
            **which,
        )

    desk.ask(Question(f"{what} for an agent, with a note: ", hand))


def _handed(desk: Desk, answer: object) -> None:
    match answer:
        case {"number": int(number), "waiting": Sequence() as waiting}:
            desk.handed.add(number)
            names = ", ".join(map(str, waiting))
            if names:
                desk.say(f"handed over; {names} waits for it")
            else:
                desk.say("no agent waits; kept for the next one for an hour")


def tell_takers(desk: Desk) -> None:
    """Say who took what was handed over from here, once."""
    if not desk.handed:
        return
    kept = {handed.number: handed for handed in desk.instance.agents().handed}
    # What is over its time nobody takes any more.
    desk.handed.intersection_update(kept)
    for number in tuple(desk.handed):
        if takers := kept[number].taken_by:
            desk.handed.discard(number)
            desk.say(f"taken by {takers[0]}: {kept[number].title}")
