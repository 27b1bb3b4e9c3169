"""Tests of tags."""

import pytest

from brummer.logs.tag import TAGS, tags_of, words_of


@pytest.mark.parametrize(
    ("line", "tags"),
    [
        ("Compiled successfully in 1.2 s", {"build"}),
        ("webpack 5.112.2 compiled with 2 errors in 114 ms", {"build"}),
        ("> npm run build", {"build", "install"}),
        ("Tests:       1 failed, 3 passed, 4 total", {"test"}),
        ("--- FAIL: TestSum (0.00s)", {"test"}),
        ("running ESLint on 12 files", {"lint"}),
        ('127.0.0.1 - - "GET /api/items HTTP/1.1" 200 12', {"http"}),
        ("SELECT id FROM orders WHERE total > 3", {"sql"}),
        ("psql: could not run the query", {"sql"}),
        ("added 214 packages, and audited 215 packages in 3s", {"install"}),
        ("connect ECONNREFUSED 127.0.0.1:5432", {"network"}),
        ("(node:12) [DEP0005] DeprecationWarning: old", {"deprecation"}),
        ("3 high severity vulnerabilities", {"security"}),
        ("[nodemon] restarting due to changes...", {"restart"}),
        ("hello", set()),
    ],
)
def test_a_line_is_about_something(line: str, tags: set[str]) -> None:
    assert set(tags_of(line.encode())) == tags


@pytest.mark.parametrize(
    "line",
    [
        "the latest contest of builders",
        "src/build/test.js",
        "lib/requests.py",
        "rebuilder attested",
        "a sqlish word",
        "user@install.example",
    ],
)
def test_words_stand_alone(line: str) -> None:
    assert tags_of(line.encode()) == ()


@pytest.mark.parametrize("tag", TAGS)
def test_no_tag_is_of_an_empty_line(tag: str) -> None:
    assert not words_of(tag).matches(b"")
