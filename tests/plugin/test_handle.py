import sys
import threading
from collections.abc import Iterator

import pytest

from brummer.errors import BrummerError, PluginError
from brummer.plugin.handle import (
    FAILURES,
    IMPORT,
    SLOW,
    Complaint,
    Handle,
    Surroundings,
)
from brummer.plugin.report import PluginReport, PluginState
from tests.support.plugin import Failures, HandClock, workers


def handle(around: Surroundings | None = None) -> Handle:
    report = PluginReport(name="lantern", state=PluginState.ON, origin="installed")
    return Handle(report, around or Surroundings())


@pytest.fixture
def _hasty_switching() -> Iterator[None]:
    """Let threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def complain(one: Handle, hook: str, sentence: str) -> None:
    with one.calling(hook):
        raise BrummerError(sentence)


def work(one: Handle, hook: str) -> None:
    with one.calling(hook):
        pass


def test_complaints_go_as_each_is_mended() -> None:
    lantern = handle()
    complain(lantern, "first", "mend a.json")
    complain(lantern, "second", "mend b.json")

    work(lantern, "second")
    after_one = lantern.report().error
    work(lantern, "first")

    assert after_one == "mend a.json"
    assert lantern.report().error == ""


def test_a_mended_complaint_does_not_hide_a_failure() -> None:
    lantern = handle()
    complain(lantern, "first", "mend a.json")
    lantern.failed("second", ValueError("boom"))

    work(lantern, "first")

    assert lantern.report().error == "second raised ValueError: boom"


def test_a_complaint_that_is_left_to_the_caller_is_told_nobody_else() -> None:
    failures = Failures()
    lantern = handle(Surroundings(report_failure=failures))

    with lantern.calling("command lantern.light", Complaint.LEAVE) as call:
        raise BrummerError("no oil")

    assert str(call.complained) == "no oil"
    assert failures.seen == []


def test_a_fatal_failure_takes_the_plugin_out() -> None:
    lantern = handle()

    lantern.failed(IMPORT, ImportError("no oil"))

    assert not lantern.is_on
    assert not lantern.accepts("brummer_launch")
    assert lantern.report().error == (
        "cannot be imported: ImportError: no oil;"
        " mend it, or leave it out with -P no:lantern"
    )


def test_nobody_is_advised_to_upgrade_a_plugin_over_a_wrong_setting() -> None:
    lantern = handle()

    lantern.failed("brummer_configure", BrummerError(".brum.toml:3: no colour"))

    assert not lantern.is_on
    assert lantern.report().error.endswith("configured: .brum.toml:3: no colour")


def test_an_exception_that_is_false_is_a_failure_all_the_same() -> None:
    class NothingError(Exception):
        def __bool__(self) -> bool:
            return False

    lantern = handle()

    with lantern.calling("brummer_launch"):
        raise NothingError

    assert lantern.report().failures == 1


def test_a_part_that_is_left_out_is_raised_where_plugins_are_taken_strictly() -> None:
    with pytest.raises(PluginError, match="is no hook"):
        handle(Surroundings(strict=True)).refused("brummer_x is no hook")


def test_calls_that_last_are_named_until_they_end() -> None:
    clock = HandClock()
    lantern = handle(Surroundings(clock=clock))

    with lantern.calling("brummer_launch"):
        clock.time += SLOW
        soon = lantern.report().busy
        clock.time += 1
        later = lantern.report().busy
    after = lantern.report().busy

    assert (soon, later, after) == ((), ("brummer_launch for 3 s",), ())


def test_a_plugin_is_stuck_only_while_the_call_lasts_that_is_overdue() -> None:
    clock = HandClock()
    lantern = handle(Surroundings(clock=clock))

    with lantern.calling("brummer_launch", limit=2.0):
        soon = lantern.stuck()
        clock.time += 2.5
        late = lantern.stuck()

    assert (soon, late) == ("", "brummer_launch")
    assert lantern.stuck() == ""


def test_a_call_that_nobody_waits_for_leaves_the_plugin_to_be_asked() -> None:
    clock = HandClock()
    lantern = handle(Surroundings(clock=clock))

    with lantern.calling("brummer_startup"):
        clock.time += 3600
        stuck = lantern.stuck()

    assert stuck == ""


@pytest.mark.usefixtures("_hasty_switching")
def test_readers_see_whole_reports_while_workers_fail() -> None:
    lantern = handle()
    torn: list[PluginReport] = []
    is_over = threading.Event()

    def read() -> None:
        while not is_over.is_set():
            report = lantern.report()
            if report.failures and not (report.error and report.traceback):
                torn.append(report)

    def fail() -> None:
        for number in range(100):
            lantern.failed(f"hook {number}", ValueError("boom"))

    reader = threading.Thread(target=read)
    reader.start()
    with workers(8) as pool:
        for _ in range(8):
            pool(fail)
    is_over.set()
    reader.join()

    report = lantern.report()
    assert torn == []
    assert report.failures == 800
    # Each hook failed eight times, and was switched off once.
    assert sorted(report.hooks_off) == sorted(f"hook {n}" for n in range(100))
    assert FAILURES < 8


def test_who_was_not_called_in_time_is_told_what_was_in_the_way() -> None:
    lantern = handle()

    with lantern.calling("brummer_startup"):
        lantern.crowded("brummer_launch", 2.0)
    behind = lantern.report().error
    lantern.crowded("brummer_launch", 2.0)

    why = "brummer_launch was not called within 2 s: "
    assert behind == f"{why}brummer_startup did not return"
    assert lantern.report().error == f"{why}no thread was free for it"
