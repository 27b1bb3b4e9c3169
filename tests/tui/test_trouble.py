"""What counts as one error, and what as news."""

from dataclasses import replace
from typing import Any

import pytest

from brummer.model.finding import Finding, FindingKind
from brummer.model.process import ProcessStatus
from brummer.tui.desk import Desk
from brummer.tui.lineage import Lineage
from brummer.tui.trouble import Standing, Troubles, copy_report
from tests.support.finding import add_commands, error
from tests.support.instance import EPOCH, FakeInstance
from tests.tui.stage import HandClock, plain_theme

ENDED = {"status": ProcessStatus.FAILED, "ended": EPOCH + 9}


class Bench:
    """An instance with one process, and its errors."""

    def __init__(self) -> None:
        self.fake = FakeInstance()
        self.web = self.fake.add_process("web").id
        self.lineage = Lineage(self.fake)
        self.troubles = Troubles(self.fake, self.lineage)

    def look(self) -> list[tuple[str, str]]:
        """Return title and standing of what is shown."""
        self.lineage.refresh()
        self.troubles.refresh()
        return [(t.finding.title, t.standing.value) for t in self.troubles.shown]

    def say(self, title: str = "E: x", **fields: Any) -> Finding:
        """Have the process say an error."""
        finding = error(self.web, title, **fields)
        self.fake.report(finding)
        return finding

    def repeat(self, finding: Finding, **fields: Any) -> Finding:
        """Have an error come again in its process."""
        again = replace(finding, count=finding.count + 1, **fields)
        self.fake.replace_finding(finding, again)
        return again

    def restart(self) -> None:
        """Run the process anew."""
        self.fake.change(self.web, **ENDED)
        self.web = self.fake.add_process("web", run=2).id


@pytest.fixture
def at() -> Bench:
    return Bench()


def test_what_nobody_has_seen_is_new(at: Bench) -> None:
    at.say()

    assert at.look() == [("E: x", "new")]
    assert at.troubles.new == 1


def test_what_somebody_has_seen_is_not(at: Bench) -> None:
    at.say()
    at.look()

    at.troubles.leave()

    assert at.look() == [("E: x", "seen")]
    assert at.troubles.new == 0


def test_a_repeat_is_no_news(at: Bench) -> None:
    found = at.say()
    at.look()
    at.troubles.leave()

    at.repeat(found, last_seen=EPOCH + 5)

    assert at.look() == [("E: x", "seen")]
    (trouble,) = at.troubles.shown
    assert (trouble.count, trouble.first, trouble.last) == (2, EPOCH, EPOCH + 5)


def test_the_newest_comes_first_and_a_repeat_moves_nothing(at: Bench) -> None:
    old = at.say("E: old", time=EPOCH + 1)
    at.say("E: young", time=EPOCH + 2)
    at.look()

    at.repeat(old, last_seen=EPOCH + 9)

    assert [title for title, _ in at.look()] == ["E: young", "E: old"]
    assert at.troubles.last is not None
    assert at.troubles.last.finding.title == "E: old"


def test_of_those_that_came_at_once_the_last_is_on_top(at: Bench) -> None:
    first = at.say("E: 1")
    at.say("E: 2")
    at.say("E: 3")
    then = [title for title, _ in at.look()]

    at.repeat(first)

    assert then == ["E: 3", "E: 2", "E: 1"]
    assert [title for title, _ in at.look()] == then


def test_after_a_restart_it_is_old(at: Bench) -> None:
    at.say()
    at.look()

    at.restart()

    assert at.look() == [("E: x", "old")]
    assert at.troubles.new == 0


def test_a_process_that_only_ended_leaves_its_errors_as_they_are(at: Bench) -> None:
    at.say()

    at.fake.change(at.web, **ENDED)

    assert at.look() == [("E: x", "new")]


def test_what_comes_again_after_a_restart_is_news_and_the_same(at: Bench) -> None:
    at.say()
    at.look()
    at.troubles.leave()
    at.restart()
    at.look()

    at.say(time=EPOCH + 20)

    assert at.look() == [("E: x", "new")]
    (trouble,) = at.troubles.shown
    assert (trouble.count, trouble.first, trouble.since) == (2, EPOCH, EPOCH + 20)
    assert trouble.finding.process == at.web


def test_a_process_that_is_forgotten_has_old_errors(at: Bench) -> None:
    at.fake.report(error("worker-7"))

    assert at.look() == [("TypeError: no id", "old")]
    assert at.troubles.shown[0].name == "worker"


