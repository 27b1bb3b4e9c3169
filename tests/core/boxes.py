"""What tests of mailboxes do with them: the part of the bus, by hand."""

from collections.abc import Iterable
from contextlib import suppress

from brummer.core.mailbox import Mailbox, Offer
from brummer.model.event import Event


def offer(box: Mailbox, event: Event) -> Offer:
    """Put *event*, and insist where there is no room, waiting for none."""
    offer = box.put(event)
    return box.press(event, patient=False).offer if offer is Offer.FULL else offer


def fill(box: Mailbox, events: Iterable[Event]) -> list[Offer]:
    """Put *events*; return what became of each."""
    return [offer(box, event) for event in events]


def take_all(box: Mailbox) -> list[Event]:
    """Be the drainer until nothing waits; return what did."""
    events: list[Event] = []
    box.seize()
    while box.stays():
        # It may be closed just now.
        with suppress(IndexError):
            events.append(box.take())
    return events
