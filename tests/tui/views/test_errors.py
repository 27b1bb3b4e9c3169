"""Errors on the screen."""

import pytest

from brummer.errors import BrummerError
from brummer.model.finding import FindingKind, Frame
from brummer.model.process import ProcessId, ProcessStatus
from brummer.tui.row import Size
from tests.support.finding import error, trace, url
from tests.support.instance import EPOCH, FakeInstance
from tests.tui.stage import USUAL, WIDE, Stage
from tests.tui.troubled import troubled


@pytest.fixture
def stage() -> Stage:
    return troubled()


def table(stage: Stage) -> list[str]:
    """Return the lines of the table, without when each was."""
    lines = stage.lines()[2:]
    end = next(n for n, line in enumerate(lines) if line.startswith("--"))
    return [f"{line[:2]} {line[12:]}" for line in lines[:end]]


def test_the_newest_stands_on_top_and_is_told_below(stage: Stage) -> None:
    assert [line.split() for line in table(stage)] == [
        [">!", "web", "7", "2s", "TypeError:", "no", "id"],
        ["!", "worker", "3", "1m07", "Timeout:", "10.0.0.4:25"],
    ]
    screen = stage.screen()
    assert "-- TypeError: no id | 7 times ---" in screen
    assert "web-1 (pid 4001)" in screen
    assert " > src/db/user.js:12:22  findUser" in screen
    assert "   ~ 6 frames in node_modules: express (enter opens)" in screen
    assert "   src/routes.js:41:18   handler" in screen


def test_the_first_row_counts_what_nobody_has_seen(stage: Stage) -> None:
    # The one that is selected is being looked at.
    assert "1 new" in stage.lines()[0]

    stage.press("e")

    assert "new" not in stage.lines()[0]


def test_what_was_listed_is_seen_when_one_leaves(stage: Stage) -> None:
    stage.press("1", "4")

    assert "new" not in stage.lines()[0]
    assert not any("!" in line for line in table(stage))


def test_errors_are_counted_wherever_one_is(stage: Stage) -> None:
    stage.press("2")
    stage.fake.report(error("web-1", "KeyError: 'a'", time=EPOCH + 6))

    assert "1 new" in stage.lines()[0]


def test_one_begins_at_the_newest_that_is_not_seen(stage: Stage) -> None:
    stage.press("e", "1")
    stage.fake.report(error("web-1", "KeyError: 'a'", time=EPOCH + 6))
    stage.press("4")

    assert table(stage)[0].startswith(">!")
    assert "-- KeyError: 'a' | 1 time" in stage.screen()


def test_a_new_error_does_not_move_the_selection(stage: Stage) -> None:
    stage.fake.report(error("web-1", "KeyError: 'a'", time=EPOCH + 6))

    assert [line[:2] for line in table(stage)] == [" !", ">!", " !"]


def test_e_goes_to_the_next_and_back(stage: Stage) -> None:
    stage.press("e")
    assert "-- Timeout: 10.0.0.4:25 | 3 times" in stage.screen()

    stage.press("E")
    assert "-- TypeError: no id | 7 times" in stage.screen()


def test_enter_shows_the_log_at_the_error_standing_still(stage: Stage) -> None:
    stage.press("enter")

    lines = stage.lines()
    assert "[3Logs]" in lines[0]
    assert lines[1].startswith("-- web")
    assert "14:13:30 web says 10" in lines
    at = lines.index("14:13:30 web says 10")
    stage.fake.print(stage.fake.find("web").id, *(f"more {n}" for n in range(50)))
    assert stage.lines().index("14:13:30 web says 10") == at

    stage.press("esc")
    assert "[4Errors]" in stage.lines()[0]


def test_the_log_of_an_earlier_run_can_be_shown(stage: Stage) -> None:
    stage.fake.restart("web")
    stage.fake.print(ProcessId("web-3"), "the new one")

    stage.press("enter")

    assert "web says 10" in stage.screen()
    assert "the new one" not in stage.screen()
    stage.press("]")
    assert "the new one" in stage.screen()


def test_after_a_restart_an_error_is_old(stage: Stage) -> None:
    stage.fake.restart("web")

    assert table(stage)[0].startswith(">-")
    assert "not since it was started anew" in stage.screen()


def test_y_copies_a_report(stage: Stage) -> None:
    stage.press("y")

    assert stage.copied == ["report of TypeError: no id in web-1\n"]
    assert "sent to the clipboard: TypeError: no id" in stage.lines()[-1]


def test_the_last_error_is_copied_from_anywhere(stage: Stage) -> None:
    stage.press("1", "C")

    assert stage.copied == ["report of TypeError: no id in web-1\n"]


def test_without_an_error_there_is_nothing_to_copy() -> None:
    stage = Stage(FakeInstance())

    stage.press("C")

    assert "there are no errors" in stage.lines()[-1]
    assert stage.copied == []


def test_o_opens_the_file_at_the_line(stage: Stage) -> None:
    stage.press("o")
    stage.press("tab", "G", "o")

    assert stage.asked == [
        "edit /srv/shop/src/db/user.js:12:22",
        "edit /srv/shop/src/routes.js:41:18",
    ]


def test_a_file_that_cannot_be_opened_says_why(stage: Stage) -> None:
    stage.fake.answers["source.read"] = {"path": "a.js", "problem": "it is gone"}
    stage.press("o")
    assert "src/db/user.js: it is gone" in stage.lines()[-1]

    stage.fake.answers["source.read"] = BrummerError("no disk")
    stage.press("o", "o")
    assert stage.asked == []


