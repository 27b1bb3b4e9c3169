import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from brummer.errors import BrummerError
from brummer.model.log import Stream
from brummer.model.script import Launch
from brummer.process.spawn import Spawned, spawn
from brummer.process.terminal import Size
from tests.support.descriptors import few_descriptors
from tests.support.wait import wait_until

Start = Callable[..., Spawned]
SIZE = Size(80, 24)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[Spawned] = []

    def start(
        *argv: str, tty: bool = True, environment: Mapping[str, str] = os.environ
    ) -> Spawned:
        launch = Launch(argv=argv, folder=tmp_path, tty=tty)
        spawned = spawn(launch, environment, SIZE)
        started.append(spawned)
        return spawned

    yield start
    for spawned in started:
        spawned.popen.kill()
        spawned.popen.wait()
        for descriptor in {*spawned.outputs, spawned.input}:
            os.close(descriptor)


def output(spawned: Spawned, stream: Stream) -> bytes:
    """Return all that a program that ends writes."""
    (descriptor,) = [d for d, s in spawned.outputs.items() if s is stream]
    spawned.popen.wait(10)
    text = b""
    try:
        while part := os.read(descriptor, 65536):
            text += part
    except OSError:
        pass
    return text


def open_descriptors() -> int:
    return sum(1 for _ in Path("/dev/fd").iterdir())


def test_a_program_on_a_terminal_controls_it(start: Start) -> None:
    spawned = start("sh", "-c", "tty; ps -o tty=,sid=,pgid= -p $$; echo x >/dev/tty")

    name, listed, said = output(spawned, Stream.OUT).split(b"\n")[:3]
    terminal, session, group = listed.split()
    assert name == b"/dev/" + terminal
    assert int(session) == int(group) == spawned.popen.pid
    assert said == b"x"


def test_errors_have_a_terminal_of_their_own(start: Start) -> None:
    spawned = start("sh", "-c", "test -t 0 -a -t 1 -a -t 2 && echo yes; echo no >&2")

    assert output(spawned, Stream.OUT) == b"yes\n"
    assert output(spawned, Stream.ERR) == b"no\n"


def test_a_key_interrupts_the_program(start: Start) -> None:
    spawned = start("sleep", "1000")

    wait_until(lambda: os.tcgetpgrp(spawned.input) == spawned.popen.pid)
    os.write(spawned.input, b"\x03")

    assert spawned.popen.wait(10) == -signal.SIGINT


def test_a_program_on_pipes_has_no_terminal(start: Start) -> None:
    program = "tty -s || echo none; ps -o tty=,sid= -p $$; echo no >&2"
    spawned = start("sh", "-c", program, tty=False)

    text = output(spawned, Stream.OUT).split()
    assert text == [b"none", b"?", str(spawned.popen.pid).encode()]
    assert output(spawned, Stream.ERR) == b"no\n"
    assert spawned.terminals == ()


@pytest.mark.parametrize("tty", [True, False])
def test_a_program_starts_in_its_folder_with_its_words_and_variables(
    start: Start, tmp_path: Path, *, tty: bool
) -> None:
    environment = {"PATH": os.environ["PATH"], "ONLY": "ü ' \" $x\nz"}
    program = 'pwd; printf "%s|" "$0" "$@"; printf %s "$ONLY"'

    spawned = start(
        "sh", "-c", program, "", "a b", "*", "$HOME", tty=tty, environment=environment
    )

    text = output(spawned, Stream.OUT).decode()
    assert text == f"{tmp_path}\n|a b|*|$HOME|ü ' \" $x\nz"


@pytest.mark.parametrize("tty", [True, False])
def test_a_program_inherits_nothing_but_its_three_files(
    start: Start, *, tty: bool
) -> None:
    leaking = os.open(os.devnull, os.O_RDONLY)
    inheritable = True
    os.set_inheritable(leaking, inheritable)

    spawned = start("sh", "-c", "ls /proc/$$/fd", tty=tty)

    assert output(spawned, Stream.OUT).split() == [b"0", b"1", b"2"]
    os.close(leaking)


@pytest.mark.parametrize("tty", [True, False])
def test_a_program_hears_signals_that_the_starting_thread_blocks(
    start: Start, *, tty: bool
) -> None:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})

    spawned = start("sleep", "1000", tty=tty)

    blocked = signal.pthread_sigmask(signal.SIG_SETMASK, before)
    assert signal.SIGTERM in blocked
    spawned.popen.terminate()
    assert spawned.popen.wait(10) == -signal.SIGTERM


