import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from brummer.process.row import MARKER, Identity
from brummer.process.table import row
from brummer.process.tree import Look, Looks, Tree
from tests.process.chain import LANGUAGES, Chain
from tests.process.rig import marked
from tests.support.wait import wait_until

Start = Callable[..., Tree]

#: Leaves its parent's session in a clean environment, and is then orphaned when
#: its parent reads a line.
HIDING = "setsid env -i sleep 1000 & read x"

#: Forks itself for ever; whoever is killed has a successor already.
STORM = "import os\nwhile True:\n if os.fork(): os._exit(0)\n"

#: Counts the signals it gets in a file.
COUNTING = "trap 'echo got >>{file}' TERM; echo up >>{file}; while :; do read x; done"


#: Leaves its process group when it is told to, in a way that is its argument.
LEAVING = """
import os, sys
print("here", flush=True)
input()
exec(sys.argv[1])
print("gone", flush=True)
input()
"""


class Started:
    """A tree and the process at its root."""

    def __init__(self, popen: "subprocess.Popen[bytes]", tree: Tree) -> None:
        self.popen = popen
        self.tree = tree

    def send(self, data: bytes) -> None:
        assert self.popen.stdin is not None
        self.popen.stdin.write(data)
        self.popen.stdin.flush()

    def names(self) -> list[str]:
        return [member.name for member in self.tree.members()]


@pytest.fixture
def mark(tmp_path: Path) -> str:
    return f"tree{os.getpid()}/{tmp_path.name}"


@pytest.fixture
def start(mark: str) -> Iterator[Callable[..., Started]]:
    started: list[Started] = []

    def start(*argv: str) -> Started:
        popen = subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
            env={**os.environ, MARKER: mark},
        )
        line = row(popen.pid)
        assert line is not None
        made = Started(popen, Tree(mark, line.identity, group=popen.pid))
        started.append(made)
        return made

    yield start
    for one in started:
        assert one.tree.kill(10) == ()
        one.popen.communicate()


def test_descendants_are_found_parents_first(start: Callable[..., Started]) -> None:
    one = start("sh", "-c", "sh -c 'sleep 1000 & wait' & wait")

    wait_until(lambda: one.names() == ["sh", "sh", "sleep"])

    assert one.tree.members()[0].pid == one.popen.pid


@pytest.mark.parametrize(
    "line",
    [
        "(sleep 1000 &); exec cat",
        "setsid sleep 1000 & exec cat",
        "(setsid sh -c 'sleep 1000 &' &); exec cat",
        "(env -i sleep 1000 &); exec cat",
        "set -m; sleep 1000 & exec cat",
    ],
    ids=["orphan", "session", "daemon", "clean orphan", "group"],
)
def test_whoever_leaves_is_found(start: Callable[..., Started], line: str) -> None:
    one = start("bash", "-c", line)

    wait_until(lambda: one.names() == ["cat", "sleep"])


def test_whoever_was_seen_once_is_found_again(start: Callable[..., Started]) -> None:
    one = start("sh", "-c", HIDING)
    wait_until(lambda: "sleep" in one.names())

    one.send(b"\n")
    one.popen.wait()

    assert one.names() == ["sleep"]


def test_strangers_are_not_found(start: Callable[..., Started], mark: str) -> None:
    one = start("cat")
    strangers = [
        subprocess.Popen(
            ["sleep", "1000"],
            start_new_session=own_session,
            env={**os.environ, MARKER: marker},
        )
        for own_session in (True, False)
        for marker in (f"{mark}0", mark[:-1], "", f"other/{mark}")
    ]

    assert one.names() == ["cat"]
    one.tree.kill(10)

    for stranger in strangers:
        assert stranger.poll() is None
        stranger.kill()
        stranger.wait()


def test_a_marker_alone_finds_the_tree(
    start: Callable[..., Started], mark: str
) -> None:
    one = start("sh", "-c", "(setsid sleep 1000 &); exec cat")
    wait_until(lambda: one.names() == ["cat", "sleep"])

    found = Tree(mark, None).members()

    assert [member.name for member in found] == ["cat", "sleep"]


def test_an_identity_alone_finds_the_tree(start: Callable[..., Started]) -> None:
    one = start("sh", "-c", "sleep 1000 & exec cat")
    wait_until(lambda: one.names() == ["cat", "sleep"])
    line = row(one.popen.pid)
    assert line is not None

    found = Tree("nobody/nothing", line.identity).members()

    assert [member.name for member in found] == ["cat", "sleep"]


def test_a_number_that_was_used_again_means_nobody(
    start: Callable[..., Started],
) -> None:
    one = start("cat")
    line = row(one.popen.pid)
    assert line is not None
    former = Identity(line.pid, line.identity.start - 1)

    tree = Tree("nobody/nothing", former)

    assert tree.members() == ()
    assert tree.kill(0) == ()
    assert one.popen.poll() is None


