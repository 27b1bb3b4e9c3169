"""The life of one process, as histories.

Played through the supervisor's public face, without threads.
"""

from collections.abc import Callable

import pytest

from brummer.errors import BrummerError
from brummer.model.process import ProcessId, ProcessStatus
from tests.process.fakes import Stage, launch, refusal

WEB = ProcessId("web-1")

LATE = "within 5 s ([process_manager] worker_timeout)"

Step = Callable[[Stage], object]


def start(stage: Stage) -> None:
    stage.start()


def stop(stage: Stage) -> None:
    stage.supervisor.stop(WEB)


def kill(stage: Stage) -> None:
    stage.supervisor.kill(WEB)


def restart(stage: Stage) -> None:
    stage.supervisor.restart(WEB)


def stubborn(stage: Stage) -> None:
    stage.child(WEB).ignore_signals()


def late_output(stage: Stage) -> None:
    stage.system.drains = False


def drained(stage: Stage) -> None:
    stage.supervisor.drained(WEB)


def slow_plugin(stage: Stage) -> None:
    stage.workers.eager = False


def plugin_answers(stage: Stage) -> None:
    stage.workers.finish()


def bad_plugin(stage: Stage) -> None:
    stage.launches["web"] = ZeroDivisionError("a bug")


def no_command(stage: Stage) -> None:
    stage.system.troubles["start"] = BrummerError("no command 'serve' on PATH")


def end(code: int) -> Step:
    return lambda stage: stage.child(WEB).exit(code)


def after(seconds: float) -> Step:
    return lambda stage: stage.play(seconds)


#: What happens, and what is published of it: every new status, and the reason
#: and exit code at the end.
HISTORIES: dict[str, tuple[list[Step], list[str], str, int | None]] = {
    "a process that ends by itself": (
        [start, after(2.3), end(0)],
        ["web-1 pending", "web-1 running", "web-1 success"],
        "",
        0,
    ),
    "a process that fails": (
        [start, after(2.3), end(3)],
        ["web-1 pending", "web-1 running", "web-1 failed"],
        "exited with 3 after 2.3 s",
        3,
    ),
    "a process that crashes": (
        [start, after(2.3), end(139)],
        ["web-1 pending", "web-1 running", "web-1 failed"],
        "was killed by SIGSEGV after 2.3 s",
        139,
    ),
    "output after the exit": (
        [late_output, start, end(0), after(3.0)],
        ["web-1 pending", "web-1 running"],
        "",
        None,
    ),
    "output that ends after the exit": (
        [late_output, start, end(0), after(3.0), drained],
        ["web-1 pending", "web-1 running", "web-1 success"],
        "",
        0,
    ),
    "output that ends before the exit": (
        [late_output, start, drained, after(60.0), end(0)],
        ["web-1 pending", "web-1 running", "web-1 success"],
        "",
        0,
    ),
    "output that never ends": (
        [late_output, start, end(0), after(5.1)],
        ["web-1 pending", "web-1 running", "web-1 success"],
        "",
        0,
    ),
    "a stop that is obeyed": (
        [start, stop, after(0.1)],
        ["web-1 pending", "web-1 running", "web-1 stopping", "web-1 stopped"],
        "",
        143,
    ),
    "a stop that is ignored": (
        [start, stubborn, stop, after(4.9)],
        ["web-1 pending", "web-1 running", "web-1 stopping"],
        "ignores SIGTERM: node (pid 100)",
        None,
    ),
    "a stop that is ignored until the deadline": (
        [start, stubborn, stop, after(5.2)],
        ["web-1 pending", "web-1 running", "web-1 stopping", "web-1 stopped"],
        "killed",
        137,
    ),
    "a stop of someone who ends well meanwhile": (
        [start, stubborn, stop, after(1.0), end(0)],
        ["web-1 pending", "web-1 running", "web-1 stopping", "web-1 stopped"],
        "",
        0,
    ),
    "a second stop ends the grace": (
        [start, stubborn, stop, after(1.0), stop, after(0.1)],
        ["web-1 pending", "web-1 running", "web-1 stopping", "web-1 stopped"],
        "killed",
        137,
    ),
    "a kill has no grace": (
        [start, stubborn, kill, after(0.1)],
        ["web-1 pending", "web-1 running", "web-1 stopping", "web-1 stopped"],
        "killed",
        137,
    ),
    "a stop while it is prepared": (
        [slow_plugin, start, stop, after(0.1), plugin_answers],
        ["web-1 pending", "web-1 stopped"],
        "stopped before it ran",
        None,
    ),
    "a plugin that fails": (
        [bad_plugin, start],
        ["web-1 pending", "web-1 failed"],
        "preparing it failed: ZeroDivisionError: a bug",
        None,
    ),
    "a plugin that never answers": (
        [slow_plugin, start, after(5.1), plugin_answers],
        ["web-1 pending", "web-1 failed"],
        f"found no free worker to prepare it {LATE}",
        None,
    ),
    "a command that does not exist": (
        [no_command, start],
        ["web-1 pending", "web-1 failed"],
        "no command 'serve' on PATH",
        None,
    ),
    "a restart leaves the old one stopped": (
        [start, restart],
        [
            *["web-1 pending", "web-1 running", "web-1 stopping", "web-1 stopped"],
            *["web-2 pending", "web-2 running"],
        ],
        "",
        143,
    ),
}


