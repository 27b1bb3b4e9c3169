"""The table of processes, and the log below it."""

import pytest

from brummer.model.finding import Finding, FindingKind
from brummer.model.process import ProcessId, ProcessStatus, Usage
from tests.support.instance import EPOCH, FakeInstance
from tests.tui.stage import WIDE, Stage


@pytest.fixture
def stage() -> Stage:
    fake = FakeInstance()
    web = fake.add_process("web")
    fake.add_process("db", status=ProcessStatus.SUCCESS, exit_code=0, ended=EPOCH + 4)
    fake.add_process("api", status=ProcessStatus.FAILED, exit_code=1, ended=EPOCH + 9)
    fake.measure(web.id, Usage(cpu=12.4, memory=210 << 20, ports=(5173, 24678)))
    for process in fake.processes():
        fake.print(process, *(f"{process} says {n}" for n in range(40)))
    stage = Stage(fake)
    stage.clock.passed = 761
    return stage


def row_of(stage: Stage, name: str) -> str:
    """Return the line of the table that is about *name*."""
    return next(line for line in stage.lines()[2:] if line[3:].startswith(name))


def test_a_running_process_shows_what_it_uses(stage: Stage) -> None:
    row = row_of(stage, "web")

    assert row.split() == [
        ">*",
        "web",
        "running",
        "12%",
        "210M",
        "12m41",
        "5173",
        "24678",
        "1",
    ]


def test_an_ended_process_shows_how_and_for_how_long(stage: Stage) -> None:
    assert row_of(stage, "db").split() == ["+", "db", "success", "4s", "1"]
    assert row_of(stage, "api").split() == ["x", "api", "failed", "1", "9s", "1"]


def test_wide_terminals_show_the_pid_and_the_reason(stage: Stage) -> None:
    stage.size = WIDE
    stage.fake.change(ProcessId("web-1"), reason="waiting for db")

    row = row_of(stage, "web")

    assert " 4001 " in row
    assert row.endswith("waiting for db")


def test_the_log_below_is_the_selected_process_s(stage: Stage) -> None:
    first = stage.screen()
    stage.press("j")

    assert "web-1 says 39" in first
    assert "db-2 says 39" in stage.screen()
    assert "-- db |" in stage.screen()


def test_the_reason_stands_over_the_log(stage: Stage) -> None:
    stage.fake.change(
        ProcessId("web-1"),
        status=ProcessStatus.STOPPING,
        reason="ignores SIGTERM: node (pid 41)",
        deadline=stage.clock.now() + 3,
    )

    screen = stage.screen()

    assert "stopping 3s" in screen
    assert "-- web | ignores SIGTERM: node (pid 41) |" in screen


def test_the_url_of_a_server_stands_over_its_log(stage: Stage) -> None:
    for url in ("http://localhost:5173/", "http://localhost:5173/docs"):
        stage.fake.report(
            Finding(
                kind=FindingKind.URL,
                title=url,
                process=ProcessId("web-1"),
                time=EPOCH,
                details={"url": url},
            )
        )

    assert "-- web | http://localhost:5173/ | following | 40 lines" in stage.screen()


def asks(question: str, *, resolved: float = 0.0) -> Finding:
    return Finding(
        kind=FindingKind.PROMPT,
        title=f"asks: {question}",
        process=ProcessId("web-1"),
        time=EPOCH,
        resolved=resolved,
    )


def test_a_process_that_asks_says_so_until_it_goes_on(stage: Stage) -> None:
    stage.fake.report(asks("Overwrite? (y/N)"))
    asking, row = stage.screen(), stage.lines()[2]
    stage.fake.report(asks("Overwrite? (y/N)", resolved=EPOCH))

    assert "-- web | asks: Overwrite? (y/N)" in asking
    assert row.split()[2] == "asks"
    assert "asks" not in stage.screen()


def test_a_question_stands_while_another_one_is_over(stage: Stage) -> None:
    stage.fake.report(asks("Password:"))
    stage.fake.report(asks("Overwrite? (y/N)", resolved=EPOCH))

    assert "-- web | asks: Password:" in stage.screen()