def test_what_is_about_no_process_never_gets_old(at: Bench) -> None:
    at.fake.report(error(""))

    assert at.look() == [("TypeError: no id", "new")]


def test_what_was_fixed_is_shown_as_such_and_comes_back_as_news(at: Bench) -> None:
    found = at.say()
    at.look()
    at.troubles.leave()

    fixed = replace(found, resolved=EPOCH + 5)
    at.fake.replace_finding(found, fixed)
    then = at.look()
    at.fake.replace_finding(
        fixed, replace(found, count=2, last_seen=EPOCH + 8, resolved=0.0)
    )

    assert then == [("E: x", "fixed")]
    assert at.look() == [("E: x", "new")]
    assert at.troubles.shown[0].since == EPOCH + 8


def test_what_is_done_is_hidden_until_it_comes_again(at: Bench) -> None:
    found = at.say()
    at.look()

    at.troubles.finish(at.troubles.shown[0].key)
    hidden = at.troubles.hidden
    then = at.look()
    at.repeat(found, last_seen=EPOCH + 5)

    assert (then, hidden) == ([], 1)
    assert at.look() == [("E: x", "new")]
    assert at.troubles.hidden == 0


def test_a_kind_that_is_ignored_stays_away(at: Bench) -> None:
    at.say("E: x")
    at.say("F: y")
    at.look()

    at.troubles.ignore("E")
    at.say("E: z")

    assert at.look() == [("F: y", "new")]
    assert (at.troubles.hidden, at.troubles.new) == (2, 1)


def test_all_can_be_brought_back(at: Bench) -> None:
    at.say("E: x")
    at.say("F: y")
    at.look()
    at.troubles.ignore("E")
    at.troubles.finish(at.troubles.shown[0].key)

    at.troubles.restore()

    assert len(at.look()) == 2


def test_warnings_are_listed_and_are_no_news(at: Bench) -> None:
    at.say("W: x", kind=FindingKind.WARNING, time=EPOCH + 5)
    at.say("E: y")
    at.say("http://localhost/", kind=FindingKind.URL)

    assert len(at.look()) == 2
    assert at.troubles.new == 1
    assert at.troubles.last is not None
    assert at.troubles.last.finding.title == "E: y"


def test_errors_without_a_fingerprint_are_each_their_own(at: Bench) -> None:
    at.say(fingerprint="", line=1)
    at.say(fingerprint="", line=2)

    assert len(at.look()) == 2


def test_the_same_error_of_two_scripts_is_two(at: Bench) -> None:
    api = at.fake.add_process("api").id
    at.say()
    at.fake.report(error(api, "E: x"))

    assert len(at.look()) == 2


def test_what_was_dropped_is_forgotten(at: Bench) -> None:
    found = at.say()
    at.look()
    at.troubles.finish(at.troubles.shown[0].key)

    at.fake.replace_finding(found)
    at.look()
    at.say()

    assert at.look() == [("E: x", "new")]


def test_an_error_that_is_not_there_can_be_named(at: Bench) -> None:
    at.look()

    at.troubles.finish(("web", "x"))
    at.troubles.see([("web", "x")])

    assert at.troubles.find(("web", "x")) is None
    assert at.troubles.last is None


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"type": "KeyError"}, "KeyError"),
        ({"type": "", "details": {"pattern": "vite"}}, "vite"),
        ({"type": "", "language": "go"}, "go"),
        ({"type": ""}, "error"),
    ],
)
def test_a_kind_is_what_is_known_of_it(
    at: Bench, fields: dict[str, Any], kind: str
) -> None:
    at.say(**fields)
    at.look()

    assert at.troubles.shown[0].kind == kind


def test_nothing_is_read_again_without_news(at: Bench) -> None:
    at.say()
    at.lineage.refresh()

    assert at.troubles.refresh()
    assert not at.troubles.refresh()


def test_standings_are_words_for_people() -> None:
    assert [str(s) for s in Standing] == ["new", "seen", "old", "fixed"]


def test_the_last_one_is_copied_as_a_report() -> None:
    copied: list[str] = []
    fake = FakeInstance()
    add_commands(fake)
    web = fake.add_process("web").id
    fake.report(error(web, fingerprint="", line=7))
    desk = Desk(fake, HandClock(), plain_theme(), lambda: None, copied.append)
    troubles = Troubles(fake, Lineage(fake))
    troubles.refresh()
    assert troubles.last is not None

    copy_report(desk, troubles.last)
    desk.settle()

    assert copied == ["report of 7 in web-1\n"]
