"""The writer's side of one log."""

from brummer.logs.ledger import Ledger
from brummer.logs.page import packed
from brummer.logs.tail import Tail
from brummer.model.log import LogExtent, Segment, Stream
from brummer.model.process import ProcessId

WEB = ProcessId("web-1")
LINES = Segment(WEB, Stream.OUT, 1.0, b"1\n2\n", 2)


def test_a_view_does_not_see_what_is_added_later() -> None:
    ledger = Ledger(WEB)
    ledger.add(LINES)
    view = ledger.view(1)

    assert ledger.add(LINES) == 2
    ledger.turn(packed(0, [(0, LINES), (2, LINES)]))
    ledger.drop_page()

    assert list(view.segments()) == [(0, LINES)]
    assert ledger.view(2).extent == LogExtent(2, 4, 4)


def test_lines_without_an_end_are_counted_last() -> None:
    ledger = Ledger(WEB)
    ledger.add(LINES)
    ledger.tails[WEB, Stream.OUT] = Tail(1.0, 1, (b"x",))

    view = ledger.view(1)

    assert view.extent.end == view.whole + 1 == 3


def is_empty(ledger: Ledger) -> bool:
    """Look again: a ledger changes, which type checkers do not expect."""
    return ledger.is_empty


def test_only_a_process_with_nothing_left_is_empty() -> None:
    ledger = Ledger(WEB)
    assert is_empty(ledger)
    assert not is_empty(Ledger(None))

    ledger.add(LINES)
    assert not is_empty(ledger)

    ledger.turn(packed(0, [(0, LINES)]))
    assert not is_empty(ledger)
    ledger.drop_page()
    assert is_empty(ledger)

    ledger.tails[WEB, Stream.OUT] = Tail(1.0, 1, (b"x",))
    assert not is_empty(ledger)


def test_what_is_kept_of_a_page_comes_before_the_other_pages() -> None:
    ledger = Ledger(WEB)
    for number in (0, 2):
        ledger.add(LINES)
        ledger.turn(packed(number, [(number, LINES)]))
    kept = packed(None, [(1, Segment(WEB, Stream.OUT, 1.0, b"2\n", 1))])

    ledger.drop_page((kept,))
    before = ledger.view(1)
    ledger.drop_keepsakes()

    assert before.extent == LogExtent(1, 1, 4)
    assert [entry.data for entry in before.window(0, 9).entries] == [b"2", b"1", b"2"]
    assert ledger.view(2).extent == LogExtent(2, 2, 4)
    assert ledger.view(2).pages == before.pages[1:]


def test_a_line_that_was_dropped_does_not_come_back() -> None:
    ledger = Ledger(WEB)
    ledger.add(LINES)

    ledger.skip(1)
    ledger.skip(0)

    assert ledger.view(1).extent == LogExtent(1, 1, 2)
