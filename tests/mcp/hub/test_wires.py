"""Tests of standard input and output that are taken for the protocol."""

import os
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]

TAKEN = """\
import os, subprocess, sys
from brummer.mcp.hub.wires import Wires

{body}
"""


def run(body: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", TAKEN.format(body=body)],
        input=given,
        capture_output=True,
        cwd=ROOT,
        timeout=20,
        check=False,
    )


def test_what_is_printed_goes_to_standard_error() -> None:
    done = run(
        """\
sys.stdout.write("kept back; ")
wires = Wires()
print("a line of a library")
subprocess.run(["echo", "a child's"])
os.write(1, b"even so\\n")
wires.output.write("protocol\\n")
wires.close()
"""
    )

    assert done.stdout == b"kept back; protocol\n"
    assert b"a line of a library" in done.stderr
    assert b"a child's" in done.stderr
    assert b"even so" in done.stderr


def test_nobody_else_reads_what_came_in() -> None:
    done = run(
        """\
wires = Wires()
child = subprocess.run(["cat"], capture_output=True, text=True)
stolen = sys.stdin.read() + child.stdout
wires.start(lambda: None)
wires.output.write(repr((stolen, list(wires.input))))
wires.close()
""",
        "eins\nzwei \N{SNOWMAN}\n".encode(),
    )

    assert done.stdout.decode() == "('', ['eins\\n', 'zwei \N{SNOWMAN}\\n'])"


def test_the_end_of_the_input_is_told_once() -> None:
    done = run(
        """\
wires = Wires()
told = []
wires.start(lambda: told.append(1))
lines = list(wires.input)
wires.shut(7)
wires.output.write(f"{lines} {told} {wires.code}")
wires.close()
""",
        b"last",
    )

    assert done.stdout == b"['last'] [1] 0"


def test_it_can_be_shut_while_it_is_read() -> None:
    with subprocess.Popen(
        [
            sys.executable,
            "-c",
            TAKEN.format(
                body="""\
import signal
wires = Wires()
wires.start(lambda: None)
signal.signal(signal.SIGTERM, lambda *_: wires.shut(143))
wires.output.write("ready\\n")
wires.output.flush()
list(wires.input)
wires.close()
sys.exit(wires.code)
"""
            ),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"

        os.kill(process.pid, signal.SIGTERM)

        assert process.wait(10) == 143


def test_who_hangs_is_left() -> None:
    done = run(
        """\
import threading
wires = Wires(leave=lambda code: os._exit(40 + code))
wires.start(lambda: None)
threading.Event().wait()
"""
    )

    assert done.returncode == 40
