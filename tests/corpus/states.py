"""What a person says of the builds and test runs in the outputs, and how we agree.

The labels are in ``states.toml``, apart from those of errors: an output may hold
several, and outputs of tools that have no errors of their own are in ``states/``.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

import brummer
from brummer_builds.detector import BuildDetector
from brummer_tests.detector import TestDetector
from tests.corpus.cases import ROOT, Case, cases, read
from tests.plugins.reading import WEB, Reader

#: How far a time may be off, because it was printed with few digits.
_TOLERANCE: Final = 0.006


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How a build or a test run ended; counts are 0 where the output has none."""

    case: str
    kind: str
    tool: str
    state: str
    #: What the command exited with, where the output does not say that it failed.
    exit: int = 0
    errors: int = 0
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    #: The names of tests that failed.
    tests: tuple[str, ...] = ()
    seconds: float | None = None


@dataclass(slots=True)
class StateScore:
    """How the outputs of one tool were understood."""

    labels: int = 0
    found: int = 0
    agreed: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """The part of what was found that is there."""
        return self.agreed / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """The part of what is there that was found."""
        return self.agreed / self.labels if self.labels else 1.0


@cache
def all_cases() -> tuple[Case, ...]:
    """Return the outputs at which somebody looked for builds and test runs."""
    looked_at = {*_tables()["without"], *(label.case for label in labels())}
    more = (read(path) for path in sorted(ROOT.glob("states/*/*.toml")))
    return tuple(case for case in (*cases(), *more) if case.name in looked_at)


@cache
def labels() -> tuple[State, ...]:
    """Return all labels."""
    return tuple(
        State(**{**table, "tests": tuple(table.get("tests", ()))})
        for table in _tables()["state"]
    )


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads((ROOT / "states.toml").read_text("utf-8"))


def states_in(case: Case, code: int) -> list[State]:
    """Return what is found in the output of *case*, which exited with *code*."""
    tests, builds = TestDetector(), BuildDetector()
    reader = Reader(tests, builds)
    for line in case.output().splitlines(keepends=True):
        reader.read(line)
    reader.end()
    findings = {finding.fingerprint: finding for finding in reader.kept()}
    for finding in (*tests.end(WEB), *builds.end(WEB, well=code == 0)):
        findings[finding.fingerprint] = finding
    return [_state(case, finding) for finding in findings.values()]


def _state(case: Case, finding: brummer.Finding) -> State:
    details = finding.details
    names = details.get("tests", "")
    return State(
        case=case.name,
        kind=finding.kind.value,
        tool=details["tool"],
        state=details["state"],
        errors=int(details.get("errors", "0")),
        passed=int(details.get("passed", "0")),
        failed=int(details.get("failed", "0")),
        skipped=int(details.get("skipped", "0")),
        tests=tuple(names.split("\n")) if names else (),
        seconds=float(details["seconds"]) if "seconds" in details else None,
    )


@cache
def scores() -> dict[tuple[str, str], StateScore]:
    """Return how all outputs were understood, by kind and tool."""
    found: dict[tuple[str, str], StateScore] = {}
    for case in all_cases():
        wanted = [label for label in labels() if label.case == case.name]
        code = max((label.exit for label in wanted), default=0)
        _compare(found, wanted, states_in(case, code))
    return found


def _compare(
    scored: dict[tuple[str, str], StateScore],
    wanted: Iterable[State],
    found: list[State],
) -> None:
    for label in wanted:
        score = scored.setdefault((label.kind, label.tool), StateScore())
        score.labels += 1
        if any(agrees(label, state) for state in found):
            score.agreed += 1
        else:
            score.problems.append(f"missed {label}, found {found}")
    for state in found:
        score = scored.setdefault((state.kind, state.tool), StateScore())
        score.found += 1
        if not any(agrees(label, state) for label in wanted):
            score.problems.append(f"found {state}")


def agrees(label: State, found: State) -> bool:
    """Whether *found* is what *label* says: the outcome, all counts and names."""
    return (
        (label.kind, label.tool, label.state) == (found.kind, found.tool, found.state)
        and label.errors == found.errors
        and label.passed == found.passed
        and label.failed == found.failed
        and label.skipped == found.skipped
        and set(label.tests) <= set(found.tests)
        and _is_near(label.seconds, found.seconds)
    )


def _is_near(said: float | None, found: float | None) -> bool:
    if said is None or found is None:
        return said is found
    return abs(said - found) <= max(_TOLERANCE, said / 100)
