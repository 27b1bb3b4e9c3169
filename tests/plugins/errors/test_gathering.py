"""Errors in output that is not as tidy as in a book."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import brummer
from brummer_errors.loading import parsed
from tests.plugins.errors.reading import WEB, read, read_streams

TRACE = """Traceback (most recent call last):
  File "/srv/web/app.py", line 16, in <module>
    charge(card)
  File "/srv/web/shop/pay.py", line 10, in charge
    return int(card["number"])
           ^^^^^^^^^^^^^^^^^^^
ValueError: invalid literal for int() with base 10: '4x'
"""
STACK = """TypeError: no price
    at charge (/srv/web/pay.js:10:9)
    at Object.<anonymous> (/srv/web/app.js:14:3)
    at node:internal/main/run_main_module:28:49
"""


def summary(finding: brummer.Finding) -> tuple[str, str, int]:
    return finding.type, finding.file, finding.line_in_file


VALUE_ERROR = ("ValueError", "/srv/web/shop/pay.py", 10)
TYPE_ERROR = ("TypeError", "/srv/web/pay.js", 10)


def test_an_error_has_all_that_its_lines_tell() -> None:
    [found] = read(["fine\n", TRACE, "fine\n"])

    assert found.kind is brummer.FindingKind.ERROR
    assert found.title == "ValueError: invalid literal for int() with base 10: '4x'"
    assert found.language == "python"
    assert found.severity is brummer.Severity.ERROR
    assert found.range == (1, 8)
    assert found.frames == (
        brummer.Frame(file="/srv/web/app.py", line=16, function="<module>"),
        brummer.Frame(file="/srv/web/shop/pay.py", line=10, function="charge"),
    )


@pytest.mark.parametrize("seed", range(5))
def test_it_does_not_matter_how_the_lines_are_read(seed: int) -> None:
    data = ("fine\n" + TRACE + STACK + "fine\n").encode()
    cuts = sorted(random.Random(seed).sample(range(len(data)), 40))

    pieces = [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True)]

    assert [summary(found) for found in read(pieces)] == [VALUE_ERROR, TYPE_ERROR]


def test_two_processes_and_two_streams_do_not_disturb_each_other() -> None:
    out, err = brummer.Stream.OUT, brummer.Stream.ERR
    others = brummer.ProcessId("api-1")
    lines = zip(TRACE.splitlines(), (STACK * 2).splitlines(), strict=False)

    found = read_streams(
        part
        for trace, stack in lines
        for part in (
            (WEB, out, f"{trace}\n"),
            (WEB, err, f"{stack}\n"),
            (others, out, f"{stack}\n"),
        )
    )

    assert {(each.process, *summary(each)) for each in found} == {
        (WEB, *VALUE_ERROR),
        (WEB, *TYPE_ERROR),
        (others, *TYPE_ERROR),
    }


@pytest.mark.parametrize(
    "prefix",
    [
        "[0] ",
        "web_1  | ",
        "12:00:01 ",
        "[12:00:01] ",
        "2026-05-04T12:00:01.123Z ",
        "2026-05-04 12:00:01,123 ",
        "[12:00:01] [web] ",
        "web > ",
    ],
)
@pytest.mark.parametrize("text", [TRACE, STACK])
def test_what_stands_in_front_of_every_line_does_not_matter(
    prefix: str, text: str
) -> None:
    lines = [f"{prefix}{line}\n" for line in f"fine\n{text}fine\n".splitlines()]

    [found] = read(lines)

    assert summary(found) in {VALUE_ERROR, TYPE_ERROR}
    assert found.line == 1


def test_labels_tell_the_lines_of_two_programs_apart() -> None:
    pairs = zip(TRACE.splitlines(), STACK.splitlines() + ["fine"] * 3, strict=True)

    found = read(f"[api] {a}\n[web] {b}\n" for a, b in pairs)

    assert {summary(each) for each in found} == {VALUE_ERROR, TYPE_ERROR}


def test_colours_and_carriage_returns_do_not_matter() -> None:
    lines = [f"\x1b[2K\x1b[31m{line}\x1b[0m\r\n" for line in TRACE.splitlines()]

    [found] = read(lines)

    assert summary(found) == VALUE_ERROR


def test_of_a_line_that_was_written_over_the_last_counts() -> None:
    [found] = read(["building 10%\rbuilding 90%\r", TRACE])

    assert summary(found) == VALUE_ERROR


def test_a_repeat_is_the_same_error_with_a_count() -> None:
    found = read([TRACE, "fine\n", TRACE])

    assert [each.count for each in found] == [1, 2]
    assert found[0].fingerprint == found[1].fingerprint


def test_bytes_that_are_no_text_do_not_matter() -> None:
    data = TRACE.encode().replace(b"invalid", b"inv\xffalid")

    [found] = read([b"\xff\xfe\n", data])

    assert found.message == "inv\ufffdalid literal for int() with base 10: '4x'"


def test_a_trace_that_never_ends_is_cut() -> None:
    frame = '  File "/srv/web/app.py", line 1, in f\n    f()\n'

    found = read(["Traceback (most recent call last):\n", frame * 5_000])

    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "0 errors, 0 warnings",
        "error-free since 3 days",
        "{ error: null, errors: [], failed: false }",
        "compiled errors.ts without errors",
        "GET /error 200",
        "TypeError is what this page is about",
        "    at the station (no: 1:2)",
        "● nginx.service - a server\n     Loaded: loaded\n     Active: failed",
        "  ● expand - nested sets\n    all that is nested\n",
        "* repaired what led to a Segmentation fault",
        "\tlike: ERROR: AddressSanitizer: heap-use-after-free, for example",
        "Docker: what to do when it cannot connect to the Docker daemon",
        "docker: a client for containers",
        "note: Unable to locate package is what apt says",
    ],
)
def test_a_line_that_only_speaks_of_errors_is_none(line: str) -> None:
    assert read([f"{line}\nfine\n"]) == []


def test_a_line_aside_tells_something_to_all_that_wait_for_it() -> None:
    patterns = parsed(
        r"""
