"""Tests of patterns for files."""

import pytest

from brummer.app.glob import MOST, base, matcher, spelled_out


@pytest.mark.parametrize(
    ("pattern", "inside", "outside"),
    [
        ("src/**/*.py", ["src/a.py", "src/b/c/a.py"], ["a.py", "src/a.js", "lib/a.py"]),
        ("src/*.py", ["src/a.py"], ["src/b/a.py"]),
        ("./src/", ["src/a.py", "src/b/a"], ["srcs/a.py"]),
        ("*.py", ["a.py"], ["src/a.py"]),
        ("**/*.{ts,tsx}", ["a.ts", "web/a.tsx"], ["a.tsa", "web/a.js"]),
        ("a?.[ch]", ["ab.c", "ax.h"], ["a/.c", "ab.d", "abc.c"]),
        ("[!a]b", ["bb"], ["ab", "/b"]),
        ("a+(b).py", ["a+(b).py"], ["aab.py"]),
        ("docs/**", ["docs/a", "docs/a/b"], ["doc/a"]),
    ],
)
def test_a_pattern_means_what_shells_mean_by_it(
    pattern: str, inside: list[str], outside: list[str]
) -> None:
    found = matcher([pattern])

    assert [path for path in inside if not found.match(path)] == []
    assert [path for path in outside if found.match(path)] == []


def test_one_without_a_slash_may_be_meant_anywhere() -> None:
    found = matcher(["*.log", "generated", "src/tmp"], anywhere=True)

    assert found.match("a/b/x.log")
    assert found.match("a/generated/b.py")
    assert found.match("src/tmp/a")
    assert not found.match("a/src/tmp/a")


def test_nothing_matches_no_pattern() -> None:
    assert not matcher([]).match("a")
    assert not matcher([]).match("")


def test_braces_that_multiply_come_to_an_end() -> None:
    assert len(list(spelled_out("{a,b}" * 64))) == MOST
    assert list(spelled_out("{a,b}{c,d}")) == ["ac", "ad", "bc", "bd"]


@pytest.mark.parametrize(
    ("pattern", "folder", "deeper"),
    [
        ("src/**/*.py", "src", True),
        ("src/*.py", "src", False),
        ("src/app", "src/app", True),
        ("*.py", "", False),
        ("**/*.py", "", True),
        ("a/b*/c.py", "a", True),
    ],
)
def test_a_pattern_is_about_a_folder(
    pattern: str, folder: str, *, deeper: bool
) -> None:
    assert base(pattern) == (folder, deeper)
