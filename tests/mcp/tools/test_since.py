"""Waiting for what comes after an answer."""

from dataclasses import replace
from typing import Any

import pytest

from brummer.model.finding import Finding, FindingKind
from brummer.model.process import ProcessStatus
from tests.mcp.tools.conftest import Desk
from tests.mcp.tools.waiting import meanwhile
from tests.support.clock import FakeClock
from tests.support.finding import error
from tests.support.instance import EPOCH, FakeInstance


class TestSince:
    def test_what_was_told_already_is_not_told_again(
        self, instance: FakeInstance, desk: Desk
    ) -> None:
        state = instance.add_process("web")
        instance.report(error(state.id, "TypeError: old"))
        first = desk.call("wait_for", what="error", process="web")
        instance.report(error(state.id, "TypeError: new", time=EPOCH + 1))

        second = desk.call("wait_for", what="error", since=first.data["since"])

        assert "new" in second.data["found"]
        assert "old" not in second.data["found"]

    def test_an_error_that_is_known_late_is_told_after_what_came_after_it(
        self, instance: FakeInstance, desk: Desk
    ) -> None:
        state = instance.add_process("web")
        instance.report(error(state.id, "TypeError: quick", time=EPOCH + 2))
        first = desk.call("wait_for", what="error")
        # It began before, and has had more lines.
        instance.report(error(state.id, "KeyError: boom", time=EPOCH + 1))

        second = desk.call("wait_for", what="error", since=first.data["since"])
        third = desk.call(
            "wait_for", what="error", since=second.data["since"], wait_s=0
        )

        assert "boom" in second.data["found"]
        assert "quick" not in second.data["found"]
        assert not third.data["reached"]

    def test_lines_and_ends_before_an_answer_do_not_come_after_it(
        self, instance: FakeInstance
    ) -> None:
        clock = FakeClock(EPOCH + 10)
        desk = Desk(instance, clock)
        web = instance.add_process("web")
        instance.change(web.id, status=ProcessStatus.SUCCESS, ended=EPOCH + 5)
        since = desk.call("errors_list").data["since"]
        wish: dict[str, Any] = {"what": "exit", "since": since, "wait_s": 0}

        before = desk.call("wait_for", **wish)
        api = instance.add_process("api")
        instance.change(api.id, status=ProcessStatus.FAILED, ended=EPOCH + 11)
        after = desk.call("wait_for", **wish)
        every = desk.call("wait_for", what="exit", since="0", wait_s=0)

        assert not before.data["reached"]
        assert after.data["process"] == api.id
        assert every.data["process"] == web.id

    def test_without_a_moment_errors_count_that_are_listed(
        self, instance: FakeInstance, desk: Desk
    ) -> None:
        first = instance.add_process("web", status=ProcessStatus.FAILED)
        instance.report(error(first.id, "TypeError: of the run before"))
        instance.report(error(instance.add_process("web").id, "TypeError: standing"))

        found = desk.call("wait_for", what="error")
        named = desk.call("wait_for", what="error", process=first.id)

        assert "standing" in found.data["found"]
        assert "before" not in found.data["found"]
        assert "before" in named.data["found"]

    @pytest.mark.parametrize("kind", ["build", "test"])
    def test_without_a_moment_the_last_result_counts(
        self, instance: FakeInstance, desk: Desk, kind: str
    ) -> None:
        state = instance.add_process("web")
        for time, title in ((EPOCH + 2, "passed"), (EPOCH + 1, "failed")):
            instance.report(
                Finding(
                    kind=FindingKind(kind), title=title, process=state.id, time=time
                )
            )

        found = desk.call("wait_for", what=kind)

        assert found.data["found"] == "passed"
        assert found.data["since"].endswith("@2")

    def test_what_was_listed_before_a_change_is_not_what_came_of_it(
        self, instance: FakeInstance, desk: Desk
    ) -> None:
        state = instance.add_process("web")
        kind = FindingKind.BUILD
        old = Finding(kind=kind, title="old", process=state.id, time=EPOCH)
        instance.report(old)
        since = desk.call("errors_list").data["since"]

        found = meanwhile(
            desk,
            lambda: instance.report(replace(old, title="new", time=EPOCH + 1)),
            "wait_for",
            what="build",
            since=since,
        )

        assert found.data["found"] == "new"
