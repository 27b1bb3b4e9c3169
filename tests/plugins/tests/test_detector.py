import pytest

import brummer
from brummer_tests.detector import TestDetector
from brummer_tests.run import MOST
from tests.plugins.reading import WEB, Reader

PYTEST = """\
============================= test session starts ==============================
collected 2 items

FAILED test_cart.py::test_total - assert 3 == 4
========================= 1 failed, 1 passed in 0.04s ==========================
"""
JEST = """\
PASS  ./cart.test.js

Test Suites: 1 passed, 1 total
Tests:       2 passed, 2 total
Snapshots:   0 total
Time:        0.362 s
Ran all test suites.
"""


def titles(reader: Reader) -> list[str]:
    return [finding.title for finding in reader.found]


def only(reader: Reader) -> brummer.Finding:
    [finding] = reader.kept()
    return finding


def test_a_run_is_told_of_from_its_beginning_to_its_end() -> None:
    reader = Reader(TestDetector())

    for line in PYTEST.splitlines(keepends=True):
        reader.read(line)

    assert titles(reader) == [
        "pytest: running",
        "pytest: running, 1 failed so far",
        "pytest: 1 failed, 1 passed in 40 ms",
    ]
    assert only(reader).details == {
        "tool": "pytest",
        "state": "failed",
        "passed": "1",
        "failed": "1",
        "skipped": "0",
        "seconds": "0.040",
        "tests": "test_cart.py::test_total",
    }
    assert only(reader).severity is brummer.Severity.ERROR


def test_the_next_run_takes_the_place_of_the_one_before() -> None:
    reader = Reader(TestDetector())
    reader.read(PYTEST)

    reader.read(PYTEST.replace("1 failed, 1 passed", "2 passed").replace("FAILED", "-"))

    finding = only(reader)
    assert finding.title == "pytest: 2 passed in 40 ms"
    assert finding.severity is None
    assert "tests" not in finding.details


def test_a_run_that_does_not_say_that_it_begins_is_another_after_the_end() -> None:
    reader = Reader(TestDetector())
    reader.read(JEST.replace("2 passed, 2 total", "2 failed, 2 total"))

    reader.read(JEST)

    assert only(reader).title == "jest: 2 passed in 362 ms"


def test_a_run_clears_errors_from_before_it() -> None:
    reader = Reader(TestDetector())
    reader.read("a\nb\n" + JEST)

    reader.read(JEST)

    clears = only(reader).clears
    assert clears is not None
    # The end of the first run is line 8; the second begins after it.
    assert (clears.before, clears.patterns) == (9, ("jest.",))


def test_runners_in_one_process_are_told_apart() -> None:
    reader = Reader(TestDetector())

    reader.read(JEST + PYTEST)

    assert [finding.type for finding in reader.kept()] == ["jest", "pytest"]


def test_processes_are_told_apart() -> None:
    reader = Reader(TestDetector())
    api = brummer.ProcessId("api-1")

    for line in PYTEST.splitlines(keepends=True):
        reader.read(line)
        reader.read(line.replace("1 failed, 1 passed", "3 passed"), api)

    assert [(f.process, f.details["passed"]) for f in reader.kept()] == [
        (WEB, "1"),
        (api, "3"),
    ]


def test_a_package_that_comes_again_begins_another_run() -> None:
    reader = Reader(TestDetector())
    reader.read("--- FAIL: TestA (0.00s)\nFAIL\tshop/a\t0.1s\nok  \tshop/b\t0.1s\n")
    first = only(reader)

    reader.read("--- FAIL: TestB (0.00s)\nFAIL\tshop/a\t0.1s\n")

    assert first.title == "go test: 1 failed in 200 ms"
    assert only(reader).details["tests"] == "TestB"
    clears = only(reader).clears
    assert clears is not None
    assert clears.before == 3


@pytest.mark.parametrize(
    "label",
    ["web-1  | ", "[0] ", "web:test: ", "2026-05-04T12:00:01.235Z ", "\x1b[32m"],
)
def test_labels_and_colours_of_other_programs_do_not_matter(label: str) -> None:
    reader = Reader(TestDetector())

    reader.read("".join(f"{label}{line}\n" for line in PYTEST.splitlines()))

    assert only(reader).title == "pytest: 1 failed, 1 passed in 40 ms"


def test_lines_may_come_in_pieces() -> None:
    reader = Reader(TestDetector())

    for byte in PYTEST.encode():
        reader.read(bytes([byte]))

    assert only(reader).title == "pytest: 1 failed, 1 passed in 40 ms"


def test_of_many_failures_some_have_a_name_and_the_others_are_counted() -> None:
    reader = Reader(TestDetector())
    names = "".join(f"FAILED test_a.py::test_{n} - x\n" for n in range(500))

    reader.read("====== test session starts ======\n" + names)

    assert len(reader.found) < 10
    reader.read("====== 500 failed in 2.00s ======\n")
    details = only(reader).details
    assert len(details["tests"].split("\n")) == MOST
    assert (details["failed"], details["more"]) == ("500", str(500 - MOST))


def test_a_run_that_goes_on_when_its_process_ends_was_stopped() -> None:
    detector = TestDetector()
    reader = Reader(detector)
    reader.read("====== test session starts ======\n")

    [stopped] = detector.end(WEB)

    assert stopped.title == "pytest: stopped"
    assert stopped.details["state"] == "stopped"


def test_a_run_that_is_over_is_not_stopped() -> None:
    detector = TestDetector()
    Reader(detector).read(PYTEST)

    assert detector.end(WEB) == ()
    assert detector.end(WEB) == ()


def test_a_process_that_ended_is_forgotten() -> None:
    detector = TestDetector()
    reader = Reader(detector)
    reader.read("====== test session starts ======\n")
    detector.end(WEB)

    reader.read(PYTEST)

    assert detector.end(WEB) == ()


@pytest.mark.parametrize(
    "line",
    [
        "3 passed the exam, 2 failed in 1999",
        "Tests: see the README",
        "FAILED to connect to test_db.py::main",
        "Time:  now",
        "GET /tests: 200",
        "ok (maybe)",
        "Ran 3 errands in 5s",
        "  3 passed away",
        "not ok 3 - but nobody runs tests",
        "Finished in 3 s",
        "OK (skipped)",
        "# tests are good",
        "the run passed in 3s",
        "Summary: 3 failed",
    ],
)
def test_what_only_looks_like_a_result_is_none(line: str) -> None:
    reader = Reader(TestDetector())

    reader.read(f"{line}\n")

    assert reader.found == []