def test_a_binary_can_still_be_opened(stage: Stage) -> None:
    answer = {"path": "/srv/shop/a.bin", "problem": "it is no text"}
    stage.fake.answers["source.read"] = answer

    stage.press("o")

    assert stage.asked == []
    assert "it is no text" in stage.lines()[-1]


def test_an_error_without_a_file_opens_none(stage: Stage) -> None:
    stage.press("e", "o")

    assert "no file is known" in stage.lines()[-1]


def test_done_hides_it_until_it_comes_again(stage: Stage) -> None:
    old = stage.fake.findings()[-1]
    stage.press("d")
    assert len(table(stage)) == 1
    assert "1 hidden" in stage.screen()

    again = trace("web-1", line=20, count=8, last_seen=EPOCH + 9)
    stage.fake.replace_finding(old, again)

    assert table(stage)[0].startswith(" !")


def test_a_kind_can_be_ignored_and_all_be_brought_back(stage: Stage) -> None:
    stage.press("I")
    assert [line.split()[1] for line in table(stage)] == ["worker"]
    assert "TypeError is ignored" in stage.lines()[-1]

    stage.press(":")
    stage.type("show what was done")
    stage.press("enter")

    assert len(table(stage)) == 2


def test_where_all_is_hidden_nothing_is_listed(stage: Stage) -> None:
    stage.press("d", "d", "d", "y", "o", "enter", "I")

    assert "no errors" in stage.screen()
    assert "[4Errors]" in stage.screen()


def test_words_narrow_the_list(stage: Stage) -> None:
    stage.press("/")
    stage.type("time")
    stage.press("enter")

    assert [line.split()[1] for line in table(stage)] == ["worker"]
    assert stage.lines()[1].endswith("ERROR  filter: time")
    stage.press("esc")
    assert len(table(stage)) == 2


def test_without_errors_a_sentence_stands_there() -> None:
    stage = Stage(FakeInstance())

    stage.press("4")

    assert "no errors: what goes wrong" in stage.screen()


def test_warnings_are_listed_too() -> None:
    fake = FakeInstance()
    web = fake.add_process("web").id
    fake.report(error(web, "W: unused", kind=FindingKind.WARNING))
    stage = Stage(fake)

    assert "new" not in stage.lines()[0]
    stage.press("4")
    assert "W: unused" in table(stage)[0]


def test_what_is_fixed_is_told(stage: Stage) -> None:
    old = stage.fake.findings()[-1]
    stage.fake.replace_finding(old, trace("web-1", count=7, resolved=EPOCH + 6))

    assert table(stage)[0].startswith(">+")
    assert "fixed at 14:13:26" in stage.screen()


def test_keys_of_processes_mean_the_one_that_failed(stage: Stage) -> None:
    stage.press("s")

    assert ("process.stop", {"process": "web-1"}) in stage.commands()


def test_the_mouse_selects_and_scrolls(stage: Stage) -> None:
    stage.frame.mouse_event(stage.size, "mouse press", 1, 5, 3, focus=True)
    assert "-- Timeout" in stage.screen()

    stage.frame.mouse_event(stage.size, "mouse press", 4, 5, 3, focus=True)
    assert "-- TypeError" in stage.screen()

    stage.frame.mouse_event(stage.size, "mouse press", 5, 5, 15, focus=True)
    stage.frame.mouse_event(stage.size, "mouse press", 1, 5, 15, focus=True)
    assert "[4Errors]" in stage.screen()


def test_a_pane_can_have_the_whole_screen(stage: Stage) -> None:
    stage.press("z")
    assert "findUser" not in stage.screen()

    stage.press("tab")
    assert "findUser" in stage.screen()
    assert "worker" not in stage.screen()


@pytest.mark.parametrize(
    "size", [USUAL, WIDE, Size(40, 10), Size(20, 5), Size(3, 3), Size(1, 1)]
)
def test_every_size_is_filled(stage: Stage, size: Size) -> None:
    stage.size = size

    for keys in ([], ["tab"], ["z"], ["j", "j"], ["tab"]):
        stage.press(*keys)
        canvas = stage.frame.render(size, focus=True)
        assert len(canvas.text) == size.rows
        assert all(len(line.decode()) == size.columns for line in canvas.text)


def test_only_a_finished_process_makes_an_error_old(stage: Stage) -> None:
    stage.fake.add_process("web", run=2)

    assert table(stage)[0].startswith(">!")

    stage.fake.change(stage.fake.find("web-1").id, status=ProcessStatus.FAILED)
    assert table(stage)[0].startswith(">-")


@pytest.mark.parametrize("size", [USUAL, WIDE])
def test_nothing_in_an_error_steers_the_terminal(size: Size) -> None:
    evil = "\x1b]52;c;AAAA\x07\x9b2J\u202e\t\x00\r"
    fake = FakeInstance()
    web = fake.add_process(f"we{evil}b").id
    fake.print(web, evil)
    frames = (
        Frame(file=f"a{evil}.js", line=3, column=2, function=evil),
        *[Frame(file=f"/node_modules/x{evil}/y", own=False)] * 3,
    )
    fake.report(
        trace(
            web,
            title=f"{evil}: {evil}\n{evil}",
            frames=frames,
            causes=(evil,),
            details={"test": evil},
        )
    )
    fake.report(url(web, f"http://localhost:1/{evil}", details={"url": evil}))
    stage = Stage(fake)
    fake.answers["source.read"] = {"lines": [evil] * 3, "first": 1, "path": evil}
    stage.size = size

    for keys in (["4"], ["tab", "j"], ["enter"], ["y"], ["o"], ["5"]):
        stage.press(*keys)
        canvas = stage.frame.render(size, focus=True)
        assert all(line.decode().isprintable() for line in canvas.text)
