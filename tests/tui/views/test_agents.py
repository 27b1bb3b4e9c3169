"""Agents and their calls on the screen."""

import pytest

from brummer.model.agent import Activity, AgentServer, AgentTable, Era, TokenKind
from brummer.tui.row import Size
from tests.support.callers import (
    ACTIVITY,
    REFUSAL,
    SERVER,
    TABLE,
    call,
    client,
    handed,
)
from tests.support.instance import EPOCH, FakeInstance
from tests.tui.stage import USUAL, WIDE, Stage


def shown(table: AgentTable = TABLE, size: Size = USUAL) -> Stage:
    """Return a stage that shows the view."""
    fake = FakeInstance()
    fake.set_agents(table)
    stage = Stage(fake)
    stage.size = size
    stage.press("6")
    return stage


def calls(stage: Stage) -> list[list[str]]:
    """Return the lines of the calls."""
    lines = stage.lines()[:-1]
    head = next(n for n, line in enumerate(lines) if "CALL " in line and "MS" in line)
    return [line.split() for line in lines[head + 1 :] if line]


def test_the_head_says_where_agents_come_in_and_with_what() -> None:
    stage = shown()

    assert "http://127.0.0.1:7777/mcp | token of this run" in stage.lines()[1]


def test_it_says_if_nothing_can_be_changed() -> None:
    server = AgentServer(url=SERVER.url, token=TokenKind.SHARED, read_only=True)

    assert (
        "token shared by all runs | read-only"
        in shown(TABLE._replace(server=server)).lines()[1]
    )


def test_clients_stand_on_top_the_last_one_first() -> None:
    lines = shown().lines()

    assert lines[3].split() == ["CLIENT", "VERSION", "CALLS", "BAD", "OUT", "SEEN"]
    assert lines[4].split() == [">*", "claude-code", "2.0", "2", "1,500", "0s"]
    assert lines[5].split() == ["-", "codex", "1.2", "2", "1", "1,500", "0s"]


def test_calls_and_refusals_stand_below_the_newest_first() -> None:
    stage = shown()

    assert [line[2:] for line in calls(stage)] == [
        ["claude-code", "queue_receive", "0s", "running"],
        ["127.0.0.1:40000", "(not", "let", "in)", "refused", "401"],
        ["codex", "ensure_running", "1,234", "154", "failed"],
        ["codex", "scripts_list", "12", "154", "ok"],
    ]
    assert [line[0] for line in calls(stage)] == [">*", "!", "x", "+"]


def test_totals_stand_between() -> None:
    told = shown().lines()[6]

    assert "2 calls | 1 failed | 1 not let in, most 401 | about 3,080 tokens" in told


def test_a_wide_screen_tells_why() -> None:
    stage = shown(size=WIDE)

    assert "no script named 'wbe'" in stage.screen()
    assert "the token is missing or wrong" in stage.screen()


def test_how_long_a_call_goes_on_is_told() -> None:
    stage = shown()

    stage.clock.passed += 65

    assert "1m01" in calls(stage)[0]


def test_enter_shows_all_about_a_call() -> None:
    stage = shown()

    stage.press("j", "j", "enter")

    text = stage.screen()
    for part in ("Call 2", "1,234.5 ms", 'name: "wbe"', "did you mean web?"):
        assert part in text
    stage.press("esc")
    assert "Call 2" not in stage.screen()


def test_enter_shows_why_somebody_was_not_let_in() -> None:
    stage = shown()

    stage.press("j", "enter")

    assert "refused with 401" in stage.screen()
    assert "the token is missing or wrong" in stage.screen()


def test_enter_on_a_client_shows_its_calls() -> None:
    stage = shown()

    stage.press("tab", "j", "enter")

    assert {line[2] for line in calls(stage)} <= {"codex", ">x"}
    assert len(calls(stage)) == 2
    stage.press("esc")
    assert len(calls(stage)) == 4


def test_words_narrow_the_calls() -> None:
    stage = shown()

    stage.press("/")
    stage.type("failed")
    stage.press("enter")

    assert [line[3] for line in calls(stage)] == ["ensure_running"]


def test_the_selection_stays_with_its_call() -> None:
    stage = shown()
    stage.press("j", "j")

    more = ACTIVITY._replace(calls=(*ACTIVITY.calls, call(9, "urls_list")))
    stage.fake.set_agents(TABLE._replace(activity=more))

    assert [line[0] for line in calls(stage)] == ["+", "*", "!", ">x", "+"]


def test_who_stands_on_the_newest_call_goes_on_to_the_next() -> None:
    stage = shown()

    for number in range(9, 60):
        more = ACTIVITY._replace(calls=(*ACTIVITY.calls, call(number, "urls_list")))
        stage.fake.set_agents(TABLE._replace(activity=more))
        stage.lines()

    assert calls(stage)[0][0] == ">+"


