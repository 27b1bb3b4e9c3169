"""Tests of what scripts need of each other."""

from pathlib import Path

import pytest

from brummer.errors import BrummerError
from brummer.model.process import ProcessId, ProcessState, ProcessStatus
from brummer.model.readiness import Need, Until
from brummer.model.script import Script, ScriptId
from brummer.process.dependency import DEEPEST, Provider, Standing, judged, resolved
from tests.process.fakes import Stage

FOLDER = Path("/project")


def script(name: str, *needs: str) -> Script:
    return Script(
        name=name,
        command="serve",
        folder=FOLDER,
        source="test",
        needs=tuple(Need(script=need) for need in needs),
    )


def stage(*scripts: Script) -> Stage:
    made = Stage()
    made.add(*scripts)
    return made


class TestOrder:
    def test_scripts_are_found_in_the_order_of_the_needs(self) -> None:
        api = script("api", "db", "cache")
        found = stage(api, script("db"), script("cache", "db"))

        assert [one.name for one in resolved(api, found.find)] == ["db", "cache"]

    def test_an_unknown_name_is_told_with_who_needs_it(self) -> None:
        api = script("api", "worker")
        found = stage(api, script("worker", "dbb"), script("db"))

        with pytest.raises(BrummerError, match="worker needs dbb: no script"):
            resolved(api, found.find)

    @pytest.mark.parametrize(
        ("needs", "circle"),
        [
            ({"a": ["a"]}, "a -> a"),
            ({"a": ["b"], "b": ["a"]}, "a -> b -> a"),
            ({"a": ["b"], "b": ["c"], "c": ["d"], "d": ["b"]}, "b -> c -> d -> b"),
        ],
    )
    def test_a_circle_is_told_whole(
        self, needs: dict[str, list[str]], circle: str
    ) -> None:
        scripts = [script(name, *others) for name, others in needs.items()]
        found = stage(*scripts)

        with pytest.raises(BrummerError, match=f"circle: {circle}$"):
            resolved(scripts[0], found.find)

    def test_many_ways_to_the_same_script_are_no_circle(self) -> None:
        # Each needs the next two: as many ways as Fibonacci counts.
        names = [f"s{number}" for number in range(60)]
        scripts = [
            script(name, *names[number + 1 : number + 3])
            for number, name in enumerate(names)
        ]

        assert len(resolved(scripts[0], stage(*scripts).find)) == 2

    def test_a_chain_has_an_end(self) -> None:
        names = [f"s{number}" for number in range(DEEPEST + 2)]
        scripts = [
            script(name, *names[number + 1 : number + 2])
            for number, name in enumerate(names)
        ]

        with pytest.raises(BrummerError, match="in a row"):
            resolved(scripts[0], stage(*scripts).find)


def provider(
    status: ProcessStatus, reason: str = "", *, ready: bool | None = None
) -> ProcessState:
    return ProcessState(
        id=ProcessId("db-1"),
        name="db",
        script=ScriptId("test:db"),
        command="serve",
        folder=FOLDER,
        status=status,
        reason=reason,
        ready=ready,
    )


MET, OPEN, HOPELESS = Standing.MET, Standing.OPEN, Standing.HOPELESS


@pytest.mark.parametrize(
    ("status", "standings"),
    [
        (ProcessStatus.PENDING, (OPEN, OPEN, OPEN)),
        (ProcessStatus.WAITING, (OPEN, OPEN, OPEN)),
        (ProcessStatus.BACKOFF, (OPEN, OPEN, OPEN)),
        (ProcessStatus.RUNNING, (MET, MET, OPEN)),
        (ProcessStatus.STOPPING, (OPEN, OPEN, OPEN)),
        (ProcessStatus.SUCCESS, (MET, MET, MET)),
        (ProcessStatus.FAILED, (HOPELESS, HOPELESS, HOPELESS)),
        (ProcessStatus.STOPPED, (HOPELESS, HOPELESS, HOPELESS)),
    ],
)
def test_the_status_decides_who_has_no_probe(
    status: ProcessStatus, standings: tuple[Standing, ...]
) -> None:
    found = tuple(
        judged(Need(script="db", until=until), Provider(state=provider(status)))
        for until in (Until.STARTED, Until.READY, Until.COMPLETED)
    )

    assert tuple(verdict.standing for verdict in found) == standings


def test_a_probe_decides_while_the_process_runs() -> None:
    need = Need(script="db")
    reason = "not ready: tcp 5432 refused"

    def verdict(*, ready: bool, is_late: bool = False) -> str:
        state = provider(ProcessStatus.RUNNING, "" if ready else reason, ready=ready)
        given = Provider(state=state, is_probed=True, is_late=is_late)
        found = judged(need, given)
        return f"{found.standing.value} {found.reason}".strip()

    assert verdict(ready=True) == "met"
    assert verdict(ready=False) == "open waiting for db: tcp 5432 refused"
    assert verdict(ready=False, is_late=True) == (
        "hopeless not started: db was not ready in time: tcp 5432 refused"
    )


def test_who_ends_before_it_was_ready_lets_others_down() -> None:
    ended = Provider(state=provider(ProcessStatus.SUCCESS), is_probed=True)

    verdict = judged(Need(script="db"), ended)

    assert verdict.reason == "not started: db has ended"


@pytest.mark.parametrize(
    ("status", "has_line", "standing"),
    [
        (ProcessStatus.RUNNING, False, OPEN),
        (ProcessStatus.RUNNING, True, MET),
        (ProcessStatus.SUCCESS, True, MET),
        (ProcessStatus.SUCCESS, False, OPEN),
        (ProcessStatus.SUCCESS, None, HOPELESS),
        (ProcessStatus.FAILED, True, HOPELESS),
    ],
)
def test_a_line_decides_as_long_as_it_can_still_be_found(
    status: ProcessStatus, standing: Standing, *, has_line: bool | None
) -> None:
    need = Need(script="db", until=Until.LINE, pattern="up")

    assert (
        judged(need, Provider(state=provider(status), has_line=has_line)).standing
        is standing
    )


def test_nobody_yet_is_waited_for() -> None:
    assert judged(Need(script="db"), None).reason == "waiting for db to start"
