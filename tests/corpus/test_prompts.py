"""How well questions in real outputs are understood, tool by tool."""

from collections import Counter

import pytest

from brummer_prompts.detector import PromptDetector
from tests.corpus.cases import Case
from tests.corpus.prompts import labels
from tests.corpus.states import all_cases
from tests.plugins.reading import Reader

ENOUGH = 0.95

ASKING = [case for case in all_cases() if case.name in labels()]


def asked(case: Case) -> str:
    """Return what stands at the end of *case*, if it is a question."""
    reader = Reader(PromptDetector())
    reader.read(case.output())
    reader.rest()
    return next((f.message for f in reader.kept() if not f.resolved), "")


def test_all_questions_together_are_understood(
    capsys: pytest.CaptureFixture[str],
) -> None:
    wanted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    agreed: Counter[str] = Counter()
    for case in ASKING:
        label, answer = labels()[case.name], asked(case)
        wanted[case.tool] += bool(label)
        found[case.tool] += bool(answer)
        agreed[case.tool] += bool(label) and label == answer

    with capsys.disabled():
        print(f"\n{'asked by':<14} labels  found  agreed")
        for tool in sorted({*wanted, *found}):
            print(f"{tool:<14} {wanted[tool]:>6} {found[tool]:>6} {agreed[tool]:>7}")

    assert agreed.total() >= ENOUGH * wanted.total()
    assert agreed.total() >= ENOUGH * found.total()


def test_every_label_is_of_an_output() -> None:
    assert {case.name for case in ASKING} == set(labels())


@pytest.mark.parametrize(
    "case",
    [case for case in all_cases() if case.name not in labels()],
    ids=lambda case: case.name,
)
def test_whoever_prints_whole_lines_asks_nothing(case: Case) -> None:
    assert asked(case) == ""
