"""What one process means to another: restarts, policies, the end of all.

Played through the supervisor's public face, without threads.
"""

from brummer.config.settings import ProcessManagerSettings
from brummer.errors import BrummerError
from brummer.model.process import ProcessId, ProcessStatus
from brummer.model.script import RestartPolicy
from tests.process.fakes import Stage, launch, refusal

WEB = ProcessId("web-1")
NEXT = ProcessId("web-2")


class TestLeftovers:
    def test_a_process_ends_although_what_it_started_lives_on(self) -> None:
        stage = Stage()
        child = stage.running()
        child.fork("a")
        child.fork("b")

        child.exit(0)
        stage.play()

        assert stage.status(WEB) is ProcessStatus.SUCCESS
        assert stage.state(WEB).reason == "2 processes it started are still running"
        assert not child.is_closed

    def test_its_state_follows_them_until_the_last_has_ended(self) -> None:
        stage = Stage()
        child = stage.running()
        first, second = child.fork("a"), child.fork("b")
        child.exit(1)
        stage.play(1.0)

        child.die(first)
        stage.play(5.0)
        fewer = stage.state(WEB).reason
        child.die(second)
        stage.play(20.0)

        assert fewer == (
            "exited with 1 after 0.0 s; 1 process it started is still running"
        )
        assert stage.state(WEB).reason == "exited with 1 after 0.0 s"
        assert child.is_closed

    def test_a_stop_of_an_ended_process_ends_what_it_left(self) -> None:
        stage = Stage()
        child = stage.running()
        left = child.fork("daemon", obedient=False)
        child.exit(0)
        stage.play()

        future = stage.supervisor.stop(WEB)
        stage.play(1.0)
        meanwhile = stage.state(WEB)
        stage.play(5.0)

        assert meanwhile.status is ProcessStatus.SUCCESS
        assert meanwhile.reason == f"ignores SIGTERM: daemon (pid {left})"
        assert future.result(0).reason == ""
        assert not stage.system.living()

    def test_shutdown_ends_them_too(self) -> None:
        stage = Stage()
        child = stage.running()
        child.fork("daemon")
        child.exit(0)
        stage.play()

        future = stage.supervisor.shutdown()
        stage.play(1.0)

        assert future.result(0) is None
        assert not stage.system.living()


class TestRestart:
    def test_the_new_process_starts_when_the_whole_old_tree_is_gone(self) -> None:
        stage = Stage()
        child = stage.running()
        child.fork("esbuild", obedient=False)

        future = stage.supervisor.restart(WEB)
        stage.play(4.0)
        early = NEXT in stage.system.children
        stage.play(2.0)

        assert not early
        assert future.result(0).id == NEXT
        assert future.result(0).replaces == WEB
        assert future.result(0).status is ProcessStatus.RUNNING

    def test_a_restart_of_all_is_answered_when_all_of_it_runs_again(self) -> None:
        stage = Stage()
        stage.running()
        stage.running("db").ignore_signals()
        stage.running("lint").exit(0)

        future = stage.supervisor.restart_all()
        stage.play(4.0)
        early = future.done()
        stage.play(2.0)

        assert not early
        assert future.result(0) is None
        assert stage.status("web-2") is ProcessStatus.RUNNING
        assert stage.status("db-2") is ProcessStatus.RUNNING
        assert "lint-2" not in stage.system.children

    def test_restarts_that_meet_are_one(self) -> None:
        stage = Stage()
        stage.running()

        futures = [stage.supervisor.restart(WEB) for _ in range(3)]
        stage.play()

        assert {future.result(0).id for future in futures} == {NEXT}

    def test_a_finished_process_is_restarted_at_once(self) -> None:
        stage = Stage()
        stage.running().exit(1)

        future = stage.supervisor.restart(WEB)
        stage.play()

        assert future.result(0).id == NEXT

    def test_a_process_that_was_replaced_stands_for_its_latest_successor(self) -> None:
        stage = Stage()
        stage.running()
        stage.supervisor.restart(WEB)
        stage.play()

        future = stage.supervisor.restart(WEB)
        stage.play()

        assert future.result(0).id == "web-3"
        assert future.result(0).replaces == NEXT
        assert stage.status(NEXT) is ProcessStatus.STOPPED

    def test_who_is_about_to_start_is_not_started_twice(self) -> None:
        stage = Stage()
        stage.workers.eager = False
        stage.start()

        future = stage.supervisor.restart(WEB)
        stage.play()
        stage.workers.finish()
        stage.play()

        assert future.result(0).id == WEB

    def test_a_stop_during_a_restart_wins(self) -> None:
        stage = Stage()
        child = stage.running()
        child.ignore_signals()

        restarted = stage.supervisor.restart(WEB)
        stage.play(1.0)
        stopped = stage.supervisor.stop(WEB)
        stage.play(1.0)
        grace_is_kept = child.kills == 0
        stage.play(4.0)

        assert refusal(restarted) == "web-1 was stopped instead of restarted"
        assert stopped.result(0).status is ProcessStatus.STOPPED
        assert grace_is_kept
        assert list(stage.registry.snapshot()) == [WEB]

    def test_a_stop_by_the_old_name_reaches_the_successor_that_starts(self) -> None:
        stage = Stage()
        stage.running()
        stage.workers.eager = False
        restarted = stage.supervisor.restart(WEB)
        stage.play()

        stopped = stage.supervisor.stop(WEB)
        stage.play()
        stage.workers.finish()
        stage.play()

        assert refusal(restarted) == "web-2 was stopped before it ran"
        assert stopped.result(0).id == NEXT
        assert NEXT not in stage.system.children

    def test_a_stop_by_the_old_name_spares_the_successor_that_runs(self) -> None:
        stage = Stage()
        stage.running()
        stage.supervisor.restart(WEB)
        stage.play()

        stage.supervisor.stop(WEB)
        stage.play()

        assert stage.status(NEXT) is ProcessStatus.RUNNING

    def test_a_restart_after_a_stop_is_what_was_wanted_last(self) -> None:
        stage = Stage()
        stage.running().ignore_signals()
        stopped = stage.supervisor.stop(WEB)
        stage.play(1.0)

        restarted = stage.supervisor.restart(WEB)
        stage.play(5.0)

        assert stopped.result(0).id == WEB
        assert restarted.result(0).id == NEXT


