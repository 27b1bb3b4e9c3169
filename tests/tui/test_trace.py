"""Frames, those of libraries folded."""

import pytest

from brummer.model.finding import Finding, FindingKind, Frame
from brummer.model.process import ProcessId
from brummer.tui.trace import Step, folded_words, place_of, place_words, trace

OWN = Frame(file="src/user.ts", line=12, column=22, function="findUser")
OTHER = Frame(file="src/routes.ts", line=41, function="handler")
LIBRARY = tuple(
    Frame(file=f"/srv/node_modules/{name}/index.js", line=n, own=False)
    for n, name in enumerate(["express", "express", "router", "@types/x", "koa"], 1)
)


def finding(*frames: Frame, file: str = "", line: int = 0) -> Finding:
    return Finding(
        kind=FindingKind.ERROR,
        title="TypeError: no",
        process=ProcessId("web-1"),
        time=0.0,
        frames=frames,
        file=file,
        line_in_file=line,
    )


def test_frames_of_libraries_in_a_row_are_one_step() -> None:
    steps = trace(finding(OWN, *LIBRARY, OTHER), ())

    assert [(s.at, len(s.frames)) for s in steps] == [(0, 1), (1, 5), (6, 1)]
    assert [s.is_folded for s in steps] == [False, True, False]


def test_one_frame_of_a_library_stays_as_it_is() -> None:
    steps = trace(finding(OWN, LIBRARY[0], OTHER), ())

    assert [s.is_folded for s in steps] == [False] * 3


def test_what_is_opened_is_shown_frame_by_frame() -> None:
    steps = trace(finding(OWN, *LIBRARY, OTHER), {1})

    assert [s.at for s in steps] == list(range(7))


def test_without_frames_there_is_the_place_of_the_error() -> None:
    (step,) = trace(finding(file="app.py", line=7), ())

    assert (step.frame.file, step.frame.line) == ("app.py", 7)
    assert trace(finding(), ()) == []


def test_one_begins_at_the_place_of_the_error() -> None:
    error = finding(OTHER, OWN, file="src/user.ts", line=12)
    steps = trace(error, ())

    assert place_of(error, steps) == steps[1]


def test_without_that_place_one_begins_at_the_first_own_frame() -> None:
    error = finding(*LIBRARY, OWN, OTHER, file="generated.js", line=1)
    steps = trace(error, ())

    found = place_of(error, steps)

    assert found is not None
    assert found.frame == OWN


def test_where_all_is_of_libraries_one_begins_at_the_top() -> None:
    error = finding(*LIBRARY)
    steps = trace(error, ())

    assert place_of(error, steps) == steps[0]
    assert place_of(finding(), []) is None


def test_a_folded_step_names_the_libraries() -> None:
    step = Step(0, LIBRARY)

    assert folded_words(step) == (
        "5 frames in node_modules: express, router, @types/x, ..."
    )


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (["/v/site-packages/flask/app.py"] * 2, "2 frames in site-packages: flask"),
        (["node:internal/timers"] * 2, "2 frames in libraries"),
        (
            ["/x/node_modules/.pnpm/koa@2/node_modules/koa/a.js"] * 2,
            "2 frames in node_modules: koa",
        ),
    ],
)
def test_where_libraries_are_is_told(files: list[str], words: str) -> None:
    frames = tuple(Frame(file=file, own=False) for file in files)

    assert folded_words(Step(0, frames)) == words


def test_a_place_is_written_as_editors_take_it() -> None:
    assert place_words("a.py", 3, 7) == "a.py:3:7"
    assert place_words("a.py", 3, 0) == "a.py:3"
    assert place_words("a.py", 0, 0) == "a.py"
