"""Waiting for processes, for all that can be waited for."""

import asyncio
from collections.abc import Mapping

import pytest

from brummer.model.finding import Finding, FindingKind
from brummer.model.process import ProcessId, ProcessStatus
from brummer.model.tool import LongRun
from tests.mcp.tools.conftest import Agent, Desk, Told
from tests.mcp.tools.waiting import begun, failed, meanwhile
from tests.support.clock import FakeClock
from tests.support.finding import error
from tests.support.instance import EPOCH, FakeInstance


class TestEnsuring:
    def test_it_is_started_and_waited_for(
        self, instance: FakeInstance, desk: Desk
    ) -> None:
        instance.add_script("web")
        instance.answers["script.ensure"] = lambda **_: begun(instance)

        found = desk.call("ensure_running", name="web")

        assert found.data["reached"] is True
        assert found.data["started"]
        assert found.data["since"].endswith("@1")
        assert found.data["url"] == "http://localhost:3000/"

    def test_what_runs_is_not_started(self, instance: FakeInstance, desk: Desk) -> None:
        instance.add_script("web")
        begun(instance)

        found = desk.call("ensure_running", name="web")

        assert (found.data["process"], found.data["started"]) == ("web-1", False)

    def test_what_ends_at_once_is_told_with_the_reason(
        self, instance: FakeInstance, desk: Desk
    ) -> None:
        instance.add_script("bad")

        def fail(**_: object) -> Mapping[str, object]:
            state = instance.add_process("bad")
            failed(instance, state.id)
            return {"process": state.id, "started": True}

        instance.answers["script.ensure"] = fail

        found = desk.call("ensure_running", name="bad")

        assert found.failed
        assert found.data["reached"] is False
        assert "ValueError: no config" in found.text
        assert found.data["last_lines"] == ["no config"]
        assert "bad-1 ended: failed, exit code 1" in found.text

    def test_a_probe_decides(self, instance: FakeInstance, desk: Desk) -> None:
        begun(instance)
        instance.change(ProcessId("web-1"), ready=False)

        found = meanwhile(
            desk,
            lambda: instance.change(ProcessId("web-1"), ready=True),
            "ensure_running",
            name="web",
        )

        assert found.data["reached"] is True

    def test_what_says_nothing_of_being_ready_counts_as_such_after_a_while(
        self, instance: FakeInstance
    ) -> None:
        instance.add_process("worker")
        desk = Desk(instance, FakeClock(EPOCH + 11))

        found = desk.call("ensure_running", name="worker", wait_s=20)

        assert found.data["reached"] is True
        assert "no probe" in found.data["found"]

    def test_a_wait_that_is_over_is_no_error(self, instance: FakeInstance) -> None:
        instance.add_process("worker")
        desk = Desk(instance, FakeClock(EPOCH + 1))

        found = desk.call("ensure_running", name="worker", wait_s=0)

        assert not found.failed
        assert "call again" in found.text


