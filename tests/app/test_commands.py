"""Tests of the named commands, on a running application."""

import json
from typing import Any

import pytest

from brummer.app.application import Application
from brummer.app.commands import find_process
from brummer.errors import BrummerError, ScriptNotFound
from tests.app.conftest import Bench
from tests.support.wait import wait_until


@pytest.fixture
def application(bench: Bench) -> Application:
    scripts = {"serve": "sleep 3630", "echo": "read line; echo got $line; sleep 3630"}
    (bench.folder / "package.json").write_text(json.dumps({"scripts": scripts}))
    return bench.application("process_manager.grace=1")


def run(application: Application, command: str, /, **arguments: object) -> Any:
    return application.instance.run(command, **arguments).result(20)


def texts(application: Application) -> list[str]:
    return [e.text for e in application.instance.log_window(0, 100).entries]


def test_a_script_is_started_stopped_and_restarted(application: Application) -> None:
    first = run(application, "script.start", script="serve")
    second = run(application, "process.restart", process="serve")
    ended = run(application, "process.stop", process="serve")

    assert [first["process"], second["process"]] == ["serve-1", "serve-2"]
    assert ended == {"process": "serve-2", "status": "stopped", "exit_code": 143}


def test_what_runs_is_not_started_twice(application: Application) -> None:
    first = run(application, "script.ensure", script="serve")
    second = run(application, "script.ensure", script="node:serve")
    other = run(application, "script.ensure", script="serve", arguments=["-x"])
    again = run(application, "script.ensure", script="serve", again=True)

    assert first == {"process": "serve-1", "started": True}
    assert second == {"process": "serve-1", "started": False}
    assert other == {"process": "serve-2", "started": True}
    assert again == {"process": "serve-3", "started": True}


def test_shell_commands_are_told_apart_although_their_programs_are_not(
    application: Application,
) -> None:
    lines = ("sleep 3631", "sleep 3632", "sleep 3631")

    found = [run(application, "script.ensure", script=line) for line in lines]

    assert [one["process"] for one in found] == ["sleep-1", "sleep-2", "sleep-1"]


def test_a_shell_command_is_run_as_it_was_typed(application: Application) -> None:
    run(application, "command.start", command="printf '%s|' 'a  b' \"$HOME\"")

    wait_until(lambda: any("a  b|/nowhere|" in text for text in texts(application)))


def test_what_is_typed_reaches_the_process(application: Application) -> None:
    run(application, "script.start", script="echo")

    run(application, "process.input", process="echo", text="hello\n")

    wait_until(lambda: "got hello" in texts(application))
    assert "> hello" in texts(application)


def test_what_is_typed_hidden_is_not_in_the_log(application: Application) -> None:
    run(application, "script.start", script="echo")

    run(application, "process.input", process="echo", text="\n", hidden=True)

    wait_until(lambda: "> (hidden)" in texts(application))


def test_everything_is_restarted_at_once_and_runs_when_that_is_answered(
    application: Application,
) -> None:
    run(application, "script.start", script="serve")
    run(application, "script.start", script="echo")

    answer = run(application, "process.restart_all")

    processes = application.instance.processes()
    assert answer == {"processes": ["serve-1", "echo-1"]}
    assert find_process(processes, "serve-2").is_running
    assert find_process(processes, "echo-2").is_running


def test_a_signal_ends_a_process_by_its_name(application: Application) -> None:
    run(application, "script.start", script="serve")

    run(application, "process.signal", process="serve", signal="KILL")

    processes = application.instance.processes
    wait_until(lambda: find_process(processes(), "serve").exit_code == 137)


def test_everything_is_stopped_at_once(application: Application) -> None:
    run(application, "script.start", script="serve")
    run(application, "script.start", script="echo")

    run(application, "process.stop_all")

    assert all(s.is_finished for s in application.instance.processes().values())


def test_an_unknown_process_is_told_with_the_known(application: Application) -> None:
    run(application, "script.start", script="serve")

    with pytest.raises(BrummerError, match="no process 'srve'; did you mean serve"):
        run(application, "process.stop", process="srve")


def test_an_unknown_script_is_told_with_the_nearest(application: Application) -> None:
    with pytest.raises(ScriptNotFound, match="serve"):
        run(application, "script.start", script="srve")


def test_scripts_are_read_again_on_request(
    application: Application, bench: Bench
) -> None:
    (bench.folder / "Procfile").write_text("worker: sleep 1\n")

    assert run(application, "script.detect") == {"scripts": 3}
    assert run(application, "script.start", script="worker")["process"] == "worker-1"
