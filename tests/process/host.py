"""A small program that runs children, to be killed in tests.

Its arguments are a folder, the grace of its guardian in seconds, and shell
command lines.  It says ``ready GUARDIAN INSTANCE`` when all were started.
"""

import signal
import sys
from pathlib import Path

from brummer.process.orphan import become_reaper
from tests.process.rig import Rig


def main() -> None:
    folder, grace, *lines = sys.argv[1:]
    become_reaper()
    rig = Rig(Path(folder), grace=float(grace))
    rig.pump.start()
    for number, line in enumerate(lines):
        rig.shell(f"host-{number}", line)
    sys.stdout.write(f"ready {rig.guardian.pid} {rig.instance}\n")
    sys.stdout.flush()
    signal.pause()


if __name__ == "__main__":
    main()
