"""Tests of brumctl commands that do something."""

import io
import json

import pytest

from brummer.model.process import ProcessStatus
from tests.cli.conftest import Desk


def test_a_script_is_started_with_its_arguments(desk: Desk) -> None:
    desk.instance.add_script("dev")

    said = desk.ctl("start", "dev", "--", "--port", "4000")

    assert said.out == "started dev-1\n"
    assert desk.instance.calls[-1].arguments["arguments"] == ["--port", "4000"]


def test_a_command_in_quotes_is_run_by_the_shell(desk: Desk) -> None:
    desk.ctl("start", "echo a | cat")

    assert desk.instance.calls[-1].name == "command.start"
    assert desk.instance.calls[-1].arguments["command"] == "echo a | cat"


def test_a_command_takes_no_arguments_outside_its_quotes(desk: Desk) -> None:
    assert desk.ctl("start", "echo a", "b").code == 2


def test_an_unknown_script_is_an_error(desk: Desk) -> None:
    said = desk.ctl("start", "dve")

    assert said.code == 1
    assert "no script named 'dve'" in said.err


def test_processes_are_stopped_and_told_with_their_code(desk: Desk) -> None:
    desk.instance.add_process("web")

    said = desk.ctl("stop", "web")

    assert said.out == "web-1: stopped with 143\n"


def test_one_that_cannot_be_stopped_does_not_save_the_others(desk: Desk) -> None:
    desk.instance.add_process("web")

    said = desk.ctl("stop", "none", "web")

    assert said.code == 1
    assert said.out == "web-1: stopped with 143\n"
    assert said.err == "brumctl: no process named 'none'\n"


def test_one_that_is_named_twice_is_stopped_once(desk: Desk) -> None:
    desk.instance.add_process("web")

    desk.ctl("stop", "web", "web-1", "web")

    assert [call.arguments["process"] for call in desk.instance.calls] == ["web-1"]


@pytest.mark.parametrize("command", ["stop", "kill", "restart"])
def test_all_means_those_that_live(desk: Desk, command: str) -> None:
    desk.instance.add_process("web")
    desk.instance.add_process("old", status=ProcessStatus.SUCCESS, exit_code=0)

    desk.ctl(command, "--all")

    assert [call.arguments["process"] for call in desk.instance.calls] == ["web-1"]


@pytest.mark.parametrize("words", [["stop"], ["stop", "web", "--all"]])
def test_names_or_all_but_not_both(desk: Desk, words: list[str]) -> None:
    assert desk.ctl(*words).code == 2


def test_a_restart_names_the_new_process(desk: Desk) -> None:
    desk.instance.add_process("web")

    assert desk.ctl("restart", "web").out.startswith("web-2:")


def test_a_signal_goes_to_the_process(desk: Desk) -> None:
    desk.instance.add_process("web")

    assert desk.ctl("signal", "USR1", "web").code == 0
    assert desk.instance.calls[-1].arguments["signal"] == "USR1"


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["input", "web", "yes"], "yes\n"),
        (["input", "-n", "web", "yes"], "yes"),
        (["input", "web", "-"], "from\nstdin\n"),
    ],
)
def test_text_is_typed_with_an_enter_at_its_end(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, words: list[str], text: str
) -> None:
    desk.instance.add_process("web")
    monkeypatch.setattr("sys.stdin", io.StringIO("from\nstdin\n"))

    desk.ctl(*words)

    assert desk.instance.calls[-1].arguments["text"] == text


def test_quitting_waits_for_the_end(desk: Desk) -> None:
    assert desk.ctl("quit").out == "shop-1 ended\n"


def test_leftovers_are_listed_and_ended(desk: Desk) -> None:
    row = {"pid": 7, "process": "web-1", "command": "vite", "name": "node"}
    desk.instance.answers["leftovers.list"] = {"leftovers": [row]}
    desk.instance.answers["leftovers.end"] = {"leftovers": [row]}

    assert "vite" in desk.ctl("leftovers").out
    assert json.loads(desk.ctl("leftovers", "--json").out) == [row]
    assert "ended" in desk.ctl("leftovers", "--end").out


def test_leftovers_that_could_not_be_ended_are_named(desk: Desk) -> None:
    row = {"pid": 4711, "process": "web-1", "command": "vite"}
    desk.instance.answers["leftovers.end"] = {
        "leftovers": [row],
        "survivors": [[4712, "node"]],
    }

    told = desk.ctl("leftovers", "--end")

    assert told.code == 1
    assert "not all of it ended" in told.out
    assert "node (pid 4712) could not be ended" in told.err


def test_no_leftovers_are_good_news(desk: Desk) -> None:
    desk.instance.answers["leftovers.list"] = {"leftovers": []}

    assert desk.ctl("leftovers").out == "nothing was left running\n"


def test_bytes_of_standard_input_go_through_as_they_are(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.instance.add_process("web")
    typed = io.TextIOWrapper(io.BytesIO(b"\xff\n"), encoding="ascii")
    monkeypatch.setattr("sys.stdin", typed)

    assert desk.ctl("input", "web", "-").code == 0
    assert desk.instance.calls[-1].arguments["text"] == "\udcff\n"
