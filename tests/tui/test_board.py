"""Keys, commands, layers, and the end."""

from concurrent.futures import Future
from dataclasses import replace

import pytest

from brummer.errors import BrummerError
from brummer.model.command import Command
from brummer.model.health import ComponentHealth, HealthLevel
from brummer.model.process import ProcessId, ProcessStatus
from brummer.tui.keymap import Place
from tests.support.instance import FakeInstance
from tests.tui.stage import Stage


@pytest.fixture
def stage() -> Stage:
    fake = FakeInstance()
    fake.add_script("web")
    fake.add_script("lint")
    fake.add_process("web")
    fake.add_process("api")
    stage = Stage(fake)
    stage.lines()
    return stage


def test_scripts_are_shown_first_where_nothing_runs() -> None:
    assert "[1Scripts]" in Stage(FakeInstance()).lines()[0]


def test_processes_come_up_by_themselves_when_the_first_one_starts() -> None:
    fake = FakeInstance()
    stage = Stage(fake)

    fake.add_process("web")

    assert "[2Processes]" in stage.lines()[0]


def test_a_view_that_was_chosen_stays_when_something_starts() -> None:
    fake = FakeInstance()
    stage = Stage(fake)
    stage.press("j")

    fake.add_process("web")

    assert "[1Scripts]" in stage.lines()[0]


def test_escape_goes_back_to_where_one_came_from(stage: Stage) -> None:
    stage.press("1", "3", "esc")
    assert "[1Scripts]" in stage.lines()[0]

    stage.press("esc", "esc", "esc")
    assert "[2Processes]" in stage.lines()[0]


@pytest.mark.parametrize(
    ("key", "command"),
    [("s", "process.stop"), ("r", "process.restart"), ("K", "process.kill")],
)
def test_keys_act_on_the_selected_process(stage: Stage, key: str, command: str) -> None:
    stage.press("j", key)

    assert stage.commands() == [(command, {"process": "api-2"})]


def test_the_same_keys_act_on_the_script_s_process_and_on_the_log(
    stage: Stage,
) -> None:
    stage.press("1", "s")
    stage.press("3", "]", "]", "s")

    assert [arguments for _, arguments in stage.commands()] == [
        {"process": "web-1"},
        {"process": "api-2"},
    ]


def test_of_what_has_ended_only_what_it_left_is_stopped(stage: Stage) -> None:
    stage.fake.change(ProcessId("web-1"), status=ProcessStatus.SUCCESS, exit_code=0)
    stage.lines()

    stage.press("s")

    assert stage.commands() == [("process.stop", {"process": "web-1"})]
    assert "web has ended already; what it left running ends too" in stage.lines()[-1]


def test_a_second_stop_is_announced_to_kill(stage: Stage) -> None:
    stage.fake.answers["process.stop"] = Future()

    stage.press("s")
    first = stage.lines()[-1]
    stage.fake.change(ProcessId("web-1"), status=ProcessStatus.STOPPING)
    stage.clock.passed += 60
    hint = stage.lines()[-1]
    stage.press("s")

    assert "stopping web; s again: kill now" in first
    assert " s kill now " in hint
    assert "killing web" in stage.lines()[-1]


def test_a_stop_during_a_restart_calls_it_off_and_kills_nothing(stage: Stage) -> None:
    stage.fake.answers["process.restart"] = Future()
    stage.fake.answers["process.stop"] = Future()

    stage.press("r")
    stage.fake.change(ProcessId("web-1"), status=ProcessStatus.STOPPING)
    stage.clock.passed += 60
    hint = stage.lines()[-1]
    stage.press("s")
    first = stage.lines()[-1]
    stage.press("s")

    assert " s stop " in hint
    assert "stopping web; s again: kill now" in first
    assert "killing web" in stage.lines()[-1]


def test_a_restart_that_fails_says_why(stage: Stage) -> None:
    stage.fake.answers["process.restart"] = BrummerError("brummer is ending")

    stage.press("r")

    assert "brummer is ending" in stage.lines()[-1]


