"""The end of a stream that has no line feed yet."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from brummer.logs.tail import Tail


@given(st.lists(st.binary(min_size=1)))
def test_a_tail_holds_what_came(reads: list[bytes]) -> None:
    tail = Tail(0.0)

    for time, data in enumerate(reads, 1):
        tail = tail.with_more(data, float(time))

    assert tail.data == b"".join(reads)
    assert tail.size == len(tail.data)
    assert tail.time == len(reads)


@given(st.lists(st.integers(1, 100), max_size=300))
def test_a_tail_has_few_pieces_however_it_came(sizes: list[int]) -> None:
    tail = Tail(0.0)

    for size in sizes:
        tail = tail.with_more(bytes(size), 1.0)

    lengths = [len(piece) for piece in tail.pieces]
    assert all(a >= 2 * b for a, b in pairwise(lengths))


def test_bytes_are_copied_once_for_each_doubling() -> None:
    tail = Tail(0.0)
    copied = 0

    for _ in range(4096):
        before = {id(piece) for piece in tail.pieces}
        tail = tail.with_more(b"xx", 1.0)
        copied += sum(len(p) for p in tail.pieces if id(p) not in before)

    assert copied <= tail.size * 13


def test_an_older_tail_stays_as_it_was() -> None:
    older = Tail(0.0).with_more(b"one", 1.0)

    older.with_more(b"two", 2.0)

    assert older == (1.0, 3, (b"one",))