[[pattern]]
name = "job"
literals = ["job failed: "]
start = '^job failed: (?P<message>.*)$'
otherwise = "leave"
line = [
    { match = '^all of them are (?P<type>\w+)$', as = "aside" },
]
""",
        "shop",
    )

    found = read(
        ["job failed: parcel\njob failed: letter\n", "all of them are Late\n"], patterns
    )

    assert [(error.title, error.range) for error in found] == [
        ("Late: parcel", (0, 1)),
        ("Late: letter", (1, 2)),
    ]


def test_a_pattern_may_say_that_something_is_none() -> None:
    patterns = parsed(
        """
        [[pattern]]
        name = "expected"
        literals = ["late: "]
        start = '^Late: expected '
        as = "drop"

        [[pattern]]
        name = "job"
        literals = ["late: "]
        start = '^(?P<type>Late): (?P<message>.*)$'
        """,
        "shop",
    )

    found = read(["Late: expected parcel\n", "Late: letter\n"], patterns)

    assert [error.title for error in found] == ["Late: letter"]


def test_what_jest_prints_below_what_a_test_wrote_is_no_stack() -> None:
    written = "  console.log\n    TypeError: expected\n\n      at log (a.test.js:3:9)\n"

    assert read([written]) == []
    assert len(read(["TypeError: x\n    at log (/srv/web/log.js:3:9)\n"])) == 1


def test_the_first_pattern_wins() -> None:
    own = parsed(
        """
        [[pattern]]
        name = "mine"
        literals = ["typeerror"]
        start = '^(?P<type>TypeError): (?P<message>.*)$'
        """,
        "job",
    )

    [found] = read(["TypeError: x\n"], own)

    assert (found.type, found.message) == ("TypeError", "x")


@given(
    st.lists(
        st.one_of(
            st.sampled_from((TRACE + STACK).encode().splitlines(keepends=True)),
            st.sampled_from(
                [
                    b"\n",
                    b"error: x\n",
                    b"  --> src/main.rs:1:2\n",
                    b"___ test_x ___\n",
                    b"E   KeyError: 'x'\n",
                    b"  \xe2\x97\x8f cart\n",
                    b"panic: x\n",
                    b"goroutine 1 [running]:\n",
                    b"--- FAIL: TestX (0.00s)\n",
                    b"Caused by: java.lang.X: y\n",
                    b"\tat a.B.c(B.java:1)\n",
                ]
            ),
            st.binary(max_size=60),
        ),
        max_size=40,
    )
)
def test_no_output_makes_it_fail(pieces: list[bytes]) -> None:
    for finding in read(pieces):
        assert finding.end > finding.line
