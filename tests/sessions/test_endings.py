"""However brum ends, nothing of what it started is left."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.sessions.eight import (
    EIGHT,
    NAMES,
    set_grace,
    sleepers,
    wait_for_sleepers,
    write_scripts,
)
from tests.support.site import BRUM, Site, end
from tests.support.wait import wait_until

#: The grace period of these tests, in seconds.
GRACE = 1.0

Ending = Callable[["subprocess.Popen[bytes]"], object]


@pytest.fixture
def shop(site: Site) -> Site:
    write_scripts(site, GRACE)
    return site


def guardian_of(brum: psutil.Process) -> psutil.Process:
    """Return the guardian, which leads a session of its own."""
    found = [
        child
        for child in brum.children()
        if any("guardian" in word for word in child.cmdline())
    ]
    assert len(found) == 1
    return found[0]


ENDINGS: dict[str, Ending] = {
    "Ctrl-C": lambda brum: brum.send_signal(signal.SIGINT),
    "SIGTERM": lambda brum: brum.send_signal(signal.SIGTERM),
    "SIGHUP": lambda brum: brum.send_signal(signal.SIGHUP),
    "kill -9": lambda brum: brum.send_signal(signal.SIGKILL),
}


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS)
def test_nothing_is_left_of_eight_processes(shop: Site, ending: Ending) -> None:
    with shop.brum("--no-tui", *NAMES) as brum:
        wait_for_sleepers(shop, EIGHT)

        ending(brum)

        wait_until(lambda: not sleepers(shop), limit=15)
        brum.communicate(timeout=15)


def test_without_a_stubborn_one_the_end_does_not_wait_for_the_grace(
    shop: Site,
) -> None:
    set_grace(shop, 60)
    with shop.brum("--no-tui", "plain", "escaped", "orphaned") as brum:
        wait_for_sleepers(shop, 6)

        brum.send_signal(signal.SIGTERM)

        # Far below the grace is all that a loaded machine lets us assert.
        brum.communicate(timeout=25)
        assert brum.returncode == 128 + signal.SIGTERM
        assert sleepers(shop) == []


def test_a_second_signal_ends_the_grace(shop: Site) -> None:
    set_grace(shop, 600)
    with shop.brum("--no-tui", "stubborn") as brum:
        wait_for_sleepers(shop, 2)

        assert brum.stderr is not None
        stderr = brum.stderr.fileno()

        brum.send_signal(signal.SIGINT)
        wait_until(lambda: b"stopping" in os.read(stderr, 4096))
        brum.send_signal(signal.SIGINT)

        brum.communicate(timeout=25)
        assert brum.returncode == 128 + signal.SIGINT
        assert sleepers(shop) == []


def test_leftovers_are_named_and_ended_on_request(shop: Site) -> None:
    brum = subprocess.Popen(
        [*BRUM, "--no-tui", *NAMES],
        cwd=shop.folder,
        env=shop.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_for_sleepers(shop, EIGHT)
        parent = psutil.Process(brum.pid)
        guardian = guardian_of(parent)
        for one in (guardian, parent):
            one.suspend()
        for one in (guardian, parent):
            one.kill()
        brum.wait(15)
        stubborn = {"3603", "3604"}
        wait_until(lambda: {p.cmdline()[1] for p in sleepers(shop)} >= stubborn)

        with shop.brum("--no-tui") as second:
            shop.wait_for_instance()
            named = shop.ask("leftovers")
            assert {str(row["pid"]) for row in named} == {
                str(p.pid) for p in sleepers(shop)
            }
            shop.ctl("leftovers", "--end")
            assert sleepers(shop) == []
            second.send_signal(signal.SIGTERM)
            second.communicate(timeout=15)
    finally:
        end(brum)
        shop.sweep()


def test_what_somebody_else_started_is_left_alone(shop: Site, tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    foreign = subprocess.Popen(
        ["sh", "-c", f"touch {ready}; exec sleep 3609"], start_new_session=True
    )
    try:
        wait_until(ready.exists)
        with shop.brum("--no-tui", "plain") as brum:
            wait_for_sleepers(shop, 2)
            brum.send_signal(signal.SIGTERM)
            brum.communicate(timeout=15)

        assert foreign.poll() is None
    finally:
        foreign.kill()
        foreign.wait(10)


def test_time_is_left_for_a_process_that_cleans_up(shop: Site) -> None:
    done = shop.folder / "cleaned"
    shop.scripts(
        tidy=f"trap 'sleep 0.3; touch {done}; exit 0' TERM; echo up; "
        "while :; do sleep 0.05; done"
    )
    with shop.brum("--no-tui", "tidy") as brum:
        assert brum.stdout is not None
        begin = time.monotonic()
        while b"up" not in brum.stdout.readline():
            assert time.monotonic() < begin + 20

        brum.send_signal(signal.SIGTERM)
        brum.communicate(timeout=15)

    assert done.exists()