class TestPolicy:
    def failing(self) -> Stage:
        stage = Stage()
        stage.launches["web"] = launch(RestartPolicy.ON_FAILURE)
        stage.running()
        return stage

    def test_a_failure_is_followed_by_a_new_process_that_waits(self) -> None:
        stage = self.failing()

        stage.child(WEB).exit(1)
        stage.play()
        waiting = stage.state(NEXT)
        stage.play(1.1)

        assert waiting.status is ProcessStatus.BACKOFF
        assert waiting.reason == "restart in 1 s (1st try)"
        assert waiting.replaces == WEB
        assert stage.status(NEXT) is ProcessStatus.RUNNING
        assert (WEB, "restart in 1 s (1st try)") in stage.notes

    def test_five_quick_failures_are_enough(self) -> None:
        stage = self.failing()

        for run in range(1, 6):
            stage.child(f"web-{run}").exit(1)
            stage.play(9.0)

        assert stage.status("web-5") is ProcessStatus.FAILED
        assert stage.state("web-5").reason == "gave up after 5 quick failures"
        assert "web-6" not in stage.registry.snapshot()

    def test_a_restart_by_hand_after_giving_up_begins_anew(self) -> None:
        stage = self.failing()
        for run in range(1, 6):
            stage.child(f"web-{run}").exit(1)
            stage.play(9.0)

        stage.supervisor.restart(ProcessId("web-5"))
        stage.play()
        stage.child("web-6").exit(1)
        stage.play()

        assert stage.state("web-7").reason == "restart in 1 s (1st try)"

    def test_a_stopped_process_is_not_started_again(self) -> None:
        stage = self.failing()

        stage.supervisor.stop(WEB)
        stage.play(5.0)

        assert list(stage.registry.snapshot()) == [WEB]

    def test_a_stop_during_the_back_off_wins(self) -> None:
        stage = self.failing()
        stage.child(WEB).exit(1)
        stage.play()

        stage.supervisor.stop(WEB)
        stage.play(5.0)

        assert stage.status(NEXT) is ProcessStatus.STOPPED
        assert list(stage.registry.snapshot()) == [WEB, NEXT]

    def test_a_stop_during_the_back_off_ends_what_the_failed_one_left(self) -> None:
        stage = self.failing()
        stage.child(WEB).fork("daemon", obedient=False)
        stage.child(WEB).exit(1)
        stage.play()

        stage.supervisor.stop(NEXT)
        stage.play(6.0)

        assert not stage.system.living()
        assert stage.status(NEXT) is ProcessStatus.STOPPED

    def test_a_restart_during_the_back_off_does_not_wait(self) -> None:
        stage = self.failing()
        stage.child(WEB).exit(1)
        stage.play()

        future = stage.supervisor.restart(WEB)
        stage.play()
        stage.play(5.0)

        assert future.result(0).id == NEXT
        assert list(stage.registry.snapshot()) == [WEB, NEXT]

    def test_a_restart_that_cannot_start_is_tried_again(self) -> None:
        stage = self.failing()
        stage.child(WEB).exit(1)
        stage.system.troubles["start"] = BrummerError("too many open files")

        stage.play(1.1)
        second = stage.state(NEXT)
        stage.system.troubles.clear()
        stage.play(2.1)

        assert second.reason == "too many open files"
        assert stage.status("web-3") is ProcessStatus.RUNNING

    def test_what_the_old_process_left_is_ended_before_the_new_one_starts(self) -> None:
        stage = self.failing()
        left = stage.child(WEB).fork("daemon", obedient=False)

        stage.child(WEB).exit(1)
        stage.play(2.0)
        waiting = stage.state(NEXT)
        stage.play(5.0)

        assert left not in stage.system.living()
        assert waiting.status is ProcessStatus.PENDING
        assert waiting.reason == "waiting for what web-1 left running to end"
        assert stage.status(NEXT) is ProcessStatus.RUNNING

    def test_always_means_after_a_success_as_well(self) -> None:
        stage = Stage()
        stage.launches["web"] = launch(RestartPolicy.ALWAYS)

        stage.running().exit(0)
        stage.play(1.1)

        assert stage.status(NEXT) is ProcessStatus.RUNNING


