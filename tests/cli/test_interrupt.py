"""Tests of what Ctrl-C does before and after there is something to lose."""

import signal
import subprocess
import sys

import pytest

from brummer.cli.interrupt import end_quietly


def test_ctrl_c_is_the_systems_business() -> None:
    before = signal.getsignal(signal.SIGINT)
    try:
        end_quietly()

        assert signal.getsignal(signal.SIGINT) is signal.SIG_DFL
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("module", ["main", "ctl"])
def test_next_to_nothing_is_imported_before(module: str) -> None:
    program = (
        "import sys; before = set(sys.modules);"
        f"import brummer.cli.{module};"
        "print([m for m in ('typing', 'enum', 'argparse', 'threading')"
        " if m in sys.modules and m not in before])"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout == "[]\n"
