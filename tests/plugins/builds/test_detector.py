import pytest

import brummer
from brummer_builds.detector import BuildDetector
from brummer_errors.gathering import ErrorGatherer
from brummer_errors.loading import shipped
from tests.corpus.cases import ROOT
from tests.plugins.reading import WEB, Reader

STARTS = "[8:14:38 AM] Starting compilation in watch mode...\n"
CHANGED = "[8:14:43 AM] File change detected. Starting incremental compilation...\n"
ERROR = "src/a.ts:1:14 - error TS2322: Type 'string' is not assignable.\n"
ONE = "[8:14:42 AM] Found 1 error. Watching for file changes.\n"
NONE = "[8:14:44 AM] Found 0 errors. Watching for file changes.\n"


def read(*lines: str, detector: BuildDetector | None = None) -> Reader:
    reader = Reader(detector or BuildDetector())
    for line in lines:
        reader.read(line)
    return reader


def titles(reader: Reader) -> list[str]:
    return [finding.title for finding in reader.found]


def only(reader: Reader) -> brummer.Finding:
    [finding] = reader.kept()
    return finding


def test_a_build_is_told_of_from_its_beginning_to_its_end() -> None:
    reader = read(STARTS, ERROR, ONE, CHANGED, NONE)

    assert titles(reader) == [
        "tsc: building",
        "tsc: building 1 error so far",
        "tsc: failed with 1 error",
        "tsc: building",
        "tsc: ok",
    ]


def test_what_is_known_of_a_build_can_be_read_by_programs() -> None:
    finding = only(
        read("webpack 5.1.2 compiled with 2 errors and 1 warning in 70 ms\n")
    )

    assert finding.kind is brummer.FindingKind.BUILD
    assert finding.severity is brummer.Severity.ERROR
    assert finding.details == {
        "tool": "webpack",
        "state": "failed",
        "errors": "2",
        "warnings": "1",
        "seconds": "0.070",
    }


def test_a_build_clears_errors_from_before_it() -> None:
    finding = only(read(STARTS, ERROR, ONE, CHANGED, NONE))

    assert finding.clears == brummer.Clearance(before=3, patterns=("typescript.",))


def test_a_tool_that_stops_at_the_first_error_clears_nothing_when_it_fails() -> None:
    failed = only(read("\u2717 Build failed in 50ms\n"))
    worked = only(read("vite v7.3.8 building for production...\n", "built in 5ms\n"))

    assert failed.clears is None
    assert worked.clears is not None


def test_errors_that_are_told_outside_of_a_build_are_counted() -> None:
    line = "src/cart.ts(7,3): error TS2322: Type 'string' is not assignable.\n"

    reader = read(line, line.replace("7", "8"))

    assert titles(reader) == ["tsc: failed with 1 error", "tsc: failed with 2 errors"]


def test_an_error_after_a_build_is_the_beginning_of_another() -> None:
    reader = read(
        "  VITE v7.3.8  ready in 164 ms\n",
        "8:14:43 AM [vite] Internal server error: Unexpected token\n",
        "8:14:49 AM [vite] (client) hmr update /src/main.ts\n",
    )

    assert titles(reader) == [
        "vite: ok in 164 ms",
        "vite: failed with 1 error",
        "vite: ok",
    ]


def test_of_a_flood_of_errors_the_first_are_reported() -> None:
    lines = "".join(f"a.ts({n},3): error TS2322: no\n" for n in range(5_000))

    reader = read(*lines.splitlines(keepends=True))

    assert len(reader.found) == 100
    assert only(reader).title == "tsc: failed with at least 100 errors"


@pytest.mark.parametrize("count", [100, 300])
def test_all_errors_of_a_flood_are_counted_when_its_process_ends(count: int) -> None:
    detector = BuildDetector()
    lines = [f"a.ts({n},3): error TS2322: no\n" for n in range(count)]
    read(*lines, detector=detector)

    [finding] = detector.end(WEB, well=False)

    assert finding.title == f"tsc: failed with {count} errors"
    assert finding.details["errors"] == str(count)


def test_all_errors_of_a_flood_are_counted_when_the_tool_says_how_many() -> None:
    detector = BuildDetector()
    lines = [f"a.ts:{n}:3 - error TS2322: no\n" for n in range(1, 301)]

    reader = read(*lines, "Found 300 errors in 7 files.\n", detector=detector)

    assert only(reader).title == "tsc: failed with 300 errors"
    assert detector.end(WEB, well=False) == ()


def test_a_real_rebuild_resolves_what_it_did_not_repeat() -> None:
    output = (ROOT / "states/tsc/rebuilt.out").read_bytes()
    reader = Reader(ErrorGatherer(tuple(shipped())), BuildDetector())

    for line in output.splitlines(keepends=True):
        reader.read(line)
    reader.rest()

    errors = {
        f.line_in_file: (f.count, bool(f.resolved))
        for f in reader.kept()
        if f.kind is brummer.FindingKind.ERROR
    }
    # One was mended; the other came again.
    assert errors == {1: (1, True), 2: (2, False)}


@pytest.mark.parametrize(("code", "title"), [(0, "make: ok"), (2, "make: failed")])
def test_a_build_that_does_not_say_how_it_ended_ends_as_its_process(
    code: int,
    title: str,
) -> None:
    detector = BuildDetector()
    read("make[1]: Entering directory '/srv/shop'\n", detector=detector)

    [finding] = detector.end(WEB, well=code == 0)

    assert finding.title == title
    assert detector.end(WEB, well=code == 0) == ()


def test_a_build_that_is_over_stays_as_it_was() -> None:
    detector = BuildDetector()
    read("BUILD SUCCESSFUL in 7s\n", detector=detector)

    assert detector.end(WEB, well=False) == ()


def test_processes_are_told_apart_and_forgotten() -> None:
    detector = BuildDetector()
    reader = read(STARTS, detector=detector)
    reader.read(STARTS, brummer.ProcessId("api-1"))

    detector.end(WEB, well=True)
    reader.read("nothing: *** here\n")

    assert len(reader.kept()) == 2
    assert len(detector.end(brummer.ProcessId("api-1"), well=True)) == 1


@pytest.mark.parametrize(
    "line",
    [
        "Found 3 errors in the report of yesterday",
        "We built in 3s a castle",
        "created a file in 3s",
        "Running build in 3 packages",
        "webpack 5 compiled with love",
        "NX is fast",
        "Tasks: 3 successful, 3 total",
        "The error is in main.go: 12",
        "main.go:12: starting",
        "***: make",
        "Finished reading in 3s",
        "Compiling a list of names",
        "error: could not compile the report",
        "BUILD SUCCESSFUL in theory",
        "Step 1/2 of the tutorial",
        "ready in 3 s",
        "1 error",
    ],
)
def test_what_only_looks_like_a_build_is_none(line: str) -> None:
    assert read(f"{line}\n").found == []
