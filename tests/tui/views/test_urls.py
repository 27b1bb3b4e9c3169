"""Servers on the screen."""

from concurrent.futures import Future
from typing import Any

import pytest

from brummer.errors import BrummerError
from tests.support.finding import url
from tests.support.instance import EPOCH, FakeInstance
from tests.tui.stage import Stage

WEB = "http://localhost:5173/"
API = "http://localhost:8080/"


class Answers:
    """What looks at the servers find, and how many there were."""

    def __init__(self, fake: FakeInstance) -> None:
        self.looks = 0
        self.pending: Future[object] | None = None
        fake.answers["servers.list"] = self._answer

    def _answer(self, *, check: bool) -> object:
        assert check
        self.looks += 1
        return self.pending or self.rows()

    def rows(self) -> list[dict[str, Any]]:
        """Return what is known of the servers."""
        return [
            {"url": WEB, "alive": True, "problem": "", "seconds": 0.014},
            {"url": API, "alive": False, "problem": "refused", "seconds": None},
        ]


@pytest.fixture
def fake() -> FakeInstance:
    fake = FakeInstance()
    for name, address in (("web", WEB), ("api", API)):
        process = fake.add_process(name)
        fake.report(url(process.id, address, time=EPOCH + len(fake.findings())))
    return fake


def table(stage: Stage) -> list[list[str]]:
    return [line.split() for line in stage.lines()[2:-1] if line]


def test_each_server_is_a_line_with_how_it_is(fake: FakeInstance) -> None:
    Answers(fake)
    stage = Stage(fake)

    stage.press("5")
    stage.press("j", "k")

    assert table(stage) == [
        [">*", WEB, "app", "web", "up", "14ms", "now"],
        ["x", API, "app", "api", "refused", "now"],
    ]


def test_nobody_is_looked_at_before_they_are_shown(fake: FakeInstance) -> None:
    answers = Answers(fake)
    stage = Stage(fake)

    stage.press("2", "3", "4")

    assert answers.looks == 0


def test_they_are_looked_at_seldom_and_only_while_shown(fake: FakeInstance) -> None:
    answers = Answers(fake)
    stage = Stage(fake)
    stage.press("5")
    for _ in range(9):
        stage.clock.passed += 1
        stage.lines()
    once = answers.looks

    stage.clock.passed += 1
    stage.lines()
    twice = answers.looks
    stage.press("2")
    stage.clock.passed += 100
    stage.lines()

    assert (once, twice, answers.looks) == (1, 2, 2)


def test_one_look_is_under_way_at_a_time(fake: FakeInstance) -> None:
    answers = Answers(fake)
    answers.pending = Future()
    stage = Stage(fake)
    stage.press("5")
    stage.clock.passed += 100
    stage.press("c", "c")
    during = answers.looks

    answers.pending.set_result(answers.rows())
    stage.lines()
    stage.press("c")

    assert (during, answers.looks) == (1, 2)


def test_one_can_ask_for_a_look(fake: FakeInstance) -> None:
    answers = Answers(fake)
    stage = Stage(fake)
    stage.press("5", "c")

    assert answers.looks == 2


def test_a_new_server_is_looked_at_at_once(fake: FakeInstance) -> None:
    answers = Answers(fake)
    stage = Stage(fake)
    stage.press("5")

    fake.report(url("web-1", "http://localhost:6006/"))
    stage.lines()

    assert answers.looks == 2


def test_a_look_that_fails_is_told(fake: FakeInstance) -> None:
    fake.answers["servers.list"] = BrummerError("no worker")
    stage = Stage(fake)

    stage.press("5", "j")

    assert "no worker" in stage.screen()


def test_enter_opens_a_browser(fake: FakeInstance) -> None:
    stage = Stage(fake)

    stage.press("5", "j", "enter")

    assert stage.asked == [f"browse {API}"]
    assert f"opening {API}" in stage.lines()[-1]


def test_without_a_browser_one_is_told(fake: FakeInstance) -> None:
    stage = Stage(fake)
    stage.refusal = "there is no browser here; y copies the address"

    stage.press("5", "enter")

    assert stage.lines()[-1] == f" {stage.refusal}"


def test_from_elsewhere_one_is_told_how_to_reach_it(fake: FakeInstance) -> None:
    stage = Stage(fake)
    stage.tunnel = "ssh -N -L 5173:localhost:5173 ann@host"

    stage.press("5", "enter")

    assert stage.asked == []
    assert stage.tunnel in stage.screen()
    assert stage.copied == [stage.tunnel]


def test_what_the_network_reaches_needs_no_tunnel() -> None:
    fake = FakeInstance()
    fake.report(url(fake.add_process("web").id, "http://192.168.0.7:80/"))
    stage = Stage(fake)
    stage.tunnel = "ssh"

    stage.press("5", "enter")

    assert stage.asked == ["browse http://192.168.0.7:80/"]


def test_y_copies_the_address(fake: FakeInstance) -> None:
    stage = Stage(fake)

    stage.press("5", "y")

    assert stage.copied == [WEB]


def test_servers_go_with_their_processes(fake: FakeInstance) -> None:
    Answers(fake)
    stage = Stage(fake)
    stage.press("5")

    fake.stop("web")

    assert [row[1] for row in table(stage)] == [API]


def test_words_narrow_the_list(fake: FakeInstance) -> None:
    stage = Stage(fake)

    stage.press("5", "/")
    stage.type("api")
    stage.press("enter")

    assert [row[1] for row in table(stage)] == [API]


def test_without_servers_a_sentence_stands_there() -> None:
    stage = Stage(FakeInstance())

    stage.press("5", "enter", "y", "c")

    assert "no URLs: servers that say where they listen" in stage.screen()
    assert stage.asked == []


def test_the_mouse_selects(fake: FakeInstance) -> None:
    stage = Stage(fake)
    stage.press("5")

    stage.frame.mouse_event(stage.size, "mouse press", 1, 5, 3, focus=True)
    stage.press("y")
    stage.frame.mouse_event(stage.size, "mouse press", 4, 5, 3, focus=True)
    stage.press("y")

    assert stage.copied == [API, WEB]


def test_keys_of_processes_mean_the_server(fake: FakeInstance) -> None:
    stage = Stage(fake)

    stage.press("5", "j", "r")

    assert ("process.restart", {"process": "api-2"}) in stage.commands()