@pytest.mark.parametrize(
    ("steps", "published", "reason", "code"), HISTORIES.values(), ids=HISTORIES.keys()
)
def test_history(
    steps: list[Step], published: list[str], reason: str, code: int | None
) -> None:
    stage = Stage()

    for step in steps:
        step(stage)
        stage.play()

    last = stage.state(WEB)
    assert stage.history() == published
    assert (last.reason, last.exit_code) == (reason, code)


class TestStart:
    def test_runs_of_a_script_are_numbered_and_others_are_not_in_their_way(
        self,
    ) -> None:
        stage = Stage()

        for name in ("web", "db", "web"):
            stage.start(name)
        stage.child("web-2").exit(0)
        stage.start("web")

        states = stage.registry.snapshot()
        assert list(states) == ["web-1", "db-1", "web-2", "web-3"]
        assert [state.run for state in states.values()] == [1, 1, 2, 3]

    def test_a_running_process_says_how_it_was_launched(self) -> None:
        stage = Stage()

        state = stage.start().result(0)

        assert state.status is ProcessStatus.RUNNING
        assert state.command == "serve --port '80 80'"
        assert state.pid == stage.child(WEB).pid
        assert state.started == stage.clock.now()

    def test_a_child_is_told_who_it_is(self) -> None:
        stage = Stage()

        stage.running()

        assert stage.system.extras[WEB] == {
            "BRUMMER_PROCESS": "web-1",
            "BRUMMER_SCRIPT": "web",
            "BRUMMER_RUN": "1",
        }

    def test_notes_of_the_launch_come_before_anything_else(self) -> None:
        stage = Stage()
        stage.launches["web"] = launch(notes=(".env: PORT changed",))

        stage.running()
        stage.child(WEB).exit(1)
        stage.play()

        assert stage.notes == [
            (WEB, ".env: PORT changed"),
            (WEB, "exited with 1 after 0.0 s"),
        ]

    def test_who_cannot_be_started_says_so_in_the_answer_and_in_its_log(self) -> None:
        stage = Stage()
        stage.launches["web"] = BrummerError("no folder /project/web")

        future = stage.start()

        assert refusal(future) == "web-1: no folder /project/web"
        assert stage.notes == [(WEB, "no folder /project/web")]
        assert stage.state(WEB).ended == stage.clock.now()

    def test_a_stop_signal_that_does_not_exist_starts_nothing(self) -> None:
        stage = Stage()
        stage.launches["web"] = launch(stop_signal="SIGFOO")

        future = stage.start()

        assert "SIGFOO" in refusal(future)
        assert not stage.system.children


