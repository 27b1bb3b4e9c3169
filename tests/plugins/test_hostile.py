"""Output that was made to upset whoever reads it."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer_builds.detector import BuildDetector
from brummer_prompts.detector import PromptDetector
from brummer_tests.detector import TestDetector
from brummer_urls.detector import UrlDetector
from tests.plugins.reading import WEB, Reader

CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]")
LITERALS = st.sampled_from((*TestDetector.prefilter, *BuildDetector.prefilter))
PIECES = st.lists(
    st.one_of(
        LITERALS,
        st.binary(max_size=8),
        st.sampled_from((b"\n", b"\r", b"\x1b[1m", b"9" * 30, b"(", b": ", b"\0")),
    ),
    max_size=30,
).map(b"".join)


@given(st.lists(PIECES, max_size=6))
def test_whatever_is_printed_nobody_fails(pieces: list[bytes]) -> None:
    tests, builds = TestDetector(), BuildDetector()
    reader = Reader(tests, builds, PromptDetector(), UrlDetector())

    for piece in pieces:
        reader.read(piece)
        reader.rest()
    reader.end()

    for finding in (*reader.found, *tests.end(WEB), *builds.end(WEB, well=True)):
        assert not CONTROLS.search(finding.title)
        assert len(finding.title) < 500
        assert all(len(value) < 5_000 for value in finding.details.values())


@pytest.mark.parametrize(
    "line",
    [
        b"Tests:" + b" " * 1500 + b"1" * 1500,
        b"Test Suites:" + b" " * 1500 + b"1" * 1500,
        b"a" * 200 + b"?" + b" " * 1500 + b"x",
        b"password:" + b" " * 3500 + b"x",
        b"(y/n)" + b" " * 3500 + b"no way",
    ],
)
def test_no_line_takes_long_to_be_understood(line: bytes) -> None:
    reader = Reader(TestDetector(), BuildDetector(), PromptDetector())
    reader.read("Tests:  x\nTest Suites: x\n?")
    reader.rest()
    begin = time.thread_time()

    reader.read(b"\n" + line)
    reader.rest()
    reader.read(b"\n")

    # A hundred times what it takes, and less than the blanks took when they were
    # tried in all the ways in which they can be shared.
    assert time.thread_time() - begin < 1.0


@pytest.mark.parametrize(("labels", "findings"), [(4, 1), (5, 0)])
def test_a_line_is_looked_at_behind_some_labels_only(
    labels: int, findings: int
) -> None:
    for detector, line in (
        (TestDetector(), "=== 2 passed in 1s ==="),
        (BuildDetector(), "webpack 5 compiled successfully in 1 ms"),
    ):
        reader = Reader(detector)

        reader.read("web | " * labels + line + "\n")

        assert len(reader.found) == findings


def test_numbers_that_are_too_long_are_read_as_they_are() -> None:
    reader = Reader(TestDetector(), BuildDetector())

    reader.read(b"=== " + b"9" * 300 + b" passed in 1s ===\n")
    reader.read(b"webpack 5 compiled with " + b"9" * 3000 + b" errors in 1 ms\n")

    assert len(reader.kept()) == 2
