"""How well what is found agrees with what a person says is there."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import brummer
from tests.corpus.cases import Case, Label
from tests.plugins.errors.reading import read


@dataclass(slots=True)
class Score:
    """How a tool's outputs were understood, by the findings and the labels."""

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


def score(cases: Sequence[Case]) -> Score:
    """Return how the outputs of *cases* were understood."""
    total = Score()
    for case in cases:
        _add(total, case, read(case.output().splitlines(keepends=True)))
    return total


def _add(total: Score, case: Case, findings: Sequence[brummer.Finding]) -> None:
    """Match findings with labels, each with one at most.

    A repeat of what agreed is shown as the same finding, so it counts for nothing.
    """
    left = list(findings)
    agreed: list[brummer.Finding] = []
    for label in case.findings:
        match = next((found for found in left if agrees(case, label, found)), None)
        if match is None:
            total.problems.append(f"{case.name}: missed {label.type}: {label.message}")
        else:
            left.remove(match)
            agreed.append(match)
    known = {found.fingerprint for found in agreed}
    extra = [found for found in left if found.fingerprint not in known]
    total.problems += [
        f"{case.name}: found {found.title} at {found.file}:{found.line_in_file},"
        f" lines {found.line} to {found.end - 1}"
        for found in extra
    ]
    total.labels += len(case.findings)
    total.found += len(agreed) + len(extra)
    total.agreed += len(agreed)


def agrees(case: Case, label: Label, found: brummer.Finding) -> bool:
    """Whether *found* is what *label* says: type, place, and some of the lines.

    Of a tool that prints the name of a file without its folder nobody can know
    more than the name.
    """
    file = found.file.removeprefix(f"{case.folder}/")
    wanted = label.file or ""
    return (
        found.type == label.type
        and (file == wanted or (file != "" and wanted.endswith(f"/{file}")))
        and found.line_in_file == (label.line or 0)
        and found.line <= label.last_line
        and found.end > label.first_line
    )
