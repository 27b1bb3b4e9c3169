"""Runs that are over, opened from another one."""

from concurrent.futures import Future

import pytest

from brummer.app.application import Application
from brummer.core.index import LineIndex, Wanted
from brummer.core.instance import Log
from brummer.errors import BrummerError
from brummer.model.process import ProcessId
from tests.app.conftest import Bench
from tests.support.wait import LIMIT, wait_until

WEB = ProcessId("seq-1")


@pytest.fixture
def later(bench: Bench) -> Application:
    """An application in a folder in which another one has run."""
    earlier = bench.application()
    earlier.start(["seq 300", "echo hello"], ())
    wait_until(lambda: ended(earlier) == 2)
    bench.close()
    return bench.application()


def ended(application: Application) -> int:
    states = application.instance.processes().values()
    return sum(state.is_finished for state in states)


def opened(application: Application) -> Log:
    (run,) = application.instance.earlier_runs().result(LIMIT)
    return application.instance.earlier_log(run.id).result(LIMIT)


def found(index: LineIndex) -> list[int]:
    def look() -> bool:
        index.refresh()
        return index.found.complete

    wait_until(look)
    assert index.found.problem == ""
    return list(index.found)


def test_a_run_that_is_over_is_listed(later: Application) -> None:
    (run,) = later.instance.earlier_runs().result(LIMIT)

    assert run.processes == 2
    assert run.ended is not None
    assert run.started <= run.ended
    assert run.size > 1000


def test_our_own_run_is_none_of_them(bench: Bench) -> None:
    application = bench.application()
    application.start(["echo hello"], ())
    wait_until(lambda: ended(application) == 1)

    assert application.instance.earlier_runs().result(LIMIT) == ()


def test_its_lines_are_read_from_files(later: Application) -> None:
    log = opened(later)

    extent = log.log_extent(WEB)
    window = log.log_history(100, 3, WEB).result(LIMIT)

    assert log.log_window(0, 10, WEB).entries == ()
    assert (extent.first, extent.end) == (300, 300)
    assert window.extent.first == 0
    assert [entry.text for entry in window.entries] == ["101", "102", "103"]


def test_all_its_processes_are_in_one_log(later: Application) -> None:
    log = opened(later)

    end = log.log_extent().end
    entries = log.log_history(0, end, None).result(LIMIT).entries

    assert end == 301
    assert {entry.text for entry in entries} == {*map(str, range(1, 301)), "hello"}


def test_lines_of_it_are_found(later: Application) -> None:
    log = opened(later)
    index = log.log_index(Wanted(every=("/^1.9$/",)), WEB)

    numbers = found(index)
    index.close()

    assert numbers == [n - 1 for n in range(109, 200, 10)]


def test_lines_of_all_its_processes_are_found(later: Application) -> None:
    log = opened(later)
    index = log.log_index(Wanted(every=("hello",)))

    (number,) = found(index)
    index.close()

    (entry,) = log.log_history(number, 1).result(LIMIT).entries
    assert entry.text == "hello"


def test_a_time_is_found_in_it(later: Application) -> None:
    log = opened(later)
    last = log.log_history(299, 1, WEB).result(LIMIT).entries[0].time

    assert log.log_since(0, WEB).result(LIMIT) == 0
    assert log.log_since(last + 1, WEB).result(LIMIT) == 300


def test_a_process_that_it_never_had_printed_nothing(later: Application) -> None:
    log = opened(later)

    assert log.log_extent(ProcessId("nobody-1")).end == 0


def test_a_run_that_is_gone_is_told(later: Application) -> None:
    missing: Future[Log] = later.instance.earlier_log("../20260101-000000-x")

    with pytest.raises(BrummerError, match="there is no run"):
        missing.result(LIMIT)
