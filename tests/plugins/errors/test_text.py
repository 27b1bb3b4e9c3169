"""Lines without what other programs do to them."""

import pytest

from brummer_errors.text import LONGEST, Prefix, plain, splits


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"fine\r", b"fine"),
        (b"\x1b[1;31merror\x1b[0m: x", b"error: x"),
        (b"\x1b]8;;http://x\x07link\x1b]8;;\x1b\\", b"link"),
        (b"10%\r90%\rdone", b"done"),
        ("é".encode(), "é".encode()),
        (b"a\xffb", "a\ufffdb".encode()),
        (b"x" * 100_000, b"x" * LONGEST),
        (b"50%\r" * 10_000 + b"done", b"done"),
        (b"  x  ", b"  x"),
    ],
)
def test_a_line_is_plain(data: bytes, text: bytes) -> None:
    assert plain(data) == text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"web | 10%\rerror: x", b"web | error: x"),
        (b"12:00:01 [web] 10%\r90%\rdone\r", b"12:00:01 [web] done"),
        (b"web | 10%\rweb | done", b"web | done"),
        (b"[ 10%] cart.c\r[ 20%] main.c", b"[ 20%] main.c"),
    ],
)
def test_what_stands_in_front_of_a_line_that_is_written_over_stays(
    data: bytes, text: bytes
) -> None:
    assert plain(data) == text


@pytest.mark.parametrize(
    ("line", "labels"),
    [
        (b"[0] x", [b"[0] "]),
        (b"[web]: x", [b"[web]: "]),
        (b"web_1  | x", [b"web_1  | "]),
        (b"0|web  | x", [b"0|web  | "]),
        (b"web > x", [b"web > "]),
        (b"packages/web build: x", [b"packages/web build: "]),
        (b". test: x", [b". test: "]),
        (b"@shop/web:build: x", [b"@shop/web:build: "]),
        (b"Nov  1 12:00:01 box web[12]: x", [b"", b"box web[12]: "]),
        (b"12:00:01.5 [web] x", [b"", b"[web] "]),
        (b"2026-05-04T12:00:01Z x", [b""]),
        (b"api-1  | 2026-05-04T12:00:01.123456Z [7] x", [b"api-1  | ", b"", b"[7] "]),
    ],
)
def test_what_may_stand_in_front_is_split_off_most_of_it_first(
    line: bytes, labels: list[bytes]
) -> None:
    found = list(splits(line))

    texts = [[part.text for part in prefix.parts] for prefix, _ in found]
    assert texts == [labels[:count] for count in range(len(labels), -1, -1)]
    assert found[0][1] == b"x"
    assert found[-1] == (Prefix(), line)


@pytest.mark.parametrize(
    "line",
    [
        b"x",
        b"",
        b"    5 | return 1;",
        b"error: [x]",
        b"[ERROR] x",
        b"src/cart.c:3:5: error: x",
        b"cc: error: x",
        b"node:internal/modules: x",
        b"ERROR:root: x",
    ],
)
def test_what_is_no_prefix_stays(line: bytes) -> None:
    assert list(splits(line)) == [(Prefix(), line)]


def prefix_of(line: bytes) -> Prefix:
    """Return all that may stand in front of *line*."""
    return next(iter(splits(line)))[0]


@pytest.mark.parametrize(
    ("first", "line", "rest"),
    [
        (b"12:00:01 [web]  x", b"12:00:02 [web]   y", b"  y"),
        (b"12:00:01 [web]  x", b"12:00:02 [api] y", None),
        (b"12:00:01 [web]  x", b"  y", b"  y"),
        (b"12:00:01 [web]  x", b"[web]", b""),
        (b"web | x", b"web |", b""),
        (b"web | x", b"api | y", None),
        (b"web | x", b"y", None),
        (b"web | x", b"web | [ERROR] y", b"[ERROR] y"),
        (b"apps/web dev: x", b"apps/web dev:", b""),
        (b"apps/web dev: x", b"apps/api dev: y", None),
        (b"apps/web dev: x", b"y", b"y"),
        (b"x", b"[web] y", b"[web] y"),
    ],
)
def test_a_prefix_is_cut_off_other_lines(
    first: bytes, line: bytes, rest: bytes | None
) -> None:
    assert prefix_of(first).cut(line) == rest
