import re
from collections import Counter
from pathlib import Path

import pytest

from tests.corpus.cases import ROOT, Case, Label, cases

#: How a machine or its registries would show through.
MACHINE = re.compile(
    r"(?<![\w.@-])/(?:root|tmp|home|work|Users)/|\.pyenv"
    r"|registry\.(?:npmjs|yarnpkg)\.|pypi\.org|pythonhosted\.org|deb\.debian\.org"
    r"|crates\.io/|proxy\.golang\.org|repo\d?\.maven\.(?:apache\.org|org)"
)

LANGUAGES = {
    "c",
    "cmake",
    "cpp",
    "csharp",
    "docker",
    "elixir",
    "go",
    "java",
    "javascript",
    "kotlin",
    "make",
    "nginx",
    "php",
    "python",
    "ruby",
    "rust",
    "shell",
    "sql",
    "typescript",
}

#: What a finding is called whose tool gives it no name of its own.
NAMELESS = {
    "Warning",
    "build error",
    "compile error",
    "dependency error",
    "docker",
    "link error",
    "make error",
    "runtime error",
    "script error",
    "test failure",
    "vet",
}

#: An ordinary case is small; a few are as long as real ones get.
SMALL, LONG, LONG_ONES = 20_000, 300_000, 40

every_case = pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)


def text_of(case: Case, label: Label) -> str:
    """Return the lines that *label* covers, with every run of blanks as one."""
    covered = case.lines()[label.first_line : label.last_line + 1]
    return " ".join(" ".join(covered).split())


def shows(text: str, word: str) -> bool:
    """Whether *word* stands in *text*, also where it was broken over lines."""
    return " ".join(word.split()) in text


def test_every_output_has_its_description_and_the_other_way_round() -> None:
    outputs = {path.with_suffix("") for path in ROOT.glob("*/*.out")}
    described = {case.path.with_suffix("") for case in cases()}

    assert outputs == described


@every_case
def test_a_case_says_how_it_was_made(case: Case) -> None:
    assert case.tool
    assert case.command
    assert case.version
    assert case.stream in {"pty", "pipe"}
    assert case.path.parent.name in {case.tool, "ordinary"}


@every_case
def test_a_case_shows_no_machine(case: Case) -> None:
    described = case.path.read_text("utf-8")

    assert not MACHINE.search("\n".join(case.lines()))
    assert not MACHINE.search(described)


@every_case
def test_an_ordinary_output_has_no_findings(case: Case) -> None:
    if case.path.parent.name == "ordinary":
        assert not case.findings


@every_case
def test_a_label_is_complete(case: Case) -> None:
    for label in case.findings:
        assert label.type
        assert label.message
        assert label.severity in {"error", "warning"}
        assert label.language in LANGUAGES
        assert (label.line is None) or label.file
        assert (label.column is None) or label.line
        assert not (label.file and Path(label.file).is_absolute())


@every_case
def test_a_label_covers_lines_that_show_it(case: Case) -> None:
    lines = case.lines()

    for label in case.findings:
        assert 0 <= label.first_line <= label.last_line < len(lines)
        assert lines[label.first_line].strip()
        assert lines[label.last_line].strip()
        text = text_of(case, label)
        assert shows(text, label.message), label.message
        assert label.type in NAMELESS or shows(text, label.type.split()[-1]), label


@every_case
def test_a_label_names_a_place_that_is_in_the_output(case: Case) -> None:
    # A linter names the file once, above all that it has to say about it; some
    # runners name the test only there or below.
    output = " ".join(" ".join(case.lines()).split())

    for label in case.findings:
        text = text_of(case, label)
        assert not label.file or Path(label.file).name in output, label
        assert not label.line or re.search(rf"\b{label.line}\b", text), label
        assert not label.column or re.search(rf"\b{label.column}\b", text), label
        assert not label.test or shows(output, label.test.split(" > ")[-1]), label


@every_case
def test_labels_are_in_order(case: Case) -> None:
    starts = [label.first_line for label in case.findings]

    assert starts == sorted(starts)


def test_the_outputs_are_small() -> None:
    sizes = [len(case.output()) for case in cases()]

    assert max(sizes) <= LONG
    assert sum(size > SMALL for size in sizes) <= LONG_ONES


def test_the_corpus_has_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    failed = Counter(case.tool for case in cases() if case.findings)
    passed = Counter(case.tool for case in cases() if not case.findings)
    labels = Counter(case.tool for case in cases() for _ in case.findings)

    with capsys.disabled():
        print(f"\n{'tool':16}{'failed':>8}{'passed':>8}{'findings':>10}")
        for tool in sorted(failed | passed):
            counts = f"{failed[tool]:8}{passed[tool]:8}{labels[tool]:10}"
            print(f"{tool:16}{counts}")
        counts = f"{failed.total():8}{passed.total():8}{labels.total():10}"
        print(f"{'all':16}{counts}")

    assert failed
    assert passed
