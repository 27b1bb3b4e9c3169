"""Typing into processes, seen on a real screen and in their logs."""

from collections.abc import Iterator

import pytest

from tests.support.site import BRUM, Site
from tests.support.terminal import Terminal

#: Asks a name aloud, and a password as programs do: the line stays open, nothing
#: that is typed comes back, and an Enter is printed after it.
ASKING = (
    "printf 'Name? '; read name; echo hello $name; "
    "printf 'Password: '; read password; echo; echo got ${#password} characters; "
    "read rest; echo rest $rest; exec sleep 60"
)


@pytest.fixture
def shop(site: Site) -> Iterator[Site]:
    site.scripts(asking=ASKING)
    yield site
    site.sweep()


def test_what_is_typed_is_seen_once_and_a_password_never(shop: Site) -> None:
    with Terminal([*BRUM, "asking"], env=shop.environment, cwd=shop.folder) as terminal:
        # Until it runs, its command is shown, which has the question in it as well.
        terminal.wait_for("running")
        terminal.wait_for("Name?")
        terminal.press("i", "Kim")
        terminal.wait_for("to asking> Kim")
        terminal.press("enter")
        terminal.wait_for("hello Kim")
        terminal.wait_for("to asking (hidden)> ")
        terminal.press("horse")
        terminal.wait_for("to asking (hidden)> *****")
        terminal.press("enter")
        terminal.wait_for("got 5 characters")
        terminal.wait_for("to asking> ")
        terminal.press("ctrl t", "battery", "enter")
        terminal.wait_for("rest battery")
        terminal.press("esc")

        log = shop.ctl("logs", "asking").stdout.splitlines()

        assert log == [
            "Name? ",
            "> Kim",
            "hello Kim",
            "Password: ",
            "> (hidden)",
            "",
            "got 5 characters",
            "> (hidden)",
            "rest battery",
        ]
        assert b"horse" not in terminal.raw
        terminal.press("q", "y")
        assert terminal.wait_exit() == 0
