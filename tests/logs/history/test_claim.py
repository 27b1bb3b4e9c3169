"""Tests of who works on a run."""

import shutil
import subprocess
import sys
from pathlib import Path

from brummer.logs.history.claim import Claim, is_claimed
from tests.support.wait import LIMIT

#: Holds the folder that it is given, until it is killed.
HOLDER = """
import sys
from pathlib import Path
from brummer.logs.history.claim import Claim
claim = Claim(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_a_folder_is_held_until_it_is_let_go(tmp_path: Path) -> None:
    assert not is_claimed(tmp_path)
    claim = Claim(tmp_path)
    assert is_claimed(tmp_path)

    claim.let_go()

    assert not is_claimed(tmp_path)


def test_a_folder_is_held_no_more_when_its_holder_was_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert is_claimed(tmp_path)

        holder.kill()
        holder.wait(LIMIT)

    assert not is_claimed(tmp_path)


def test_a_folder_that_was_removed_is_not_held_well(tmp_path: Path) -> None:
    claim = Claim(tmp_path)

    shutil.rmtree(tmp_path)

    assert not claim.is_good
    claim.let_go()


def test_looking_leaves_no_file_open(tmp_path: Path) -> None:
    claim = Claim(tmp_path)
    before = len([*Path("/dev/fd").iterdir()])

    for _ in range(10):
        is_claimed(tmp_path)

    assert len([*Path("/dev/fd").iterdir()]) == before
    claim.let_go()
