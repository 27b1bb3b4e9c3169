from dataclasses import replace

import pytest

from brummer.errors import BrummerError
from brummer.mcp.mark import Mark, mark_of, marked, moment, read
from brummer.model.process import ProcessId
from tests.support.clock import FakeClock
from tests.support.finding import error
from tests.support.instance import EPOCH, FakeInstance

WEB = ProcessId("web-1")


@pytest.mark.parametrize("mark", [Mark(EPOCH + 0.1234567, 12), Mark(EPOCH), Mark(0, 0)])
def test_what_is_written_can_be_read(mark: Mark) -> None:
    assert read(str(mark), now=EPOCH) == mark


def test_moments_of_people_are_read_as_well() -> None:
    assert read("", EPOCH) is None
    assert read("10m", EPOCH) == Mark(EPOCH - 600)
    assert read("0", EPOCH) == Mark(0.0)
    assert moment("", EPOCH) == 0.0
    assert moment(f"{EPOCH}@7", EPOCH + 1) == EPOCH
    with pytest.raises(BrummerError, match="none of"):
        read("1@", EPOCH)


def test_an_error_that_is_known_later_than_it_began_comes_after() -> None:
    known = replace(error(WEB, "KeyError", time=EPOCH + 2), number=1)
    mark = mark_of([known], EPOCH + 3)

    late = replace(error(WEB, "TypeError", time=EPOCH + 1), number=2)

    assert mark.covers(known)
    assert not mark.covers(late)


def test_numbers_that_began_anew_hide_nothing() -> None:
    mark = Mark(EPOCH, 500)

    assert not mark.covers(replace(error(WEB, "KeyError", time=EPOCH + 1), number=1))


def test_a_moment_alone_goes_by_time() -> None:
    mark = Mark(EPOCH)

    assert mark.covers(replace(error(WEB, "KeyError", time=EPOCH), number=9))
    assert not mark.covers(replace(error(WEB, "KeyError", time=EPOCH + 1), number=9))


def test_the_mark_of_now_covers_what_there_is() -> None:
    instance = FakeInstance()
    empty = marked(instance, FakeClock(EPOCH))
    instance.report(error(WEB, "KeyError"))

    assert empty == Mark(EPOCH, 0)
    assert marked(instance, FakeClock(EPOCH + 1)) == Mark(EPOCH + 1, 1)
