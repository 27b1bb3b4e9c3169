"""Does what ``emit.c`` does, where nothing can compile that; run by path.

It costs more, and the benchmarks say which of the two they ran.
"""

import os
import signal
import sys
import threading
import time
from pathlib import Path


def line(name: str, number: int) -> bytes:
    """Return one line; its trace depends on its number."""
    trace = number * 2654435761 & 0xFFFFFFFF
    return (
        f"{name} line {number:09} GET /api/v1/items/{number:06}?page=3 200 9ms"
        f" user=alice trace={trace:08x}\n"
    ).encode()


def flood(name: str, lines: int, seconds: float) -> None:
    """Print as fast as it is taken, then stay for a while."""
    for begin in range(0, lines, 780):
        numbers = range(begin, min(begin + 780, lines))
        sys.stdout.buffer.write(b"".join(line(name, number) for number in numbers))
    sys.stdout.buffer.flush()
    threading.Event().wait(seconds)


def rate(name: str, a_second: int, seconds: float) -> None:
    """Print so many lines a second, each by itself."""
    begin, number, pause = time.monotonic(), 0, threading.Event()
    while (passed := time.monotonic() - begin) < seconds:
        while number < int(passed * a_second):
            os.write(sys.stdout.fileno(), line(name, number))
            number += 1
        pause.wait(0.02)


def idle(name: str) -> None:
    """Write down when it came up, and wait."""
    if path := os.environ.get("EMIT_LOG"):
        with Path(path).open("a", encoding="ascii") as file:
            file.write(f"{name} {time.monotonic():.6f}\n")
    while True:
        signal.pause()


def main() -> None:
    """Do what the command line says."""
    kind, name, *numbers = sys.argv[1:]
    if kind == "flood":
        flood(name, int(numbers[0]), float(numbers[1]))
    elif kind == "rate":
        rate(name, int(numbers[0]), float(numbers[1]))
    else:
        idle(name)


if __name__ == "__main__":
    main()
