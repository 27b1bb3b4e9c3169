"""Pattern files, good and bad."""

from pathlib import Path

import pytest

from brummer_errors.loading import PatternError, of_user, parsed, shipped
from tests.plugins.errors.reading import read

GOOD = r"""
[[pattern]]
name = "job"
literals = ["Job failed:"]
start = '^job failed: (?P<type>\w+): (?P<message>.*)$'
line = [
    { match = '^  in (?P<file>\S+):(?P<line>\d+)$', as = "frame" },
]
"""


@pytest.mark.parametrize("pattern", shipped(), ids=lambda pattern: pattern.name)
def test_a_pattern_that_is_shipped_can_be_compiled(pattern: object) -> None:
    name = getattr(pattern, "name", "")

    assert sum(other.name == name for other in shipped()) == 1


def test_the_expressions_that_are_shipped_are_expressions(tmp_path: Path) -> None:
    folder = Path(__file__).parents[3] / "plugins" / "brummer_errors" / "patterns"

    patterns, problems = of_user(sorted(folder.glob("*.toml")))

    assert problems == ()
    assert len(patterns) == len(shipped())


@pytest.mark.parametrize(
    "example",
    [example for pattern in shipped() for example in pattern.examples],
)
def test_each_example_is_recognised(example: str) -> None:
    assert read([example + "\n"])


def test_a_file_of_the_user_adds_patterns(tmp_path: Path) -> None:
    path = tmp_path / "shop.toml"
    path.write_text(GOOD)

    patterns, problems = of_user([path])

    assert problems == ()
    [found] = read(["job failed: Late: parcel\n  in ship.job:7\nfine\n"], patterns)
    assert (found.type, found.file, found.line_in_file) == ("Late", "ship.job", 7)
    assert patterns[0].name == "shop.job"


def test_a_line_that_a_pattern_excludes_begins_nothing(tmp_path: Path) -> None:
    path = tmp_path / "shop.toml"
    path.write_text(GOOD.replace("line = [", "unless = ': Late: no '\nline = ["))

    patterns, problems = of_user([path])

    assert problems == ()
    found = read(["job failed: Late: no parcel\njob failed: Late: two\n"], patterns)
    assert [finding.message for finding in found] == ["two"]


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("[[pattern]\n", 1, ""),
        ("x = 1\n", 1, "[[pattern]] tables only"),
        ("\n[[pattern]]\nname = 'a'\n", 2, "literals is missing"),
        (GOOD.replace("start =", "begin ="), 2, "unknown key 'begin'"),
        (GOOD.replace('as = "frame"', 'as = "picture"'), 2, "'picture' is not one of"),
        (GOOD.replace("^  in ", "^(?=x)"), 7, "no pattern"),
        (GOOD.replace('["Job failed:"]', '[""]'), 2, "literal ''"),
        (GOOD.replace('["Job failed:"]', '"x"'), 2, "literals is 'x', not a list"),
        (GOOD + "severity = 'bad'\n", 2, "severity is 'bad'"),
        (GOOD + "blanks = -1\n", 2, "-1 is no number"),
        (GOOD + "needs = [1]\n", 2, "needs holds something that is no text"),
        (GOOD.replace("{ match", "'x', { match"), 2, "'x' is no table"),
    ],
)
def test_a_broken_file_is_told_with_its_line(
    tmp_path: Path, text: str, line: int, problem: str
) -> None:
    bad, good = tmp_path / "bad.toml", tmp_path / "good.toml"
    bad.write_text(text)
    good.write_text(GOOD)

    patterns, problems = of_user([bad, good])

    assert [pattern.name for pattern in patterns] == ["good.job"]
    [said] = problems
    assert said.startswith(f"{bad}:{line}: ")
    assert problem in said


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    large = tmp_path / "large.toml"
    large.write_bytes(b"#" * 2_000_000)
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff")

    patterns, problems = of_user([tmp_path / "none.toml", large, binary])

    assert patterns == ()
    assert [problem.split(":")[0].split(" ")[0] for problem in problems] == [
        ["[Errno", "2] No such file or directory"][0],
        str(large),
        str(binary),
    ]


def test_a_wrong_file_says_where() -> None:
    with pytest.raises(PatternError, match=r"^shop\.toml:1: "):
        parsed("[[pattern]", "shop", "shop.toml")
