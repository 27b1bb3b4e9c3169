"""Lines as a reader sees them."""

import pytest

from brummer.core.text import (
    LONGEST,
    count_in,
    lasting,
    plain,
    seconds_in,
    unlabelled,
)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"built in 1s", "built in 1s"),
        (b"\x1b[32mbuilt\x1b[0m in \x1b[1m1s\x1b[22m", "built in 1s"),
        (b"ok\x1b(B now", "ok now"),
        (b"\x1b]8;;http://a/\x07link\x1b]8;;\x07", "link"),
        (b"\x1b]0;title that never ends", ""),
        (b"10 %\r50 %\r100 %\r\r", "100 %"),
        (b"two  \t", "two"),
        (b"a\tb\x00\x07c\x7f\xc2\x9bd", "a\tbcd"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"", ""),
    ],
)
def test_a_line_is_what_stands_there_in_the_end(data: bytes, text: str) -> None:
    assert plain(data) == text


def test_an_endless_line_is_cut() -> None:
    assert len(plain(b"x" * 1_000_000)) == LONGEST


@pytest.mark.parametrize(
    "label",
    [
        "",
        "[0] ",
        "[INFO] ",
        "[vite] ",
        "web-1  | ",
        "web:build: ",
        "12:00:01 ",
        "[12:00:01] ",
        "12:00:01 PM - ",
        "[12:00:01 PM] ",
        "2026-05-04T12:00:01.235Z ",
        "2026-05-04 12:00:01,235 ",
        "8:14:43 AM ",
    ],
)
def test_a_label_of_another_program_is_left_out(label: str) -> None:
    assert unlabelled(f"{label}built in 1s") == "built in 1s"


def test_labels_go_one_by_one() -> None:
    assert unlabelled("api | [build] 12:00:01 done") == "[build] 12:00:01 done"
    assert unlabelled("[build] 12:00:01 done") == "12:00:01 done"


@pytest.mark.parametrize("text", ["Time: 1s", "a | b", "error: x", "12 passed"])
def test_what_is_no_label_stays(text: str) -> None:
    assert unlabelled(text) in {text, "b"}


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0.362 s, estimated", 0.362),
        ("422ms (transform 36", 0.422),
        ("in 1.20s", 1.2),
        ("1m 2.5s", 62.5),
        ("1 min 3 s", 63.0),
        ("2.5 seconds", 2.5),
        ("00:00.250, Memory: 4.00 MB", 0.25),
        ("01:02:03", 3723.0),
        ("in 250 µs", 0.00025),
        ("never", None),
        ("3974.1995 runs/s", None),
        ("in " + "9" * 400 + " ms", None),
        ("in " + "9" * 400 + ":00:01", None),
    ],
)
def test_times_are_read(text: str, seconds: float | None) -> None:
    assert seconds_in(text) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "0 ms"),
        (0.002, "2 ms"),
        (0.35, "350 ms"),
        (1.25, "1.2 s"),
        (59.0, "59.0 s"),
        (125.0, "2 m 05 s"),
        (200.0, "3 m 20 s"),
    ],
)
def test_times_are_short(seconds: float, text: str) -> None:
    assert lasting(seconds) == text


@pytest.mark.parametrize(
    ("text", "count"), [("0", 0), ("12", 12), ("", 0), ("-1", 0), ("many", 0), ("²", 0)]
)
def test_what_is_no_count_is_none(text: str, count: int) -> None:
    assert count_in(text) == count
