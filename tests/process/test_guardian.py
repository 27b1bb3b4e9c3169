import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from brummer.process.guardian import Records, watch
from brummer.process.row import MARKER
from brummer.process.table import row
from tests.process.chain import LANGUAGES, Chain
from tests.process.rig import DOUBLE_FORK, EIGHT, OWN_SESSION, PLAIN, marked
from tests.support.wait import wait_until

ROOT = Path(__file__).parents[2]


class Host:
    """A program that runs children, to be killed."""

    def __init__(self, folder: Path, grace: float, lines: Sequence[str]) -> None:
        module = (sys.executable, "-m", "tests.process.host")
        self.popen = subprocess.Popen(
            [*module, str(folder), str(grace), *lines],
            stdout=subprocess.PIPE,
            cwd=ROOT,
            start_new_session=True,
        )
        assert self.popen.stdout is not None
        word, guardian, instance = self.popen.stdout.readline().decode().split()
        assert word == "ready"
        self.guardian = int(guardian)
        self.mark = f"{instance}/"

    def kill(self) -> None:
        self.popen.kill()
        self.popen.wait()
        if self.popen.stdout:
            self.popen.stdout.close()


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Callable[..., Host]]:
    hosts: list[Host] = []

    def start(*lines: str, grace: float = 1.0) -> Host:
        hosts.append(Host(tmp_path, grace, lines))
        asleep = 2 * sum("sleep" in line for line in lines)
        wait_until(lambda: names(hosts[-1]).count("sleep") == asleep)
        return hosts[-1]

    yield start
    for one in hosts:
        one.kill()
    wait_until(lambda: not any(marked(one.mark) for one in hosts))
    wait_until(lambda: not any(alive(one.guardian) for one in hosts))


def names(host: Host) -> list[str]:
    return [line.name for line in marked(host.mark)]


def alive(pid: int) -> bool:
    line = row(pid)
    return line is not None and not line.zombie


def test_nothing_is_left_of_eight_processes_when_we_are_killed(
    host: Callable[..., Host],
) -> None:
    one = host(*EIGHT)

    one.kill()

    wait_until(lambda: not marked(one.mark))
    wait_until(lambda: not alive(one.guardian))


@pytest.mark.skipif(sys.platform != "linux", reason="numbers are not told")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_chain_of_sessions_does_not_outrun_the_guardian(
    host: Callable[..., Host], tmp_path: Path, language: str
) -> None:
    with Chain(tmp_path, language) as chain:
        one = host(PLAIN, chain.line, grace=0.2)
        chain.wait_for_start()

        one.kill()

        assert chain.was_ended()
        wait_until(lambda: not alive(one.guardian))


def test_the_guardian_waits_for_nobody_who_is_gone(host: Callable[..., Host]) -> None:
    one = host(PLAIN, OWN_SESSION, DOUBLE_FORK, grace=1000.0)

    one.kill()

    wait_until(lambda: not marked(one.mark))
    wait_until(lambda: not alive(one.guardian))


@pytest.mark.parametrize(
    "number", [signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGQUIT]
)
def test_the_guardian_outlives_what_ends_us(
    host: Callable[..., Host], number: int
) -> None:
    one = host(OWN_SESSION)

    os.kill(one.guardian, number)
    assert alive(one.guardian)
    one.kill()

    wait_until(lambda: not marked(one.mark))


def test_without_a_guardian_the_terminal_still_hangs_up(
    host: Callable[..., Host],
) -> None:
    one = host(PLAIN, PLAIN)

    # A host that is stopped cannot start another guardian.
    one.popen.send_signal(signal.SIGSTOP)
    os.kill(one.guardian, signal.SIGKILL)
    one.kill()

    wait_until(lambda: not marked(one.mark))


def test_the_guardian_is_in_nobodys_session_and_small(
    host: Callable[..., Host],
) -> None:
    one = host(PLAIN)

    line = row(one.guardian)

    assert line is not None
    assert line.session == line.group == one.guardian
    if sys.platform == "linux":
        status = Path(f"/proc/{one.guardian}/status").read_text()
        resident = int(status.split("VmRSS:")[1].split()[0])
        assert resident < 20_000


def test_records_are_what_is_left_of_the_messages() -> None:
    records = Records()

    records.feed(b"+ 1 me/web-1\0+ 2 me/a name with blanks\0= 1 41 7\0")
    records.feed(b"= 2 42 8\0+ 3 me/x\0- 1\0- 3\0- 9\0")

    assert len(records.trees) == 1
    assert not records.farewell


def test_messages_may_come_in_pieces() -> None:
    records = Records()

    for byte in b"+ 1 me/web-1\0= 1 41 7\0bye\0":
        assert not records.farewell
        records.feed(bytes([byte]))

    assert records.farewell
    assert len(records.trees) == 1


class Ward:
    """Somebody to watch over, and the pipe to that."""

    def __init__(self) -> None:
        self.popen = subprocess.Popen(["cat"], stdin=subprocess.PIPE)
        line = row(self.popen.pid)
        assert line is not None
        self.identity = line.identity
        self.records = Records()
        self.read, self.write = os.pipe()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _watch(self) -> None:
        watch(self.read, self.identity, self.records)

    def join(self) -> bool:
        self._thread.join(10)
        return not self._thread.is_alive()

    def close(self) -> None:
        self.popen.kill()
        self.popen.communicate()
        os.close(self.write)
        self._thread.join()
        os.close(self.read)


@pytest.fixture
def ward() -> Iterator[Ward]:
    one = Ward()
    yield one
    one.close()


def test_watching_ends_with_a_farewell(ward: Ward) -> None:
    os.write(ward.write, b"+ 1 me/web-1\0bye\0")

    assert ward.join()
    assert ward.records.farewell


def test_watching_ends_with_the_ward_although_the_pipe_is_open(ward: Ward) -> None:
    os.write(ward.write, b"+ 1 me/web-1\0")

    ward.popen.kill()

    assert ward.join()
    assert not ward.records.farewell
    assert len(ward.records.trees) == 1


def test_watching_ends_with_the_pipe_although_the_ward_lives(ward: Ward) -> None:
    os.write(ward.write, b"+ 1 me/web-1\0")
    spare = os.dup(ward.read)

    os.close(ward.write)

    assert ward.join()
    assert not ward.records.farewell
    ward.write = spare


def test_a_guardian_runs_by_itself_on_what_it_is_told(tmp_path: Path) -> None:
    environment = {**os.environ, MARKER: f"alone/{tmp_path.name}"}
    child = subprocess.Popen(["sleep", "1000"], env=environment)
    stranger = subprocess.Popen(["sleep", "1000"])
    own = row(os.getpid())
    assert own is not None
    program = "import sys; sys.path.append(sys.argv.pop(1));"
    program += "from brummer.process.guardian import main; main(sys.argv[1:])"
    numbers = [str(number) for number in (*own.identity, 1.0)]
    guardian = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", program, str(ROOT), *numbers],
        stdin=subprocess.PIPE,
    )
    identity = row(child.pid)
    assert identity is not None
    message = f"+ 1 alone/{tmp_path.name}\0= 1 {child.pid} {identity.identity.start}\0"

    guardian.communicate(message.encode())

    assert guardian.returncode == 0
    assert child.wait(10) == -signal.SIGTERM
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()
