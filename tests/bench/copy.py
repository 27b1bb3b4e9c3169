"""Copies what children print into files, with nothing but ``cat``.

``python -m tests.bench.copy pipe|terminal FOLDER COMMAND...``
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from brummer.process.terminal import Size, open_terminal

_SIZE: Final = Size(80, 24)


def main(words: Sequence[str]) -> None:
    """Run the commands until they have ended."""
    channel, folder, *commands = words
    opened = _terminal if channel == "terminal" else os.pipe
    running = []
    for number, command in enumerate(commands):
        reading, writing = opened()
        running.append(subprocess.Popen([command], stdout=writing))
        with Path(folder, f"copy{number}.log").open("wb") as log:
            running.append(subprocess.Popen(["cat"], stdin=reading, stdout=log))
        os.close(reading)
        os.close(writing)
    for process in running:
        process.wait()


def _terminal() -> tuple[int, int]:
    master, slave = open_terminal(_SIZE)
    os.set_blocking(master, True)
    return master, slave


if __name__ == "__main__":
    main(sys.argv[1:])