def test_restarting_all_is_done_when_all_run_again(stage: Stage) -> None:
    restarted: Future[object] = Future()
    stage.fake.answers["process.restart_all"] = restarted

    stage.press("ctrl r")
    before = stage.lines()[-1]
    restarted.set_result({"processes": ["web-1"]})

    assert before.strip() == "restart all processes"
    assert "done: restart all processes" in stage.lines()[-1]


def test_what_goes_wrong_is_shown_until_a_key_is_pressed(stage: Stage) -> None:
    stage.fake.answers["process.restart"] = BrummerError("port 3000 is taken")

    stage.press("r")
    stage.clock.passed += 60
    shown = stage.lines()[-1]
    stage.press("j")

    assert "port 3000 is taken" in shown
    assert "port 3000" not in stage.lines()[-1]


def test_a_command_that_crashes_leaves_the_screen_alive(stage: Stage) -> None:
    def crash(**_: object) -> object:
        raise ZeroDivisionError("oh")

    stage.fake.answers["process.stop"] = crash

    stage.press("s")

    assert "ZeroDivisionError: oh" in stage.lines()[-1]


def test_a_shell_line_is_started_and_shown(stage: Stage) -> None:
    stage.press("$", *"ls -l", "enter")

    assert stage.commands() == [("command.start", {"command": "ls -l", "name": ""})]
    assert any(line.startswith(">* ls") for line in stage.lines())


def test_a_signal_is_asked_for(stage: Stage) -> None:
    stage.press("x", "ctrl u", *"HUP", "enter")

    assert stage.commands() == [
        ("process.signal", {"process": "web-1", "signal": "HUP"})
    ]


def test_typing_into_a_process_goes_on_line_after_line(stage: Stage) -> None:
    stage.press("i", *"y", "enter", *"no", "enter", "esc", "j")

    assert stage.commands() == [
        ("process.input", {"process": "web-1", "text": text, "hidden": False})
        for text in ("y\n", "no\n")
    ]
    assert stage.board.place is Place.PROCESSES


def test_what_is_typed_stands_in_the_log(stage: Stage) -> None:
    stage.press("i", *"hello", "enter", "esc")

    assert "-> hello" in stage.screen()


@pytest.mark.parametrize(
    ("question", "partial", "hidden"),
    [("Password: ", True, True), ("Name: ", True, False), ("Password: ", False, False)],
)
def test_passwords_are_hidden_by_themselves(
    stage: Stage, question: str, *, partial: bool, hidden: bool
) -> None:
    stage.press("i")
    stage.fake.print(ProcessId("web-1"), question, partial=partial)

    stage.press(*"horse")
    screen = stage.screen()
    stage.press("enter")

    assert ("horse" in screen) is not hidden
    assert stage.commands()[-1][1]["hidden"] is hidden


def test_what_is_typed_can_be_hidden_by_a_key(stage: Stage) -> None:
    stage.press("i", "ctrl t", *"horse")
    row = stage.lines()[-1]
    stage.press("enter")

    assert row.startswith("to web (hidden)> ***** ")
    assert stage.commands()[-1][1]["hidden"] is True
    assert stage.lines()[-1].startswith("to web> ")


def test_who_types_into_what_has_ended_meanwhile_is_told(stage: Stage) -> None:
    stage.press("i")
    stage.board.desk.fail("web-1 reads no more input")
    told = stage.lines()[-1]
    stage.clock.passed += 1

    stage.press("x")

    assert told.startswith("to web>  ")
    assert told.endswith("  web-1 reads no more input")
    assert stage.lines()[-1].startswith("to web> x ")
    assert "reads no more" not in stage.lines()[-1]


def test_nobody_types_into_what_does_not_run(stage: Stage) -> None:
    stage.press("s", "i")

    assert stage.board.place is Place.PROCESSES
    assert "web does not run" in stage.lines()[-1]


