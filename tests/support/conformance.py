"""The official conformance suite of the agents' protocol, and what it finds."""

import json
import re
import subprocess
from pathlib import Path
from typing import NamedTuple

from tests.support.npm import program

#: The revisions of the protocol that we keep to, and how many checks of each have
#: passed: an empty run must not pass for a good one.
REVISIONS = {"2025-11-25": 81, "2026-07-28": 196}

#: The time at the end of the name of a folder.
_TIME = re.compile(r"-\d{4}-\d\d-\d\dT[\d-]+Z$")

#: Seconds that a run may take on a busy machine; a quiet one needs ten.
LIMIT = 240


class Check(NamedTuple):
    """One thing that was checked; *status* is ``SUCCESS``, ``FAILURE`` ..."""

    scenario: str
    id: str
    status: str
    message: str


class Outcome(NamedTuple):
    """What came of a run; *code* is 0 if nothing failed that counts."""

    code: int
    checks: tuple[Check, ...]
    output: str

    @property
    def passed(self) -> int:
        """How many checks passed."""
        return sum(check.status == "SUCCESS" for check in self.checks)

    def told(self, status: str) -> list[str]:
        """Return the checks that ended with *status*, a line each."""
        return [
            f"{check.scenario}: {check.id}: {check.message}"
            for check in self.checks
            if check.status == status
        ]

    def passed_in(self, beginning: str) -> int:
        """Return how many passed of the scenarios that begin so."""
        return sum(
            check.status == "SUCCESS" and check.scenario.startswith(beginning)
            for check in self.checks
        )


def run(url: str, revision: str, folder: Path) -> Outcome:
    """Hold the server at *url* against a revision; results are left in *folder*.

    Without the suite the test is skipped, or fails if ``CI`` is set.
    """
    words = ["server", "--url", url, "--requirements", revision, "-o", str(folder)]
    # Of one scenario, in milliseconds; some are half a minute long on a busy machine.
    words += ["--timeout", str(LIMIT * 500)]
    done = subprocess.run(
        [*program("conformance"), *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    checks = (
        check
        for path in sorted(folder.rglob("checks.json"))
        for check in _checks(path, revision)
    )
    return Outcome(done.returncode, tuple(checks), f"{done.stdout}\n{done.stderr}")


def _checks(path: Path, revision: str) -> list[Check]:
    """Return what a file tells, in a folder ``server-SCENARIO-TIME``."""
    scenario = _TIME.sub("", path.parent.name.removeprefix("server-"))
    return [
        Check(
            scenario.removesuffix(f"-{revision}"),
            entry["id"],
            entry["status"],
            entry.get("errorMessage") or "",
        )
        for entry in json.loads(path.read_text())
    ]
