"""How well builds and test runs in real outputs are understood, tool by tool."""

import pytest

from tests.corpus.cases import ROOT, Case
from tests.corpus.states import all_cases, labels, scores
from tests.corpus.test_corpus import MACHINE

#: What precision and recall are at least, and outputs of each tool.
ENOUGH = 0.95
OUTPUTS = 5

TESTS = (
    "cargo test",
    "go test",
    "jest",
    "maven",
    "minitest",
    "mocha",
    "node --test",
    "phpunit",
    "playwright",
    "pytest",
    "rspec",
    "unittest",
    "vitest",
)
BUILDS = (
    "cargo",
    "docker",
    "esbuild",
    "go",
    "gradle",
    "make",
    "maven",
    "next",
    "nx",
    "parcel",
    "rollup",
    "tsc",
    "turbo",
    "vite",
    "webpack",
)
TOOLS = [*(("test", tool) for tool in TESTS), *(("build", tool) for tool in BUILDS)]

RECORDED = [case for case in all_cases() if case.name.startswith("states/")]


@pytest.mark.parametrize(("kind", "tool"), TOOLS)
def test_what_a_tool_tells_is_understood(kind: str, tool: str) -> None:
    score = scores()[kind, tool]

    assert score.labels >= OUTPUTS - (tool == "docker")
    assert score.precision >= ENOUGH, "\n".join(score.problems)
    assert score.recall >= ENOUGH, "\n".join(score.problems)


def test_nothing_is_found_that_nobody_labelled() -> None:
    labelled = {(label.kind, label.tool) for label in labels()}

    assert set(scores()) == labelled


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: case.name)
def test_a_recorded_case_is_whole(case: Case) -> None:
    described = case.path.read_text("utf-8")

    assert case.path.parent.name == case.tool
    assert case.version
    assert not MACHINE.search("\n".join(case.lines()))
    assert not MACHINE.search(described)


def test_every_label_is_of_an_output() -> None:
    names = {case.name for case in all_cases()}

    assert {label.case for label in labels()} <= names


def test_every_output_has_its_description() -> None:
    outputs = {path.with_suffix("") for path in ROOT.glob("states/*/*.out")}

    assert outputs == {case.path.with_suffix("") for case in RECORDED}


def test_the_table_of_builds_and_tests(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(f"\n{'kind':<6} {'tool':<14} labels  found  precision  recall")
        for (kind, tool), score in sorted(scores().items()):
            print(
                f"{kind:<6} {tool:<14} {score.labels:>6} {score.found:>6}"
                f" {score.precision:>10.2f} {score.recall:>7.2f}"
            )

    assert scores()
