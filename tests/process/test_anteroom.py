"""Processes that wait for others, played through the supervisor's public face."""

import pytest

from brummer.model.process import ProcessId, ProcessStatus
from brummer.model.readiness import Need, Readiness, ReadyBy, Until
from brummer.model.script import RestartPolicy
from tests.process.fakes import Stage, launch, refusal, script

PORT = Readiness(by=ReadyBy.TCP, target="5432")
API = ProcessId("api-1")

WAITING = ProcessStatus.WAITING
RUNNING = ProcessStatus.RUNNING
FAILED = ProcessStatus.FAILED


def shop(*needs: Need | str, ready: Readiness | None = PORT) -> Stage:
    """Return a stage with an api that has *needs*, a db and a migration."""
    stage = Stage()
    stage.add(
        script("db", ready=ready),
        script("migrate", "db"),
        script("api", *(needs or ("db",))),
    )
    return stage


class TestWaiting:
    def test_what_is_needed_is_started_first_and_waited_for(self) -> None:
        stage = shop()

        started = stage.start("api")
        stage.play(1.0)
        waiting = stage.state("api-1")
        stage.looks.problem = ""
        stage.play(2.0)

        assert waiting.status is WAITING
        assert waiting.reason == "waiting for db: tcp 5432 refused"
        assert waiting.explained(stage.clock.now()) == f"{waiting.reason}, 2 s"
        assert started.result(0).status is RUNNING
        assert stage.status("db-1") is RUNNING

    def test_what_runs_already_is_used(self) -> None:
        stage = shop(ready=None)
        stage.running("db")

        stage.start("api")

        assert stage.status("api-1") is RUNNING
        assert "db-2" not in stage.registry.snapshot()

    def test_two_that_need_the_same_start_it_once(self) -> None:
        stage = shop()
        stage.supervisor.start(stage.scripts["api"])
        stage.supervisor.start(stage.scripts["migrate"])
        stage.looks.problem = ""
        stage.play(1.0)

        assert sorted(stage.registry.snapshot()) == ["api-1", "db-1", "migrate-1"]
        assert stage.status("api-1") is RUNNING

    def test_a_chain_comes_up_in_its_order(self) -> None:
        stage = shop(Need(script="migrate", until=Until.COMPLETED))
        stage.looks.problem = ""
        stage.start("api")
        stage.play(1.0)
        waiting = stage.state("api-1").reason

        stage.child("migrate-1").exit(0)
        stage.play()

        assert waiting == "waiting for migrate to complete"
        order = [one for one in stage.history() if one.endswith("running")]
        assert list(dict.fromkeys(order)) == [
            "db-1 running",
            "migrate-1 running",
            "api-1 running",
        ]

    def test_a_migration_that_has_succeeded_is_not_run_again(self) -> None:
        stage = shop(Need(script="migrate", until=Until.COMPLETED), ready=None)
        stage.running("migrate").exit(0)
        stage.play()

        stage.start("api")

        assert stage.status("api-1") is RUNNING
        assert "migrate-2" not in stage.registry.snapshot()

    def test_one_that_failed_before_is_tried_again(self) -> None:
        stage = shop(Need(script="migrate", until=Until.COMPLETED), ready=None)
        stage.running("migrate").exit(1)
        stage.play()

        stage.start("api")
        stage.child("migrate-2").exit(0)
        stage.play()

        assert stage.status("api-1") is RUNNING

    def test_one_that_is_to_be_restarted_is_waited_for(self) -> None:
        stage = shop(Need(script="migrate", until=Until.COMPLETED), ready=None)
        stage.launches["migrate"] = launch(RestartPolicy.ON_FAILURE)
        stage.start("api")
        stage.child("migrate-1").exit(1)
        stage.play(0.5)
        meanwhile = stage.state("api-1")

        stage.play(2.0)
        stage.child("migrate-2").exit(0)
        stage.play()

        assert meanwhile.reason == "waiting for migrate: restart in 1 s (1st try)"
        assert stage.status("api-1") is RUNNING

    def test_a_restart_of_the_needed_one_neither_fails_nor_restarts_anybody(
        self,
    ) -> None:
        stage = shop()
        stage.start("api")
        stage.supervisor.restart(ProcessId("db-1"))
        stage.play(1.0)
        waiting = stage.status("api-1")
        stage.looks.problem = ""
        stage.play(2.0)

        stage.supervisor.restart(ProcessId("db-2"))
        stage.play(2.0)

        assert waiting is WAITING
        assert stage.status("db-3") is RUNNING
        assert stage.status("api-1") is RUNNING

    def test_one_that_is_just_being_stopped_is_started_again(self) -> None:
        stage = shop(ready=None)
        stage.system.stubborn = True
        stage.running("db")
        stage.supervisor.stop(ProcessId("db-1"))
        stage.play(1.0)

        stage.start("api")
        waiting = stage.state("api-1").reason
        stage.play(6.0)

        assert waiting == "waiting for db to end"
        assert stage.status("db-2") is RUNNING
        assert stage.status("api-1") is RUNNING

    def test_the_wait_is_told_at_first_and_now_and_then(self) -> None:
        stage = shop()
        stage.start("api")

        stage.play(10.0)

        notes = [text for process, text in stage.notes if process == API]
        assert notes == [
            "waiting for db",
            "waiting for db: tcp 5432 refused, 3.0 s",
            "waiting for db: tcp 5432 refused, 9.1 s",
        ]

    def test_a_line_is_waited_for(self) -> None:
        stage = shop(Need(script="db", until=Until.LINE, pattern="up"), ready=None)
        stage.looks.problem = "no line"
        stage.start("api")
        stage.play(1.0)
        waiting = stage.state("api-1").reason

        stage.looks.problem = ""
        stage.play(1.0)

        assert waiting == "waiting for db to print 'up'"
        assert stage.status("api-1") is RUNNING


