"""What the screen costs: ``python -m tests.bench.screen``.

Runs the screen in a terminal of its own, 120 columns by 40 rows, over invented
processes, and prints one row for each question:

- how long from ``exec`` to the first frame, and how much of that is the bare
  interpreter;
- how much CPU time 10 idle seconds take with 20 processes on the screen;
- how long a key takes to show its effect while the log grows by so many lines
  a second (the producer is a thread of the same process).
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import psutil

from tests.support.terminal import Terminal

ROOT: Final = Path(__file__).parents[2]
KEYS: Final = 100
IDLE: Final = 10.0
RATES: Final = (0, 10_000, 100_000)


def shown(**env: str) -> Terminal:
    """Return the screen as soon as its first frame is there."""
    argv = [sys.executable, "-m", "tests.support.show"]
    terminal = Terminal(argv, columns=120, rows=40, env=env, cwd=ROOT)
    terminal.wait_for("[2Processes]")
    return terminal


def cpu(pid: int) -> float:
    """Return the CPU time that a process has used, in seconds."""
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


def first_frame() -> None:
    """Measure the start, against an interpreter that does nothing."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    bare = time.perf_counter() - begin
    begin = time.perf_counter()
    with shown(SHOW_PROCESSES="20"):
        passed = time.perf_counter() - begin
    print(f"first frame         {passed:8.3f} s   (bare interpreter {bare:.3f} s)")


def idle() -> None:
    """Measure doing nothing: with clocks on the screen, and without."""
    with shown(SHOW_PROCESSES="20") as terminal:
        for key, name in (("2", "table"), ("3", "log")):
            terminal.press(key)
            terminal.settle(1.0)
            before = cpu(terminal.pid)
            terminal.settle(IDLE)
            used = cpu(terminal.pid) - before
            print(f"idle {IDLE:.0f} s, {name:<8}  {used:8.3f} s of CPU")


def latency(rate: int) -> None:
    """Measure the way from a key to the screen under a flood."""
    with shown(SHOW_PROCESSES="10", SHOW_RATE=str(rate)) as terminal:
        terminal.settle(0.5)
        times = []
        for number in range(KEYS):
            key, wanted = ("3", "[3Logs]") if number % 2 else ("1", "[1Scripts]")
            begin = time.perf_counter()
            terminal.press(key)
            terminal.wait_for(wanted)
            times.append((time.perf_counter() - begin) * 1000)
            terminal.settle(0.03)
    median, worst = statistics.median(times), statistics.quantiles(times, n=100)[98]
    print(f"key, {rate:>7} lines/s {median:8.1f} ms  (p99 {worst:.1f} ms)")


def main() -> None:
    """Print the table."""
    first_frame()
    idle()
    for rate in RATES:
        latency(rate)


if __name__ == "__main__":
    main()
