"""Tests of what is shown of a log, and what is looked for."""

import pytest
from typing_extensions import override

from brummer.core.index import Indexed, LineIndex, Wanted
from brummer.model.finding import Finding, FindingKind
from brummer.model.process import ProcessId
from brummer.tui.lens import ERRORS, Filters, Lens
from brummer.tui.quest import Sought
from tests.support.instance import EPOCH, FakeInstance


class Bench:
    """A lens over the log of one process."""

    def __init__(self) -> None:
        self.fake = FakeInstance()
        self.process = self.fake.add_process("web").id
        self.refusals: list[str] = []
        self.lens = Lens(self.fake, self.refusals.append)
        self.lens.show(self.process)

    def print(self, *lines: str) -> None:
        self.fake.print(self.process, *lines)
        self.lens.refresh()

    def shown(self) -> list[int]:
        extent = self.fake.log_extent(self.process)
        return list(self.lens.course(extent).since(0, 1000))

    def title(self) -> str:
        return " | ".join(text for _, text in self.lens.title(None))

    def open(self) -> list[Wanted]:
        """Return what is looked for at the moment."""
        return [index.wanted for index in self.fake.indexes if index.is_open]


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    bench.print("a", "b", "ab", "c", "c")
    return bench


def test_without_anything_to_look_for_nothing_is_looked_at(bench: Bench) -> None:
    assert bench.shown() == [0, 1, 2, 3, 4]
    assert bench.open() == []
    assert bench.title() == ""


@pytest.mark.parametrize(
    ("filters", "shown"),
    [
        (Filters(expression="a"), [0, 2]),
        (Filters(shown=("a", "c")), [0, 2, 3, 4]),
        (Filters(hidden=("a", "c")), [1]),
        (Filters(expression="b", hidden=("a",)), [1]),
        (Filters(expression="a", off=True), [0, 1, 2, 3, 4]),
        (Filters(high=True), []),
    ],
)
def test_filters_are_combined(bench: Bench, filters: Filters, shown: list[int]) -> None:
    bench.lens.filter(filters)

    assert bench.shown() == shown


def test_filters_can_be_taken_away_one_by_one() -> None:
    filters = Filters(expression="a", shown=("b", "c"), hidden=("d",), high=True)

    for name in filters.names:
        assert name not in filters.without(name).names
        assert len(filters.without(name).names) == len(filters.names) - 1


def test_the_lines_stay_until_the_new_filter_has_found_something(
    bench: Bench,
) -> None:
    bench.fake.is_slow = True
    bench.lens.filter(Filters(expression="a"))
    before = bench.shown()
    bench.fake.is_slow = False

    bench.lens.refresh()

    assert before == [0, 1, 2, 3, 4]
    assert bench.shown() == [0, 2]
    assert bench.lens.changes == 1


def test_a_wrong_filter_is_refused_and_closed(bench: Bench) -> None:
    bench.lens.filter(Filters(expression="a"))

    bench.lens.filter(Filters(expression="level>=loud"))

    assert bench.refusals[0].startswith("column 8")
    assert bench.shown() == [0, 2]
    assert bench.lens.filters.expression == "a"
    assert len(bench.open()) == 1


def test_of_several_filters_in_a_row_the_last_one_counts(bench: Bench) -> None:
    bench.fake.is_slow = True
    for text in "abc":
        bench.lens.filter(Filters(expression=text))
    bench.fake.is_slow = False

    bench.lens.refresh()

    assert bench.shown() == [3, 4]
    assert bench.open() == [Wanted(every=("c",))]


def test_folded_lines_are_those_that_are_shown(bench: Bench) -> None:
    bench.lens.fold(folded=True)
    all_ = bench.shown()
    bench.lens.filter(Filters(hidden=("b",)))

    assert all_ == [0, 1, 2, 3]
    assert bench.shown() == [0, 3]
    assert bench.lens.folded
    assert bench.title().endswith("folded")


def test_another_log_is_shown_through_the_same_lens(bench: Bench) -> None:
    bench.lens.filter(Filters(expression="a"))
    bench.lens.seek(Sought(text="b"))

    bench.lens.show(None)

    assert bench.open() == [
        Wanted(every=("a",)),
        Wanted(every=("a", '"b"')),
    ]
    bench.lens.close()
    assert bench.open() == []


def test_what_is_looked_for_is_counted_among_the_shown(bench: Bench) -> None:
    bench.lens.seek(Sought(text="b"))
    bench.lens.refresh()
    before = bench.title()
    bench.lens.filter(Filters(expression="a"))
    bench.lens.refresh()

    assert before == "/b 2"
    assert bench.title() == "/b 1 | &a"
    assert bench.lens.progress(2) == "1 of 1"


def test_how_much_was_looked_at_is_told(bench: Bench) -> None:
    bench.fake.is_slow = True

    bench.lens.seek(Sought(text="b"))

    assert bench.title().startswith("/b 0")


def test_errors_are_looked_for_again_when_there_are_new_findings(
    bench: Bench,
) -> None:
    first = bench.lens.quest("error", ERRORS)
    same = bench.lens.quest("error", ERRORS)
    bench.fake.report(
        Finding(
            kind=FindingKind.ERROR,
            title="oh",
            process=ProcessId("web-1"),
            time=EPOCH,
        )
    )
    other = bench.lens.quest("error", ERRORS)

    assert first is same
    assert other is not first
    assert len(bench.open()) == 1


class Partly(FakeInstance):
    """Finds what a test has looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.looked_at = Indexed()

    @override
    def log_index(self, *_: object) -> LineIndex:
        """Return an index of no more than that."""
        return Shown(self)


class Shown:
    """An index that shows what an instance has looked at."""

    def __init__(self, fake: Partly) -> None:
        self._fake = fake

    @property
    def found(self) -> Indexed:
        return self._fake.looked_at

    def refresh(self) -> None:
        """Look at nothing."""

    def close(self) -> None:
        """Forget nothing."""


def test_the_lines_stay_until_it_was_looked_at_those_in_sight() -> None:
    fake = Partly()
    lens = Lens(fake, str, lambda: 50)
    fake.looked_at = Indexed(newer=[80, 90], fresh=2, low=70, end=100)
    lens.filter(Filters(expression="a"))
    before = lens.changes

    fake.looked_at = Indexed(newer=[40, 80, 90], fresh=3, low=40, end=100)
    lens.refresh()

    assert (before, lens.changes) == (0, 1)