class TestStop:
    def test_the_answer_comes_when_the_whole_tree_is_gone(self) -> None:
        stage = Stage()
        child = stage.running()
        slow = child.fork("esbuild", obedient=False)

        future = stage.supervisor.stop(WEB)
        stage.play(1.0)
        blocked = (future.done(), stage.state(WEB).reason)
        child.die(slow)
        stage.play(1.0)

        assert blocked == (False, f"ignores SIGTERM: esbuild (pid {slow})")
        assert future.result(0) == stage.state(WEB)
        assert child.is_closed

    def test_the_deadline_is_published_with_the_stop(self) -> None:
        stage = Stage()
        stage.running().ignore_signals()

        stage.supervisor.stop(WEB)
        stage.play()

        assert stage.state(WEB).deadline == stage.clock.now() + 5.0

    def test_a_script_may_have_a_grace_and_a_signal_of_its_own(self) -> None:
        stage = Stage()
        stage.launches["web"] = launch(grace=0.5, stop_signal="INT")
        child = stage.running()
        child.ignore_signals()

        stage.supervisor.stop(WEB)
        stage.play(0.4)
        polite = (child.signals, child.kills)
        stage.play(0.2)

        assert polite == ([2], 0)
        assert child.kills == 1

    @pytest.mark.parametrize("grace", [float("nan"), -1.0, 0.0])
    def test_a_grace_that_makes_no_sense_is_none(self, grace: float) -> None:
        stage = Stage()
        stage.launches["web"] = launch(grace=grace)
        stage.running().ignore_signals()

        future = stage.supervisor.stop(WEB)
        stage.play(0.1)

        assert future.result(0).reason == "killed"

    def test_a_finished_process_is_stopped_already(self) -> None:
        stage = Stage()
        stage.running().exit(0)

        future = stage.supervisor.stop(WEB)
        stage.play()

        assert future.result(0).status is ProcessStatus.SUCCESS

    def test_a_stop_leaves_a_note_with_the_real_exit_code(self) -> None:
        stage = Stage()
        stage.running()

        stage.play(1.0)
        stage.supervisor.stop(WEB)
        stage.play()

        assert stage.notes == [(WEB, "stopped: was killed by SIGTERM after 1.0 s")]

    def test_nobody_is_stopped_by_an_unknown_name(self) -> None:
        stage = Stage()

        future = stage.supervisor.stop(WEB)
        stage.play()

        assert refusal(future) == "there is no process 'web-1'"

    def test_hurry_ends_every_grace_that_has_begun_and_nothing_else(self) -> None:
        stage = Stage()
        stage.system.stubborn = True
        for name in ("web", "db", "api"):
            stage.running(name)
        stage.supervisor.stop(WEB)
        stage.supervisor.stop(ProcessId("db-1"))
        stage.play(1.0)

        stage.supervisor.hurry()
        stage.play(0.1)

        assert stage.status("web-1") is ProcessStatus.STOPPED
        assert stage.status("db-1") is ProcessStatus.STOPPED
        assert stage.status("api-1") is ProcessStatus.RUNNING

    def test_who_survives_even_sigkill_is_named_and_let_go(self) -> None:
        stage = Stage()
        child = stage.running()
        child.ignore_signals()
        child.immortal = True

        future = stage.supervisor.stop(WEB)
        stage.play(10.1)

        assert future.result(0).reason == "could not be ended: node (pid 100)"
        assert future.result(0).exit_code is None
        assert child.is_left

    def test_who_forks_as_fast_as_it_is_killed_is_counted(self) -> None:
        stage = Stage()
        child = stage.running()
        child.ignore_signals()
        child.forks = True

        future = stage.supervisor.stop(WEB)
        stage.play(10.1)

        reason = future.result(0).reason
        assert reason.startswith("could not be ended: 1 process keeps forking: chain")


class TestInput:
    def test_signals_keys_and_sizes_reach_the_child(self) -> None:
        stage = Stage()
        child = stage.running()

        stage.supervisor.write(WEB, b"rs\n")
        stage.supervisor.resize(WEB, 0, 10**9)
        stage.supervisor.signal(WEB, 10)
        stage.play()

        assert child.typed == [b"rs\n"]
        assert child.size == (1, 65535)
        assert child.signals == [10]

    def test_a_process_that_does_not_run_takes_none(self) -> None:
        stage = Stage()
        stage.running().exit(0)

        answers = [
            stage.supervisor.write(WEB, b"x"),
            stage.supervisor.resize(WEB, 80, 24),
            stage.supervisor.signal(WEB, 10),
        ]
        stage.play()

        for answer in answers:
            assert str(answer.exception(0)) == "web-1 is not running, it is success"

    def test_a_signal_that_does_not_exist_is_refused(self) -> None:
        stage = Stage()
        stage.running()

        future = stage.supervisor.signal(WEB, 999)
        stage.play()

        assert str(future.exception(0)) == "there is no signal 999 on this system"
