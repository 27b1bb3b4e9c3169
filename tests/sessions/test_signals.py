"""A signal at any moment, from the first line of the program to the last."""

import random
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.sessions.eight import sleepers
from tests.support import fire
from tests.support.site import Site, new_site
from tests.support.terminal import Terminal
from tests.support.wait import wait_until

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

#: Moments for each signal, without the screen and with it, and for brumctl.
MOMENTS: Final = 8
MOMENTS_ON_SCREEN: Final = 3
MOMENTS_OF_BRUMCTL: Final = 4

#: One leaves a child behind, as far as it can.
SCRIPTS: Final = {"web": "echo hi", "api": "(sleep 3611 &); sleep 0.05; echo there"}

LINE: Final = ("--no-tui", "--exit-on", "done", *SCRIPTS)

#: The private mode of the screen's own buffer.
ALTERNATE: Final = 1049


def fired(moment: int, number: int, *words: str) -> list[str]:
    """Return the line of a program to which that happens."""
    return [
        sys.executable,
        str(fire.__file__),
        "brum",
        str(moment),
        str(number),
        *words,
    ]


def run(site: Site, moment: int, number: int) -> "subprocess.CompletedProcess[str]":
    return ended(site, fired(moment, number, *LINE))


def ended(site: Site, line: list[str]) -> "subprocess.CompletedProcess[str]":
    path = str(Path(__file__).parents[2])
    return subprocess.run(
        line,
        cwd=site.folder,
        env={**site.environment, "PYTHONPATH": f"{path}:{path}/plugins"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=25,
        check=False,
    )


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> int:
    """Return how many calls a run has that nothing disturbs."""
    with new_site(tmp_path_factory.mktemp("counted")) as site:
        site.scripts(**SCRIPTS)
        done = run(site, 0, 0)
    assert done.returncode == 0, done.stderr
    return int(done.stderr.splitlines()[-1])


@pytest.fixture
def shop(site: Site) -> Iterator[Site]:
    site.scripts(**SCRIPTS)
    yield site
    site.sweep()


def moment_in(part: int, parts: int, calls: int, name: str) -> int:
    """Return a call in one of as many equal *parts* of a run, another for each *name*.

    So few moments are spread over the run as well as many that are left to chance.
    """
    chance = random.Random(f"{name} {part}").random()
    return 1 + int((part + chance) * (calls - 1) / parts)


def files(site: Site) -> list[Path]:
    return [path for path in site.runtime.rglob("*") if not path.is_dir()]


@pytest.mark.parametrize("seed", range(MOMENTS))
@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_without_the_screen_it_ends_as_it_should(
    shop: Site, calls: int, number: int, seed: int
) -> None:
    moment = moment_in(seed, MOMENTS, calls, str(number))

    done = run(shop, moment, number)

    # Where nothing had begun or all was over, the system's answer is good enough;
    # and what had been decided by then stays so.
    over = done.returncode == 0 and "there" in done.stdout
    assert over or done.returncode in {128 + number, -number}
    assert re.search("Traceback|Exception|bug", done.stderr) is None, done.stderr
    assert sleepers(shop) == []
    assert files(shop) == []


@pytest.mark.parametrize("seed", range(MOMENTS_ON_SCREEN))
@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_the_screen_leaves_the_terminal_as_it_was(
    shop: Site, calls: int, number: int, seed: int
) -> None:
    moment = moment_in(seed, MOMENTS_ON_SCREEN, calls, f"screen {number}")
    path = str(Path(__file__).parents[2])
    with Terminal(
        fired(moment, number, "api"),
        env={**shop.environment, "PYTHONPATH": f"{path}:{path}/plugins"},
        cwd=shop.folder,
    ) as terminal:
        before = terminal.settings()

        code = terminal.wait_exit(limit=25)

        assert code in {128 + number, -number}
        assert terminal.settings() == before
        assert not terminal.mode(ALTERNATE)
        assert re.search(rb"Traceback|Exception|bug", terminal.raw) is None
    wait_until(lambda: sleepers(shop) == [])
    assert files(shop) == []


def test_brumctl_ends_without_a_word(site: Site) -> None:
    line = [sys.executable, str(fire.__file__), "brumctl"]
    number = signal.SIGINT
    undisturbed = ended(site, [*line, "0", "0", "doctor"])
    calls = int(undisturbed.stderr.splitlines()[-1])

    for part in range(MOMENTS_OF_BRUMCTL):
        moment = str(1 + part * calls // MOMENTS_OF_BRUMCTL)
        done = ended(site, [*line, moment, str(number.value), "doctor"])

        assert done.returncode == -number
        assert done.stderr == ""
