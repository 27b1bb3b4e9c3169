"""Tests of searching what a process printed for a line, each line once."""

import re
from collections.abc import Callable

import pytest

from brummer.core.lines import LineSearch, Seen, as_printed
from brummer.core.pattern import Pattern, PatternTooSlowError
from brummer.model.log import Stream
from brummer.model.process import ProcessId
from tests.support.instance import FakeInstance

WEB = ProcessId("web-1")


def searching(
    shop: FakeInstance, pattern: str, shown: Callable[[bytes], bytes] = as_printed
) -> LineSearch:
    regex = Pattern(pattern, is_regex=True, case=True)
    return LineSearch(shop.log_window, WEB, regex, shown)


@pytest.fixture
def shop() -> FakeInstance:
    shop = FakeInstance()
    shop.add_process("web")
    return shop


def test_a_line_is_found_whenever_it_comes(shop: FakeInstance) -> None:
    search = searching(shop, r"port \d+")
    shop.print(WEB, *["waiting"] * 2_500)
    early = search.look()

    shop.print(WEB, "listening on port 80")
    entry = search.look()

    assert early is None
    assert entry is not None
    assert entry.number == 2_500


def test_the_first_line_that_matches_is_found(shop: FakeInstance) -> None:
    shop.print(WEB, "", "port 1", "", "port 2")

    entry = searching(shop, "port").look()

    assert entry is not None
    assert entry.data == b"port 1"


def test_our_own_words_are_not_what_was_printed(shop: FakeInstance) -> None:
    shop.print(WEB, "> ready", stream=Stream.NOTE)
    search = searching(shop, "ready")
    typed = search.look()

    shop.print(WEB, "> steady", stream=Stream.NOTE)
    shop.print(WEB, "ready", stream=Stream.ERR)
    printed = search.look()

    assert typed is None
    assert printed is not None
    assert printed.stream is Stream.ERR


def test_a_line_is_searched_as_a_reader_sees_it(shop: FakeInstance) -> None:
    shop.print(WEB, "first", "\x1b[1mport\x1b[0m 80")

    entry = searching(
        shop, "^port 80$", lambda lines: re.sub(rb"\x1b\[\dm", b"", lines)
    ).look()

    assert entry is not None
    assert entry.number == 1


def test_no_match_goes_over_the_end_of_a_line(shop: FakeInstance) -> None:
    shop.print(WEB, "one", "two")

    assert searching(shop, r"one\s*two").look() is None


def test_a_long_log_is_searched_in_steps(shop: FakeInstance) -> None:
    search = searching(shop, "needle")
    shop.print(WEB, *["x" * 60_000] * 3, "needle")

    steps = 1
    while (entry := search.step()) is None and search.is_behind:
        steps += 1

    assert entry is not None
    assert steps == 4


def test_at_the_end_of_the_log_no_step_is_left(shop: FakeInstance) -> None:
    search = searching(shop, "needle")
    shop.print(WEB, "hay")

    assert search.look() is None
    assert not search.is_behind


def test_an_unfinished_line_is_looked_at_again(shop: FakeInstance) -> None:
    search = searching(shop, "name\\? $")
    shop.print(WEB, "name? ", partial=True)

    assert search.look() is not None


def test_a_pattern_that_takes_too_long_is_given_up(
    shop: FakeInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("brummer.core.pattern.PATIENCE", -1.0)
    shop.print(WEB, "a" * 60_000)

    with pytest.raises(PatternTooSlowError):
        searching(shop, "(a*)*b").look()


class TestOpenLine:
    def test_what_was_found_in_it_is_not_found_again(self, shop: FakeInstance) -> None:
        shop.print(WEB, "port", partial=True)
        search = searching(shop, "port|free")

        found = [search.look(), search.look()]
        shop.finish(WEB, "port is free")
        found += [search.look(), search.look()]

        assert [entry and entry.data for entry in found] == [
            b"port",
            None,
            b"port is free",
            None,
        ]

    def test_what_follows_it_is_searched_as_a_whole(self, shop: FakeInstance) -> None:
        shop.print(WEB, "port", partial=True)
        search = searching(shop, "port")
        search.look()

        shop.finish(WEB, "port is free")
        none = search.look()
        shop.print(WEB, "port 2")
        entry = search.look()

        assert none is None
        assert entry is not None
        assert entry.number == 1
        assert search.seen == ()

    def test_lines_of_others_that_come_before_it_count(
        self, shop: FakeInstance
    ) -> None:
        search = searching(shop, "port")
        search.skip(Seen(WEB, Stream.OUT, 4))

        shop.print(WEB, "port", stream=Stream.ERR)
        shop.print(WEB, "port", partial=True)
        entry = search.look()

        assert entry is not None
        assert entry.stream is Stream.ERR
        assert search.seen == (Seen(WEB, Stream.OUT, 4),)

    def test_of_several_each_is_found_once(self, shop: FakeInstance) -> None:
        shop.print(WEB, "port a", partial=True)
        shop.print(WEB, "port b", partial=True, stream=Stream.ERR)
        search = searching(shop, "port")

        found = [search.look() for _ in range(4)]

        assert [entry and entry.data for entry in found] == [
            b"port a",
            b"port b",
            None,
            None,
        ]

    def test_only_that_which_ends_is_forgotten(self, shop: FakeInstance) -> None:
        shop.print(WEB, "port a", partial=True, stream=Stream.ERR)
        shop.print(WEB, "port b", partial=True)
        search = searching(shop, "port")
        search.look()
        search.look()

        shop.finish(WEB, "port b")

        assert search.look() is None
        assert search.seen == (Seen(WEB, Stream.ERR, 6),)

    def test_what_ends_after_a_line_that_is_found_is_kept_in_mind(
        self, shop: FakeInstance
    ) -> None:
        search = searching(shop, "port")
        search.skip(Seen(WEB, Stream.ERR, 4))

        shop.print(WEB, "port")
        shop.print(WEB, "port", stream=Stream.ERR)
        entry = search.look()

        assert entry is not None
        assert entry.stream is Stream.OUT
        assert search.seen == (Seen(WEB, Stream.ERR, 4),)

    def test_no_more_than_some_are_kept_in_mind(self, shop: FakeInstance) -> None:
        seen = [Seen(ProcessId(f"web-{n}"), Stream.OUT, 4) for n in range(100)]
        search = searching(shop, "port")

        search.skip(*seen)

        assert search.seen == tuple(seen[-32:])

    def test_a_match_after_a_great_many_others_is_found(
        self, shop: FakeInstance
    ) -> None:
        shop.print(WEB, "." * 5_000, partial=True)
        search = searching(shop, r"\.|F")
        search.look()

        none = search.look()
        shop.finish(WEB, "." * 5_000 + "F")
        entry = search.look()

        assert none is None
        assert entry is not None