class TestEnd:
    def test_all_are_stopped_wherever_they_are(self) -> None:
        stage = Stage(ProcessManagerSettings(max_concurrent_starts=1))
        stage.launches["db"] = launch(RestartPolicy.ALWAYS)
        stage.running("web")
        stage.running("db").exit(0)
        stage.workers.eager = False
        prepared, waiting = stage.start("api"), stage.start("docs")

        future = stage.supervisor.stop_all()
        stage.play(5.0)

        assert future.result(0) is None
        assert all(s.is_finished for s in stage.registry.snapshot().values())
        assert refusal(prepared) == "api-1 was stopped before it ran"
        assert refusal(waiting) == "docs-1 was stopped before it ran"

    def test_stopping_all_shortens_no_grace_and_forbids_no_start(self) -> None:
        stage = Stage()
        child = stage.running()
        child.ignore_signals()

        stage.supervisor.stop(WEB)
        stage.supervisor.stop_all()
        stage.play(4.0)

        assert child.kills == 0
        assert stage.start("db").result(0).status is ProcessStatus.RUNNING

    def test_nothing_starts_after_the_shutdown_began(self) -> None:
        stage = Stage()
        stage.running()

        stage.supervisor.shutdown()
        started = stage.start("db")
        restarted = stage.supervisor.restart(WEB)
        stage.play()

        assert refusal(started) == "brummer is ending: db is not started"
        assert refusal(restarted) == "brummer is ending: web-1 is not restarted"

    def test_a_second_shutdown_is_the_same_one(self) -> None:
        stage = Stage()
        child = stage.running()
        child.ignore_signals()

        first = stage.supervisor.shutdown()
        stage.play(1.0)
        second = stage.supervisor.shutdown()
        stage.play(3.0)
        third = stage.supervisor.shutdown()
        grace_is_kept = child.kills == 0
        stage.play(1.5)

        assert grace_is_kept
        assert [f.result(0) for f in (first, second, third)] == [None] * 3

    def test_a_failure_during_the_shutdown_is_not_restarted(self) -> None:
        stage = Stage()
        stage.launches["web"] = launch(RestartPolicy.ALWAYS)
        stage.running()

        stage.supervisor.shutdown()
        stage.child(WEB).exit(1)
        stage.play(5.0)

        assert list(stage.registry.snapshot()) == [WEB]

    def test_an_empty_shutdown_is_done_at_once(self) -> None:
        stage = Stage()

        future = stage.supervisor.shutdown()
        stage.play()

        assert future.result(0) is None


class TestBounds:
    def test_who_is_over_is_forgotten_together_with_the_registry(self) -> None:
        settings = ProcessManagerSettings(history=3)
        stage = Stage(settings)

        for run in range(1, 40):
            stage.running().exit(0)
            stage.play()
            assert stage.status(f"web-{run}") is ProcessStatus.SUCCESS
        future = stage.supervisor.restart(WEB)
        stage.play()

        assert refusal(future) == "there is no process 'web-1'"


class TestTrees:
    def test_the_roots_of_what_runs_are_there_for_whoever_measures(self) -> None:
        stage = Stage()
        web, db = stage.running("web"), stage.running("db")
        before = stage.supervisor.trees()

        web.exit(0)
        stage.play()

        assert before == {"web-1": web.pid, "db-1": db.pid}
        assert stage.supervisor.trees() == {"db-1": db.pid}