class TestDisappointment:
    def test_a_needed_one_that_fails_fails_who_waits_with_the_reason(self) -> None:
        stage = shop()
        started = stage.start("api")

        stage.child("db-1").exit(3)
        stage.play()

        expected = "not started: db failed: exited with 3 after 0.0 s"
        assert stage.status("api-1") is FAILED
        assert stage.state("api-1").reason == expected
        assert refusal(started) == f"api-1: {expected}"

    def test_the_failure_goes_up_the_whole_chain(self) -> None:
        stage = shop(Need(script="migrate", until=Until.COMPLETED))
        stage.start("api")

        stage.child("db-1").exit(1)
        stage.play()

        assert stage.status("migrate-1") is FAILED
        assert stage.state("api-1").reason.startswith("not started: migrate failed")

    def test_one_that_ends_before_it_was_ready_is_no_use(self) -> None:
        stage = shop()
        stage.start("api")

        stage.child("db-1").exit(0)
        stage.play()

        assert stage.state("api-1").reason == "not started: db has ended"

    def test_one_that_is_stopped_is_not_waited_for(self) -> None:
        stage = shop()
        stage.start("api")

        stage.supervisor.stop(ProcessId("db-1"))
        stage.play(1.0)

        assert stage.state("api-1").reason == "not started: db was stopped"

    def test_one_that_is_not_ready_within_its_time_is_given_up(self) -> None:
        late = Readiness(by=ReadyBy.TCP, target="5432", within=5.0)
        stage = shop(ready=late)
        stage.start("api")

        stage.play(7.0)

        assert stage.status("db-1") is RUNNING
        assert stage.state("api-1").reason == (
            "not started: db was not ready in time: tcp 5432 refused"
        )

    def test_a_line_that_never_came_is_given_up_after_the_end(self) -> None:
        stage = shop(Need(script="db", until=Until.LINE, pattern="up"), ready=None)
        stage.looks.problem = "no line"
        stage.start("api")

        stage.child("db-1").exit(0)
        stage.play(2.0)

        assert stage.state("api-1").reason == (
            "not started: db has ended without printing 'up'"
        )

    @pytest.mark.parametrize(
        ("need", "reason"),
        [
            ("dbb", "api needs dbb: no script named 'dbb'"),
            ("api", "these scripts need each other in a circle: api -> api"),
        ],
    )
    def test_what_cannot_be_is_told_in_the_table(self, need: str, reason: str) -> None:
        stage = shop(need)

        started = stage.start("api")

        assert stage.status("api-1") is FAILED
        assert reason in stage.state("api-1").reason
        assert reason in refusal(started)

    def test_a_retry_does_not_start_what_somebody_has_stopped(self) -> None:
        stage = shop(ready=None)
        stage.launches["api"] = launch(RestartPolicy.ON_FAILURE)
        stage.start("api")
        stage.supervisor.stop(ProcessId("db-1"))
        stage.play(1.0)

        stage.child("api-1").exit(1)
        stage.play(2.0)

        assert "db-2" not in stage.registry.snapshot()
        assert stage.state("api-2").reason.startswith("not started: db was stopped")


class TestLeaving:
    def test_a_stop_of_who_waits_ends_the_wait_and_nothing_else(self) -> None:
        stage = shop()
        started = stage.start("api")

        stopped = stage.supervisor.stop(API)
        stage.looks.problem = ""
        stage.play(2.0)

        assert stopped.result(0).status is ProcessStatus.STOPPED
        assert refusal(started) == "api-1 was stopped before it ran"
        assert stage.status("db-1") is RUNNING
        assert API not in stage.system.children

    def test_a_restart_of_who_waits_waits_with_it(self) -> None:
        stage = shop()
        stage.start("api")

        restarted = stage.supervisor.restart(API)
        stage.looks.problem = ""
        stage.play(2.0)

        assert restarted.result(0).id == API

    def test_the_end_of_all_leaves_nobody_waiting(self) -> None:
        stage = shop(Need(script="migrate", until=Until.COMPLETED))
        started = stage.start("api")

        ended = stage.supervisor.shutdown()
        stage.play(2.0)

        assert ended.done()
        assert refusal(started) == "api-1 was stopped before it ran"
        assert stage.system.living() == []