def test_builds_and_tests_stand_over_the_log(stage: Stage) -> None:
    for kind, title in (
        (FindingKind.BUILD, "tsc: failed with 1 error"),
        (FindingKind.TEST, "jest: 2 passed"),
    ):
        stage.fake.report(
            Finding(kind=kind, title=title, process=ProcessId("web-1"), time=EPOCH)
        )

    screen = stage.screen()

    assert "| tsc: failed with 1 error | jest" in screen


def test_the_selection_follows_a_process_through_a_restart(stage: Stage) -> None:
    stage.press("r")

    lines = stage.lines()

    assert lines[2].startswith(">* web")
    assert sum("web" in line[:10] for line in lines[2:5]) == 1
    assert lines[2].split()[-1] == "2"


def test_a_restart_moves_no_row(stage: Stage) -> None:
    stage.press("G", "r", "g", "r")

    names = [line[3:6].strip() for line in stage.lines()[2:5]]

    assert names == ["web", "db", "api"]


def test_earlier_runs_can_be_shown(stage: Stage) -> None:
    stage.press("r", "H")
    shown = [line[3:6] for line in stage.lines()[2:6]]
    stage.press("H")

    assert shown[:2] == ["web", "web"]
    assert stage.lines()[3][3:5] == "db"


def test_tab_gives_the_keys_to_the_log(stage: Stage) -> None:
    stage.press("tab", "k")

    screen = stage.screen()

    assert "PAUSED" in screen
    assert stage.lines()[2].startswith(">* web")


def test_page_keys_scroll_the_log_whatever_has_the_focus(stage: Stage) -> None:
    stage.press("page up")

    assert "PAUSED" in stage.screen()


def test_zooming_gives_the_screen_to_one_pane(stage: Stage) -> None:
    stage.press("z")
    table = stage.screen()
    stage.press("tab")
    log = stage.screen()
    stage.press("z")

    assert "says" not in table
    assert "STATUS" not in log
    assert "says" in stage.screen()
    assert "STATUS" in stage.screen()


def test_enter_shows_the_whole_log(stage: Stage) -> None:
    stage.press("j", "enter")

    assert "[3Logs]" in stage.lines()[0]
    assert stage.lines()[1].startswith("-- db | success |")


def test_brackets_go_from_process_to_process(stage: Stage) -> None:
    stage.press("]", "]", "[")

    assert stage.lines()[3].startswith(">+ db")


def test_a_filter_narrows_the_table(stage: Stage) -> None:
    stage.press("/", *"failed", "enter")

    assert stage.lines()[2].startswith(">x api")
    assert stage.lines()[3].startswith("--")


def test_a_filter_stands_over_the_table_it_narrows(stage: Stage) -> None:
    stage.press("/", *"failed", "enter")

    assert stage.lines()[1].startswith("   NAME  filter: failed ")


def test_escape_shows_all_again_before_it_goes_back(stage: Stage) -> None:
    stage.press("1", "2", "/", *"failed", "enter", "esc")
    filtered = stage.lines()
    stage.press("esc")

    assert [line[3:6].strip() for line in filtered[2:5]] == ["web", "db", "api"]
    assert "filter" not in filtered[1]
    assert "[1Scripts]" in stage.lines()[0]


def test_a_filter_without_matches_says_so(stage: Stage) -> None:
    stage.press("/", *"nothing")

    assert "no process matches 'nothing'" in stage.screen()


def test_an_empty_table_says_what_can_be_done() -> None:
    stage = Stage(FakeInstance())
    stage.press("2")

    assert "nothing runs" in stage.screen()


def test_a_long_list_keeps_the_selected_process_in_sight() -> None:
    fake = FakeInstance()
    for number in range(30):
        fake.add_process(f"p{number}")
    stage = Stage(fake)

    stage.press("G")

    assert any(line.startswith(">* p29") for line in stage.lines())


def test_hostile_names_cannot_steer_the_terminal() -> None:
    fake = FakeInstance()
    fake.add_process("\x1b[2J\u202egnp", reason="\x07bell", command="\x9b31m")
    stage = Stage(fake)

    for view in "123?:":
        stage.press(view)

        assert "".join(stage.lines()).isprintable()
