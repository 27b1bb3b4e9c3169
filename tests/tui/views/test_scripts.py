"""The list of scripts."""

import pytest

from brummer.errors import BrummerError
from brummer.model.process import ProcessStatus
from brummer.model.script import ScriptId
from tests.support.instance import EPOCH, FakeInstance
from tests.tui.stage import Stage


@pytest.fixture
def stage() -> Stage:
    fake = FakeInstance()
    fake.add_script("dev", "vite")
    fake.add_script("build", "vite build", description="for production")
    fake.add_script("shop:dev", "next dev", package="apps/shop")
    fake.add_script("shop:test", "vitest", package="apps/shop")
    return Stage(fake)


def listed(stage: Stage) -> list[str]:
    """Return the list, without what is above and below it."""
    lines = stage.lines()
    end = next(n for n, line in enumerate(lines) if line.startswith("--"))
    return [line for line in lines[3:end] if line]


def test_scripts_stand_under_their_packages(stage: Stage) -> None:
    names = [line[:18].rstrip() for line in listed(stage)]

    assert names == [
        " v shop",
        ">  dev",
        "   build",
        " v apps/shop",
        "     shop:dev",
        "     shop:test",
    ]


def test_without_packages_there_is_no_heading() -> None:
    fake = FakeInstance()
    fake.add_script("dev")

    assert [line[:6] for line in listed(Stage(fake))] == [">  dev"]


def test_the_selected_script_is_described(stage: Stage) -> None:
    stage.press("j")

    screen = stage.screen()

    assert " vite build" in screen
    assert " for production" in screen
    assert " in /srv/shop" in screen


def test_enter_starts_a_script_and_shows_it(stage: Stage) -> None:
    stage.press("enter")

    assert stage.commands() == [
        ("script.start", {"script": "node:dev", "arguments": []})
    ]
    assert "[2Processes]" in stage.lines()[0]


def test_enter_on_what_runs_shows_it_and_starts_nothing(stage: Stage) -> None:
    stage.press("enter", "1", "enter")

    assert len(stage.commands()) == 1
    assert "[2Processes]" in stage.lines()[0]


def test_a_failure_to_start_is_shown_and_nothing_moves(stage: Stage) -> None:
    stage.fake.answers["script.start"] = BrummerError("vite: command not found")

    stage.press("enter")

    assert "vite: command not found" in stage.lines()[-1]
    assert "[1Scripts]" in stage.lines()[0]


def test_arguments_are_split_as_a_shell_does(stage: Stage) -> None:
    stage.press("a", *"--port 3000 'a b'", "enter")

    assert stage.commands() == [
        ("script.start", {"script": "node:dev", "arguments": ["--port", "3000", "a b"]})
    ]


def test_arguments_that_cannot_be_split_are_refused(stage: Stage) -> None:
    stage.press("a", *"'open", "enter")

    assert stage.commands() == []
    assert "arguments: no closing quotation" in stage.lines()[-1]


def test_a_package_folds_and_unfolds(stage: Stage) -> None:
    stage.press("G", " ")
    folded = listed(stage)
    stage.press("enter")

    assert folded[-1].startswith(">> apps/shop (2)")
    assert len(listed(stage)) == 6


def test_a_filter_acts_at_every_key_and_escape_ends_it(stage: Stage) -> None:
    stage.press("/", *"shop test")
    found = listed(stage)
    stage.press("esc")

    assert [line.split()[1] for line in found] == ["apps/shop", "shop:test"]
    assert len(listed(stage)) == 6


def test_a_filter_stays_when_it_is_entered_and_selects_a_script(stage: Stage) -> None:
    stage.press("/", *"next", "enter")

    assert any(line.startswith(">    shop:dev") for line in listed(stage))
    assert "filter: next" in stage.screen()


def test_escape_shows_all_again(stage: Stage) -> None:
    stage.press("/", *"next", "enter", "esc")

    assert len(listed(stage)) == 6
    assert "filter: next" not in stage.screen()


def test_a_filter_looks_into_folded_packages(stage: Stage) -> None:
    stage.press("G", " ", "/", *"vitest", "enter")

    assert any("shop:test" in line for line in listed(stage))


def test_a_filter_without_matches_says_so(stage: Stage) -> None:
    stage.press("/", *"nothing", "enter")

    assert "no script matches 'nothing'" in stage.screen()


def test_the_last_run_is_shown(stage: Stage) -> None:
    stage.press("1")
    stage.fake.add_process(
        "dev",
        script=ScriptId("node:dev"),
        status=ProcessStatus.FAILED,
        exit_code=2,
        ended=EPOCH + 14,
    )
    stage.clock.passed = 14 + 180

    line = next(line for line in listed(stage) if " dev" in line)

    assert line.startswith(">x dev")
    assert "failed 2" in line
    assert "3 min ago" in line
    assert "14s" in line


def test_scripts_that_are_read_again_keep_the_selection(stage: Stage) -> None:
    stage.press("j", "R")
    stage.fake.add_script("late")

    assert any(line.startswith(">  build") for line in listed(stage))
    assert ("script.detect", {}) in stage.commands()


def test_an_empty_project_says_what_can_be_done() -> None:
    assert "no script was found here" in Stage(FakeInstance()).screen()


def test_a_click_selects(stage: Stage) -> None:
    row = next(n for n, line in enumerate(stage.lines()) if "build" in line)

    stage.frame.mouse_event(stage.size, "mouse press", 1, 4, row, focus=True)

    assert stage.lines()[row].startswith(">  build")


def test_the_wheel_moves_the_selection(stage: Stage) -> None:
    stage.frame.mouse_event(stage.size, "mouse press", 5, 4, 9, focus=True)

    assert listed(stage)[2].startswith(">  build")
