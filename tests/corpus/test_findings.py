"""How well the errors in real outputs are understood, tool by tool."""

from functools import cache
from itertools import groupby

import pytest

import brummer
from brummer_errors.loading import shipped
from brummer_errors.pattern import Role
from tests.corpus.cases import Case, cases
from tests.corpus.evaluation import Score, score
from tests.plugins.errors.reading import read

#: What precision and recall are at least.
ENOUGH = 0.95

#: Tools whose errors we claim to understand.
UNDERSTOOD = (
    "apt",
    "bash",
    "bundler",
    "cargo-test",
    "clang",
    "cmake",
    "composer",
    "csharp",
    "django",
    "docker",
    "docker-compose",
    "elixir",
    "esbuild",
    "eslint",
    "flask",
    "g++",
    "gcc",
    "git",
    "go-build",
    "go-panic",
    "go-test",
    "go-vet",
    "gradle",
    "gtest",
    "java",
    "javac",
    "jest",
    "junit",
    "kotlin",
    "make",
    "maven",
    "minitest",
    "mix",
    "mix-test",
    "mocha",
    "mongodb",
    "next",
    "nginx",
    "node",
    "node-pg",
    "npm",
    "php",
    "phpunit",
    "playwright",
    "pnpm",
    "postgres",
    "psql",
    "psycopg",
    "pymongo",
    "pytest",
    "python",
    "rails",
    "rake",
    "rspec",
    "ruby",
    "rust-panic",
    "rustc",
    "sanitizer",
    "sh",
    "shellcheck",
    "spring",
    "sqlalchemy",
    "sqlite3",
    "tsc",
    "uvicorn",
    "valgrind",
    "vite",
    "vitest",
    "webpack",
    "yarn",
    "zsh",
)

TOOLS = {
    tool: tuple(group)
    for tool, group in groupby(cases(), key=lambda case: case.path.parent.name)
}


@cache
def scored(tool: str) -> Score:
    """Return how the outputs of a tool are understood."""
    return score(TOOLS[tool])


@pytest.mark.parametrize("tool", UNDERSTOOD)
def test_the_errors_of_a_tool_are_understood(tool: str) -> None:
    result = scored(tool)

    assert result.precision >= ENOUGH, "\n".join(result.problems)
    assert result.recall >= ENOUGH, "\n".join(result.problems)


@pytest.mark.parametrize(
    "case", [case for case in cases() if not case.findings], ids=lambda case: case.name
)
def test_there_are_no_errors_where_all_went_well(case: Case) -> None:
    found = [
        finding.title
        for finding in read([case.output()])
        if finding.severity is not brummer.Severity.WARNING
    ]

    assert found == []


def test_every_pattern_is_needed_or_has_an_example() -> None:
    used = {
        finding.details["pattern"]
        for case in cases()
        if case.findings
        for finding in read([case.output()])
    }

    shown = {pattern.name for pattern in shipped() if pattern.examples}
    # What is no error has its cases where all went well.
    finding = {pattern.name for pattern in shipped() if pattern.role is not Role.DROP}
    assert finding - used - shown == set()


def test_the_table_of_all_tools(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(f"\n{'tool':<16} labels  found  precision  recall")
        for tool in TOOLS:
            result = scored(tool)
            print(
                f"{tool:<16} {result.labels:>6} {result.found:>6}"
                f" {result.precision:>10.2f} {result.recall:>7.2f}"
            )

    assert set(UNDERSTOOD) <= set(TOOLS)