def test_starting_once_more_runs_the_script_beside_itself(stage: Stage) -> None:
    stage.press("S")

    assert stage.commands() == [("script.start", {"script": "node:web"})]
    assert sum("web" in line for line in stage.lines()[2:5]) == 2


def test_a_shell_line_can_be_started_once_more(stage: Stage) -> None:
    stage.press("j", "S")

    assert stage.commands() == [
        ("command.start", {"command": "run api", "name": "api"})
    ]


def test_the_palette_runs_what_is_found(stage: Stage) -> None:
    stage.press(":", *"stop api", "enter")

    assert stage.commands() == [("process.stop", {"process": "api-2"})]


def test_the_palette_starts_scripts_and_shell_lines(stage: Stage) -> None:
    stage.press(":", *"start lint", "enter")
    stage.press(":", *"!make all", "enter")

    assert stage.commands() == [
        ("script.start", {"script": "node:lint"}),
        ("command.start", {"command": "make all", "name": ""}),
    ]


def test_the_palette_offers_what_plugins_add(stage: Stage) -> None:
    stage.fake.add_command(
        Command(name="db.reset", title="empty the data base", run=dict)
    )

    stage.press(":", *"data base", "enter")

    assert stage.commands() == [("db.reset", {})]
    assert "done: empty the data base" in stage.lines()[-1]


def test_what_broke_is_named_once_and_listed(stage: Stage) -> None:
    bomb = ComponentHealth(
        component="plugin bomb", level=HealthLevel.FAILED, error="no hcl2", count=2
    )
    stage.fake.set_health(bomb)
    named = stage.lines()[-1]
    stage.clock.passed += 1
    stage.press("!")
    stage.fake.set_health(replace(bomb, error="something else"))

    listed = stage.screen()

    assert "plugin bomb is failed (! tells more): no hcl2" in named
    assert "failed, 2 times" in listed
    assert "plugin bomb is failed" not in stage.lines()[-1]


def test_what_breaks_again_is_named_again(stage: Stage) -> None:
    bomb = ComponentHealth(component="bus", level=HealthLevel.DEGRADED, error="slow")
    stage.fake.set_health(bomb)
    stage.lines()
    stage.clock.passed += 1
    stage.press("j")
    stage.fake.set_health(replace(bomb, level=HealthLevel.HEALTHY))
    well = stage.lines()[-1]

    stage.fake.set_health(bomb)

    assert "bus" not in well
    assert "bus is degraded (! tells more): slow" in stage.lines()[-1]


def test_the_mouse_can_be_given_back_to_the_terminal(stage: Stage) -> None:
    stage.press("M", "M")

    assert stage.asked == ["mouse False", "mouse True"]


def test_redrawing_and_suspending_are_asked_of_the_terminal(stage: Stage) -> None:
    stage.press("ctrl l", "ctrl z")

    assert stage.asked == ["redraw", "suspend"]


# Time and size.


def test_nothing_ticks_where_no_clock_is_shown(stage: Stage) -> None:
    in_the_table = stage.board.is_ticking
    stage.press("3")

    assert in_the_table
    assert not stage.board.is_ticking


def test_processes_are_told_once_how_much_room_they_have(stage: Stage) -> None:
    stage.lines()
    stage.fake.add_process("late")
    stage.lines()
    stage.lines()

    told = [
        (c.arguments["process"], c.arguments["columns"], c.arguments["rows"])
        for c in stage.fake.calls
        if c.name == "process.resize"
    ]
    assert sorted(told) == [("api-2", 71, 24), ("late-3", 71, 24), ("web-1", 71, 24)]


def test_a_process_that_fails_is_announced_once(stage: Stage) -> None:
    stage.fake.change(
        ProcessId("api-2"),
        status=ProcessStatus.FAILED,
        exit_code=3,
        reason="command not found",
    )
    announced = stage.lines()[-1]
    stage.clock.passed += 10
    stage.fake.add_process("other")

    assert "api failed with 3  command not found" in announced
    assert "api failed" not in stage.lines()[-1]
