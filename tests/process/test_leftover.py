import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from brummer.process.leftover import Leftover, end_leftovers, leftovers
from brummer.process.row import MARKER
from brummer.process.table import epoch, marker, row
from tests.process.chain import LANGUAGES, Chain
from tests.process.rig import EIGHT, marked
from tests.support.wait import wait_until

ROOT = Path(__file__).parents[2]

#: A pid that nobody can have.
NOBODY = 2**22 + 1


class Scene:
    """Ledgers of instances that are dead, and processes that live."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.instance = f"scene{os.getpid()}{folder.name}"
        self._living: list[subprocess.Popen[bytes]] = []

    def child(self, process: str, instance: str = "") -> "subprocess.Popen[bytes]":
        mark = f"{instance or self.instance}/{process}"
        popen = subprocess.Popen(["sleep", "1000"], env={**os.environ, MARKER: mark})
        self._living.append(popen)
        # The name comes a moment before the environment.
        wait_until(lambda: name(popen.pid) == "sleep" and marker(popen.pid))
        return popen

    def ledger(
        self,
        *entries: Mapping[str, object],
        owner: Mapping[str, object] | None = None,
    ) -> Path:
        first = {
            "instance": self.instance,
            "pid": NOBODY,
            "start": 1,
            "epoch": epoch(),
            "host": os.uname().nodename,
            **(owner or {}),
        }
        path = self.folder / "x.ledger"
        path.write_text("".join(json.dumps(line) + "\n" for line in (first, *entries)))
        return path

    def entry(self, process: str, pid: int | None, start: int = 1) -> dict[str, object]:
        return {
            "process": process,
            "mark": f"{self.instance}/{process}",
            "command": "sleep 1000",
            "since": 12.5,
            "pid": pid,
            "start": start,
        }

    def close(self) -> None:
        for popen in self._living:
            popen.kill()
            popen.wait()


def name(pid: int) -> str:
    line = row(pid)
    return line.name if line else ""


def names(mark: str) -> list[str]:
    return [line.name for line in marked(mark)]


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    one = Scene(tmp_path)
    yield one
    one.close()


def test_what_a_dead_instance_left_is_named(scene: Scene) -> None:
    child = scene.child("web-1")
    line = row(child.pid)
    assert line is not None
    path = scene.ledger(scene.entry("web-1", child.pid, line.identity.start))

    (left,) = leftovers([path])

    assert left.process == "web-1"
    assert left.command == "sleep 1000"
    assert left.since == 12.5
    assert left.pid == child.pid
    assert left.name == "sleep"
    assert path.exists()


def test_a_marker_is_enough_when_the_root_is_gone(scene: Scene) -> None:
    child = scene.child("web-1")
    path = scene.ledger(scene.entry("web-1", NOBODY), scene.entry("api-1", None))

    (left,) = leftovers([path])

    assert [member.pid for member in left.members] == [child.pid]


def test_a_number_that_was_used_again_is_no_leftover(scene: Scene) -> None:
    stranger = scene.child("web-1", instance="somebody-else")
    path = scene.ledger(scene.entry("web-1", stranger.pid, start=1))

    assert leftovers([path]) == ()
    assert not path.exists()


def test_what_a_living_instance_runs_is_none_of_our_business(scene: Scene) -> None:
    scene.child("web-1")
    own = row(os.getpid())
    assert own is not None
    pid, start = own.identity
    path = scene.ledger(scene.entry("web-1", None), owner={"pid": pid, "start": start})

    assert leftovers([path]) == ()
    assert path.exists()


def test_a_ledger_from_before_the_boot_is_removed(scene: Scene) -> None:
    path = scene.ledger(owner={"epoch": "another-boot 1"})

    assert leftovers([path]) == ()
    assert not path.exists()


@pytest.mark.parametrize(
    "owner",
    [{"host": "elsewhere"}, {"epoch": f"{epoch().split()[0]} another-namespace"}],
)
def test_a_ledger_whose_numbers_mean_nothing_here_is_left_alone(
    scene: Scene, owner: dict[str, object]
) -> None:
    path = scene.ledger(scene.entry("web-1", 1), owner=owner)

    assert leftovers([path]) == ()
    assert path.exists()


def test_files_that_are_no_ledgers_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("keep me")

    assert leftovers([tmp_path / "notes", tmp_path / "missing", tmp_path]) == ()
    assert (tmp_path / "notes").read_text() == "keep me"


def test_ending_ends_exactly_what_was_found(scene: Scene) -> None:
    child, other = scene.child("web-1"), scene.child("web-10")
    stranger = scene.child("web-1", instance="somebody-else")
    path = scene.ledger(scene.entry("web-1", None))

    survivors = end_leftovers(leftovers([path]), grace=5)

    assert survivors == ()
    assert child.wait() == -signal.SIGTERM
    assert other.poll() is None
    assert stranger.poll() is None
    assert leftovers([path]) == ()
    assert not path.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="numbers are not told")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_chain_of_sessions_is_found_and_ended(
    scene: Scene, tmp_path: Path, language: str
) -> None:
    with Chain(tmp_path, language) as chain:
        path = scene.ledger(scene.entry("web-1", None))
        environment = {**os.environ, MARKER: f"{scene.instance}/web-1"}
        subprocess.run(["sh", "-c", chain.line], env=environment, check=True)
        chain.wait_for_start()

        found = leftovers([path])
        survivors = end_leftovers(found, grace=0.2)

        assert [left.process for left in found] == ["web-1"]
        assert survivors == ()
        assert chain.was_ended()


def test_ending_looks_again_whom_a_number_belongs_to(scene: Scene) -> None:
    child = scene.child("web-1", instance="somebody-else")
    line = row(child.pid)
    assert line is not None
    found = leftovers([scene.ledger(scene.entry("web-1", *line.identity))])
    (one,) = found
    outdated = Leftover(
        process=one.process,
        command=one.command,
        since=one.since,
        members=one.members,
        mark=one.mark,
        root=line.identity._replace(start=1),
    )

    end_leftovers([outdated], grace=0)

    assert child.poll() is None


def test_without_us_and_the_guardian_the_stubborn_are_named_and_ended(
    tmp_path: Path,
) -> None:
    stubborn = "trap '' TERM INT HUP; setsid sleep 1000 & exec sleep 1000"
    host = subprocess.Popen(
        [sys.executable, "-m", "tests.process.host", tmp_path, "1", *EIGHT, stubborn],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        start_new_session=True,
    )
    assert host.stdout is not None
    _, guardian, instance = host.stdout.readline().decode().split()
    wait_until(lambda: names(f"{instance}/") == ["sleep"] * 10)
    host.send_signal(signal.SIGSTOP)
    os.kill(int(guardian), signal.SIGKILL)

    host.kill()
    host.communicate()

    wait_until(lambda: not marked(f"{instance}/host-0"))
    found = leftovers([tmp_path / "ledger"])
    assert {left.process for left in found} >= {"host-1", "host-4"}
    assert end_leftovers(found, grace=0.2) == ()
    assert marked(f"{instance}/") == []
    assert leftovers([tmp_path / "ledger"]) == ()