def test_a_program_is_found_on_its_own_path(start: Start, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "only-here"
    program.write_text("#!/bin/sh\necho found\n")
    program.chmod(0o755)

    for tty in (True, False):
        spawned = start("only-here", tty=tty, environment={"PATH": "/nowhere:bin"})
        assert output(spawned, Stream.OUT) == b"found\n"


def refused(launch: Launch, environment: Mapping[str, str] = os.environ) -> str:
    """Return why *launch* cannot be run, and see that nothing stays open."""
    before = open_descriptors()
    with pytest.raises(BrummerError) as caught:
        spawn(launch, environment, SIZE)
    assert open_descriptors() == before
    return str(caught.value)


def test_an_empty_command_is_refused(tmp_path: Path) -> None:
    assert "empty" in refused(Launch(argv=(), folder=tmp_path))


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    launch = Launch(argv=("true",), folder=tmp_path / "gone")

    assert refused(launch) == f"cannot run in {tmp_path}/gone: there is no such folder"


def test_a_command_that_is_missing_is_named(tmp_path: Path) -> None:
    launch = Launch(argv=("no-such-command", "x"), folder=tmp_path)

    reason = refused(launch)

    assert reason.startswith("command not found: no-such-command")
    assert "PATH" in reason


def test_a_file_that_is_missing_is_not_looked_for_on_the_path(tmp_path: Path) -> None:
    launch = Launch(argv=("./run",), folder=tmp_path)

    assert refused(launch) == "command not found: ./run"


def test_a_file_that_is_not_executable_is_told_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("#!/bin/sh\n")
    launch = Launch(argv=("./run",), folder=tmp_path)

    assert refused(launch) == f"{tmp_path}/run is not executable; try `chmod +x`"


def test_a_file_that_nothing_can_run_is_told(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("no program")
    (tmp_path / "run").chmod(0o755)
    launch = Launch(argv=("./run",), folder=tmp_path, tty=False)

    assert "#! line" in refused(launch)


@pytest.mark.parametrize("tty", [True, False])
def test_arguments_that_are_too_long_are_told(tmp_path: Path, *, tty: bool) -> None:
    launch = Launch(argv=("echo", "x" * 1_000_000), folder=tmp_path, tty=tty)

    assert "too large" in refused(launch)


@pytest.mark.parametrize(
    ("argv", "environment"),
    [(("echo", "a\0b"), {}), (("echo",), {"A": "a\0b"}), (("echo",), {"A=B": ""})],
)
@pytest.mark.parametrize("tty", [True, False])
def test_what_no_program_can_be_given_is_told(
    tmp_path: Path, argv: tuple[str, ...], environment: dict[str, str], *, tty: bool
) -> None:
    launch = Launch(argv=argv, folder=tmp_path, tty=tty)

    assert "cannot run 'echo'" in refused(launch, environment)


@pytest.mark.parametrize("tty", [True, False])
@pytest.mark.parametrize("left", range(1, 8))
def test_without_descriptors_nothing_is_started(
    tmp_path: Path, left: int, *, tty: bool
) -> None:
    launch = Launch(argv=("true",), folder=tmp_path, tty=tty)

    with few_descriptors(left):
        with pytest.raises(BrummerError, match="ulimit -n"):
            spawn(launch, os.environ, SIZE)
        again = [os.open(os.devnull, os.O_RDONLY) for _ in range(left)]

    for descriptor in again:
        os.close(descriptor)


def test_a_start_on_another_thread_is_a_start(tmp_path: Path) -> None:
    codes: list[int] = []

    def run() -> None:
        spawned = spawn(Launch(argv=("true",), folder=tmp_path), os.environ, SIZE)
        codes.append(spawned.popen.wait())
        for descriptor in spawned.outputs:
            os.close(descriptor)

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert codes == [0] * 8


def test_the_shell_in_between_leaves_no_process(start: Start) -> None:
    spawned = start("sleep", "1000")

    def listed() -> str:
        command = ["ps", "-o", "args=", "-s", str(spawned.popen.pid)]
        return subprocess.run(
            command, capture_output=True, text=True, check=False
        ).stdout

    wait_until(lambda: listed().split("\n") == ["sleep 1000", ""])