def test_an_address_is_shown_whole() -> None:
    refusal = REFUSAL._replace(peer="127.0.0.1:48110")
    table = TABLE._replace(activity=ACTIVITY._replace(refusals=(refusal,)))

    assert "127.0.0.1:48110 (not" in shown(table).screen()


def test_who_waits_is_named() -> None:
    assert "claude-code waits for what you hand over" in shown().lines()[2]


def test_what_was_handed_over_is_told_with_who_took_it() -> None:
    taken = shown(TABLE._replace(handed=(handed(taken_by=("codex",)),)))
    kept = shown(TABLE._replace(handed=(handed(),)))

    assert "handed over, taken by codex: TypeError: no id" in taken.screen()
    assert "no agent took it yet, kept for 1h00: TypeError" in kept.screen()


def test_what_became_of_it_is_told_before_a_long_title() -> None:
    long = handed(title="TypeError " * 20, taken_by=("codex",))

    assert "taken by codex" in shown(TABLE._replace(handed=(long,))).screen()


def test_what_is_over_its_time_is_told_no_more() -> None:
    stage = shown(TABLE._replace(handed=(handed(),)))

    stage.clock.passed += 3_600

    assert "TypeError" not in stage.screen()


def test_before_anybody_came_it_says_how_to_connect() -> None:
    text = shown(AgentTable(server=SERVER)).screen()

    assert "Nobody has come yet." in text
    assert "http://127.0.0.1:7777/mcp" in text
    assert "brumctl mcp install" in text


def test_without_a_server_it_says_why() -> None:
    text = shown(AgentTable(absence="no_mcp is set")).screen()

    assert "no agents are served" in text
    assert "no_mcp is set" in text


def test_y_copies_the_address_until_there_are_calls() -> None:
    empty, full = shown(AgentTable(server=SERVER)), shown()

    empty.press("y")
    full.press("j", "j", "y")
    full.press("k", "y")

    assert empty.copied == [SERVER.url]
    assert full.copied == [
        '{"name": "wbe", "wait_s": 30}',
        "the token is missing or wrong",
    ]


def test_keys_mean_nothing_where_nothing_is() -> None:
    stage = shown(AgentTable())

    stage.press("enter", "y", "tab", "enter", "j", "G")

    assert "no agents are served" in stage.screen()


@pytest.mark.parametrize(("row", "first"), [(9, "!"), (10, ">x")])
def test_the_mouse_selects_a_call(row: int, first: str) -> None:
    stage = shown()

    stage.frame.mouse_event(stage.size, "mouse press", 1, 5, row, focus=True)

    assert stage.lines()[row].startswith((">" + first).replace(">>", ">"))


def test_the_mouse_selects_a_client() -> None:
    stage = shown()

    stage.frame.mouse_event(stage.size, "mouse press", 1, 5, 5, focus=True)
    stage.press("enter")

    assert len(calls(stage)) == 2


def test_the_mouse_selects_a_client_on_a_low_screen() -> None:
    stage = shown(size=Size(60, 8))
    stage.press("tab")
    row = next(n for n, line in enumerate(stage.lines()) if "codex" in line)

    stage.frame.mouse_event(stage.size, "mouse press", 1, 5, row, focus=True)

    assert stage.lines()[row].startswith(">")


def test_low_screens_show_what_has_the_focus() -> None:
    stage = shown(size=Size(60, 8))
    below = stage.screen()

    stage.press("tab")

    assert "scripts_list" in below
    assert "VERSION" not in below
    assert "CLIENT" in stage.screen()
    assert "scripts_list" not in stage.screen()


@pytest.mark.parametrize("columns", [20, 33, 50, 80, 200])
@pytest.mark.parametrize("rows", [1, 2, 3, 5, 9, 12, 24])
def test_it_fits_on_screens_of_any_size(columns: int, rows: int) -> None:
    stage = shown(TABLE._replace(handed=(handed(),)), Size(columns, rows))

    stage.press("j", "tab", "enter", "enter", "esc")

    assert len(stage.lines()) == rows
    assert "failed:" not in stage.screen()


def test_what_clients_say_cannot_draw() -> None:
    evil = client("a\x1b[2Jb", era=Era.REQUEST, last_seen=EPOCH)
    bad = call(1, "x\ny", client="a\x1b[2Jb", arguments='{"n": "\\u001b]0;t\\u0007"}')
    table = AgentTable(
        server=SERVER, activity=Activity(clients=(evil,), calls=(bad,), total=1)
    )

    stage = shown(table)
    stage.press("enter")

    assert "\x1b" not in stage.screen()
    assert "\x07" not in stage.screen()


def test_it_ticks_only_while_a_call_goes_on() -> None:
    busy = shown()
    idle = shown(TABLE._replace(activity=ACTIVITY._replace(running=())))

    assert busy.board.is_ticking
    assert not idle.board.is_ticking