class TestWaiting:
    def test_a_line_that_is_there_is_found(
        self, instance: FakeInstance, desk: Desk
    ) -> None:
        state = instance.add_process("web")
        instance.print(state.id, "one", "listening on 3000", "three")

        found = desk.call("wait_for", what="line", process="web", pattern="on [0-9]+")

        assert found.data["found"] == "listening on 3000"
        assert found.data["since"] == "web-1#2"

    def test_a_line_that_comes_is_found(
        self, instance: FakeInstance, desk: Desk
    ) -> None:
        state = instance.add_process("web")

        found = meanwhile(
            desk,
            lambda: instance.print(state.id, "here"),
            "wait_for",
            what="line",
            process="web",
            pattern="here",
        )

        assert found.data["reached"] is True

    def test_waiting_for_lines_goes_on_where_it_ended(
        self, instance: FakeInstance, desk: Desk
    ) -> None:
        state = instance.add_process("web")
        instance.print(state.id, *(f"tick {n}" for n in range(3)))
        wish = {"what": "line", "process": "web", "pattern": "tick", "wait_s": 0}

        first = desk.call("wait_for", **wish)
        second = desk.call("wait_for", **wish, since=first.data["since"])

        assert [first.data["found"], second.data["found"]] == ["tick 0", "tick 1"]

    def test_a_place_in_another_log_is_none(
        self, instance: FakeInstance, desk: Desk
    ) -> None:
        instance.print(instance.add_process("web").id, "up")

        found = desk.call(
            "wait_for", what="line", process="web", pattern="up", since="web-0#500"
        )

        assert found.data["found"] == "up"

    @pytest.mark.parametrize(
        ("process", "since", "whose"),
        [
            ("", "#30", "all processes"),
            ("web", "web-0#500", "web-1"),
            ("web-1", "web-1#30", "web-1"),
        ],
    )
    def test_that_numbers_began_anew_is_told(
        self, instance: FakeInstance, desk: Desk, process: str, since: str, whose: str
    ) -> None:
        instance.print(instance.add_process("web").id, "up")

        found = desk.call(
            "wait_for", what="line", process=process, pattern="up", since=since
        )

        assert found.data["found"] == "up"
        assert found.data["began_anew"] is True
        told = f"since={since} is of an earlier log: that of {whose} was searched"
        assert told in found.text

    @pytest.mark.parametrize(
        ("process", "since"), [("web", "web-1#0+3o"), ("", "#0+3oweb-1")]
    )
    def test_the_rest_of_an_open_line_is_found_as_well(
        self, instance: FakeInstance, desk: Desk, process: str, since: str
    ) -> None:
        state = instance.add_process("web")
        instance.print(state.id, "abc", partial=True)
        wish = {"what": "line", "process": process, "wait_s": 0}

        first = desk.call("wait_for", pattern="abc", **wish)
        wish["since"] = first.data["since"]
        same = desk.call("wait_for", pattern="abc", **wish)
        instance.finish(state.id, "abcDEF")
        again = desk.call("wait_for", pattern="abc", **wish)
        rest = desk.call("wait_for", pattern="DEF", **wish)
        across = desk.call("wait_for", pattern="cD", **wish)

        assert first.data["found"] == "abc"
        assert same.data["since"] == first.data["since"] == since
        assert [same.data["reached"], again.data["reached"]] == [False, False]
        assert [rest.data["found"], across.data["found"]] == ["abcDEF"] * 2
        assert rest.data["since"].endswith("#1")

    def test_the_end_of_a_log_is_a_place_in_it(
        self, instance: FakeInstance, desk: Desk
    ) -> None:
        instance.print(instance.add_process("web").id, "up")

        found = desk.call("wait_for", what="line", pattern="up", since="#1", wait_s=0)

        assert found.data == {"reached": False, "since": "#1"}

    def test_only_lines_after_a_time_count(
        self, instance: FakeInstance, desk: Desk
    ) -> None:
        state = instance.add_process("web")
        instance.print(state.id, "tick old", time=EPOCH)
        instance.print(state.id, "tick new", time=EPOCH + 100)

        found = desk.call(
            "wait_for", what="line", process="web", pattern="tick", since=EPOCH + 50
        )

        assert found.data["found"] == "tick new"

    def test_a_long_log_is_searched_to_its_end_whatever_the_time(
        self, instance: FakeInstance, desk: Desk
    ) -> None:
        state = instance.add_process("web")
        instance.print(state.id, *["x"] * 5_000, "needle")

        found = desk.call(
            "wait_for", what="line", process="web", pattern="needle", wait_s=0
        )

        assert found.data["reached"] is True

    @pytest.mark.parametrize("kind", ["error", "build", "test", "warning", "prompt"])
    def test_what_is_found_is_told(
        self, instance: FakeInstance, desk: Desk, kind: str
    ) -> None:
        state = instance.add_process("web")
        finding = Finding(
            kind=FindingKind(kind), title="here it is", process=state.id, time=EPOCH
        )

        found = meanwhile(
            desk,
            lambda: instance.report(finding),
            "wait_for",
            what=kind,
            process="web",
        )

        assert "here it is" in found.data["found"]
        assert found.data["since"].endswith("@1")

    @pytest.mark.parametrize("what", ["ready", "exit"])
    def test_every_wait_tells_where_one_for_findings_goes_on(
        self, instance: FakeInstance, what: str
    ) -> None:
        state = instance.add_process("web", ready=True)
        instance.report(error(state.id))
        desk = Desk(instance, FakeClock(EPOCH + 1))

        found = desk.call("wait_for", what=what, process="web", wait_s=0)

        assert found.data["since"].endswith("@1")

    def test_any_process_will_do(self, instance: FakeInstance, desk: Desk) -> None:
        instance.add_process("web")
        other = instance.add_process("api")

        found = meanwhile(
            desk,
            lambda: instance.print(other.id, "panic: 1"),
            "wait_for",
            what="line",
            pattern="panic",
        )

        assert found.data["process"] == "api-2"

    def test_each_of_several_ends_is_told_in_their_order(
        self, instance: FakeInstance
    ) -> None:
        for name, ended in (("web", EPOCH + 9), ("api", EPOCH + 7), ("db", EPOCH + 8)):
            state = instance.add_process(name)
            instance.change(state.id, status=ProcessStatus.SUCCESS, ended=ended)
        desk = Desk(instance, FakeClock(EPOCH + 10))
        told, since = [], EPOCH + 5.0

        for _ in range(3):
            found = desk.call("wait_for", what="exit", since=since, wait_s=0)
            told.append(found.data["process"])
            since = found.data["since"]

        assert told == ["api-2", "db-3", "web-1"]

    def test_the_end_of_any_process_is_told_with_what_came_of_it(
        self, instance: FakeInstance
    ) -> None:
        instance.add_process("web")
        other = instance.add_process("api")
        desk = Desk(instance, FakeClock(EPOCH + 5))

        def end() -> None:
            instance.change(other.id, ended=EPOCH + 9)
            failed(instance, other.id)

        found = meanwhile(desk, end, "wait_for", what="exit")

        assert found.data["process"] == "api-2"
        assert found.data["exit_code"] == 1
        assert found.data["errors"]

    def test_who_ends_first_is_told(self, instance: FakeInstance, desk: Desk) -> None:
        state = instance.add_process("web")

        found = meanwhile(
            desk,
            lambda: failed(instance, state.id),
            "wait_for",
            what="line",
            process="web",
            pattern="never",
        )

        assert found.data["reached"] is False
        assert "web-1 ended before that" in found.text

    @pytest.mark.parametrize(
        ("wish", "told"),
        [
            ({"what": "line"}, "what=line needs a pattern"),
            ({"what": "exit", "pattern": "x"}, "pattern goes with what=line"),
            ({"what": "ready"}, "what=ready needs a process"),
            ({"what": "error", "since": "soon"}, "since: 'soon' is none of"),
            ({"what": "line", "pattern": "("}, "("),
            ({"what": "all"}, "'all' is not one of"),
        ],
    )
    def test_what_makes_no_sense_is_told(
        self, desk: Desk, wish: dict[str, str], told: str
    ) -> None:
        found = desk.call("wait_for", **wish)

        assert found.failed
        assert told in found.text

    def test_it_says_how_long_it_waits(
        self, instance: FakeInstance, desk: Desk
    ) -> None:
        instance.add_process("web")

        async def run(agent: Agent) -> list[tuple[float, float | None, str | None]]:
            await agent.call("wait_for", what="exit", process="web", wait_s=2)
            return agent.progress

        (first, *_) = desk.work(run)

        assert first == (1, 2, "waiting for web-1: exit")

    @pytest.mark.parametrize("mode", ["auto", "legacy"])
    def test_the_end_of_the_program_ends_every_wait(
        self, instance: FakeInstance, desk: Desk, mode: str
    ) -> None:
        instance.add_process("web", ready=False)

        async def run(agent: Agent) -> list[Told]:
            calls = [
                asyncio.ensure_future(agent.ask(tool, **arguments))
                for tool, arguments in WAITS
            ]
            for _ in range(50):
                await asyncio.sleep(0)
            desk.end()
            return await asyncio.gather(*calls)

        found = desk.work(run, mode=mode)

        assert [f.failed for f in found] == [True] * len(WAITS)
        assert {f.text for f in found} == {
            "brum is ending; start it again, then call again"
        }


#: Calls that wait for what does not come.
WAITS: tuple[tuple[str, dict[str, object]], ...] = (
    ("wait_for", {"what": "exit", "process": "web"}),
    ("wait_for", {"what": "line", "pattern": "never"}),
    ("ensure_running", {"name": "web", "wait_s": 50}),
    ("scripts_run", {"name": "web", "wait_s": 50}),
    ("queue_receive", {"channel": "a", "wait_s": 50}),
)


@pytest.mark.parametrize("tool", ["wait_for", "scripts_run"])
def test_what_takes_long_may_be_a_task(desk: Desk, tool: str) -> None:
    assert desk.tools()[tool].long_run is LongRun.OPTIONAL