def test_one_look_serves_several_trees(
    start: Callable[..., Started], mark: str
) -> None:
    one = start("sh", "-c", "sleep 1000 & exec cat")
    wait_until(lambda: one.names() == ["cat", "sleep"])

    look = Look()
    found = [tree.members(look) for tree in (one.tree, Tree(mark, None))]
    one.tree.kill(10)

    assert found[0] == found[1] == one.tree.members(look)
    assert one.tree.members() == ()


def test_a_signal_reaches_every_member_once(
    start: Callable[..., Started], tmp_path: Path
) -> None:
    files = [tmp_path / name for name in ("root", "child", "session")]
    root, child, session = (COUNTING.format(file=file) for file in files)
    os.mkfifo(tmp_path / "never")
    open_input = f"exec <>{tmp_path}/never; "
    one = start(
        "bash",
        "-c",
        f'{open_input} ({child}) & setsid bash -c "{open_input} {session}" & {root}',
    )
    wait_until(lambda: all(file.exists() for file in files))

    one.tree.signal(signal.SIGTERM)

    wait_until(lambda: all("got" in file.read_text() for file in files))
    one.tree.kill(10)
    assert [file.read_text() for file in files] == ["up\ngot\n"] * 3


@pytest.mark.parametrize("leave", ["os.setsid()", "os.setpgid(0, 0)"])
def test_a_signal_reaches_whoever_leaves_the_group_after_the_look(
    start: Callable[..., Started], leave: str
) -> None:
    one = start("sh", "-c", f"{sys.executable} -ISc '{LEAVING}' '{leave}'; echo $?")
    assert one.popen.stdout is not None
    assert one.popen.stdout.readline() == b"here\n"
    look = Look()

    one.send(b"go\n")
    assert one.popen.stdout.readline() == b"gone\n"
    one.tree.signal(signal.SIGTERM, look)

    wait_until(lambda: one.names() == [])


def test_a_stopped_member_hears_that_it_shall_end(
    start: Callable[..., Started],
) -> None:
    one = start("sh", "-c", "setsid sleep 1000 & exec cat")
    wait_until(lambda: one.names() == ["cat", "sleep"])
    one.tree.signal(signal.SIGSTOP)
    wait_until(lambda: all(member.stopped for member in one.tree.members()))

    one.tree.signal(signal.SIGTERM)

    wait_until(lambda: one.names() == [])


def test_killing_ends_whoever_ignores_other_signals(
    start: Callable[..., Started], mark: str
) -> None:
    ignoring = "trap '' TERM INT HUP QUIT; (setsid sleep 1000 &); sleep 1000 & exec cat"
    one = start("sh", "-c", ignoring)
    wait_until(lambda: len(one.names()) == 3)
    one.tree.signal(signal.SIGTERM)
    one.tree.signal(signal.SIGHUP)
    assert len(one.names()) == 3

    survivors = one.tree.kill(10)

    assert survivors == ()
    assert marked(mark) == []


def test_killing_ends_what_forks_as_fast_as_it_can(
    start: Callable[..., Started], mark: str
) -> None:
    one = start(sys.executable, "-I", "-S", "-c", STORM)
    wait_until(lambda: one.popen.poll() is None)

    survivors = one.tree.kill(10)

    assert survivors == ()
    assert marked(mark) == []


@pytest.mark.skipif(sys.platform != "linux", reason="numbers are not told")
@pytest.mark.parametrize("language", LANGUAGES)
def test_killing_outruns_a_chain_of_sessions(
    start: Callable[..., Started], tmp_path: Path, language: str
) -> None:
    with Chain(tmp_path, language) as chain:
        one = start("sh", "-c", chain.line)
        chain.wait_for_start()
        wait_until(lambda: one.popen.poll() is not None)

        survivors = one.tree.kill(10)

        assert survivors == ()
        assert chain.was_ended()


@pytest.mark.skipif(sys.platform != "linux", reason="numbers are not told")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_chain_of_sessions_is_never_overlooked(
    start: Callable[..., Started], tmp_path: Path, language: str
) -> None:
    with Chain(tmp_path, language) as chain:
        one = start("sh", "-c", chain.line)
        chain.wait_for_start()

        looks = [one.tree.members() for _ in range(10)]

        assert all(looks)
        assert min(map(len, looks)) <= 2

        one.tree.kill(10)
        assert chain.was_ended()


def test_killing_gives_up_at_its_limit(start: Callable[..., Started]) -> None:
    one = start("cat")

    survivors = one.tree.kill(0)

    assert [member.pid for member in survivors] in ([], [one.popen.pid])


def test_a_look_is_taken_again_when_it_is_no_news() -> None:
    looks = Looks()

    first = looks.recent()

    wait_until(lambda: looks.recent() is not first)


def test_a_look_is_taken_again_when_something_was_changed() -> None:
    looks = Looks()
    first = looks.fresh()

    looks.forget()

    assert looks.recent() is not first
