"""Tests of indexes in the running program."""

import pytest

from brummer.core.index import Indexed, LineIndex, Wanted
from brummer.model.process import ProcessId
from tests.app.conftest import Bench
from tests.support.wait import LIMIT, wait_until

LINES = "echo one two; echo two; echo three >&2; echo two"


def found(index: LineIndex) -> Indexed:
    """Return what an index has found when it is through."""
    index.refresh()
    wait_until(lambda: index.found.complete or bool(index.found.problem))
    return index.found


@pytest.mark.parametrize(
    ("wanted", "texts"),
    [
        (Wanted(), ["one two", "two", "three", "two"]),
        (Wanted(every=("two",)), ["one two", "two", "two"]),
        (Wanted(every=("two", "one")), ["one two"]),
        (Wanted(some=("one", "three")), ["one two", "three"]),
        (Wanted(never=("one", "three")), ["two", "two"]),
        (Wanted(every=("two",), never=("one",), folded=True), ["two"]),
        (Wanted(every=("@loud",)), ["three"]),
    ],
)
def test_lines_are_found_by_expressions(
    bench: Bench, wanted: Wanted, texts: list[str]
) -> None:
    application = bench.application("filters.loud=stream:stderr")
    instance = application.instance
    application.start([LINES], ())
    wait_until(lambda: any(p.is_finished for p in instance.processes().values()))
    (process,) = instance.processes()

    numbers = found(instance.log_index(wanted, process))

    lines = [instance.log_window(number, 1, process).entries[0] for number in numbers]
    own = [line.text for line in lines if line.stream != "note"]
    # One stream may be read before the other.
    assert sorted(own) == sorted(texts)


def test_an_expression_that_is_none_is_the_problem(bench: Bench) -> None:
    instance = bench.application().instance

    problem = found(instance.log_index(Wanted(every=("level>=loud",)))).problem

    assert problem.startswith("column 8: level is ")


def test_watchers_hear_that_lines_were_found(bench: Bench) -> None:
    instance = bench.application().instance
    heard: list[None] = []
    index = instance.log_index(Wanted())
    unwatch = instance.watch(lambda: heard.append(None))

    found(index)

    wait_until(lambda: bool(heard))
    unwatch()


def test_the_first_line_since_a_time_is_found(bench: Bench) -> None:
    application = bench.application()
    instance = application.instance
    application.start([LINES], ())
    wait_until(lambda: instance.log_extent().end >= 4)
    first = instance.log_window(0, 1).entries[0]
    end = instance.log_extent().end

    assert instance.log_since(first.time).result(LIMIT) == 0
    assert instance.log_since(first.time + 3600).result(LIMIT) >= end
    assert instance.log_since(0.0, ProcessId("nobody-1")).result(LIMIT) == 0
