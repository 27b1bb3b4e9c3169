"""Lines without what other programs do to them."""

import pytest

from brummer_errors.text import LONGEST, plain, split


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
    ("line", "label", "rest"),
    [
        (b"[0] x", b"[0] ", b"x"),
        (b"web_1  | x", b"web_1  | ", b"x"),
        (b"12:00:01.5 [web] x", b"[web] ", b"x"),
        (b"2026-05-04T12:00:01Z x", b"", b"x"),
        (b"0|web  | x", b"0|web  | ", b"x"),
        (b"packages/web build: x", b"packages/web build: ", b"x"),
        (b". test: x", b". test: ", b"x"),
        (b"@shop/web:build: x", b"@shop/web:build: ", b"x"),
        (b"[web]: x", b"[web]: ", b"x"),
        (b"Nov  1 12:00:01 box web[12]: x", b"Nov  1 box web[12]: ", b"x"),
    ],
)
def test_a_prefix_is_split_off(line: bytes, label: bytes, rest: bytes) -> None:
    assert split(line) == ((label,), rest)


@pytest.mark.parametrize(
    "line",
    [
        b"x",
        b"",
        b"    5 | return 1;",
        b"error: [x]",
        b"src/cart.c:3:5: error: x",
        b"cc: error: x",
        b"node:internal/modules: x",
        b"ERROR:root: x",
    ],
)
def test_what_is_no_prefix_stays(line: bytes) -> None:
    assert split(line) is None


def test_a_prefix_is_the_same_but_for_the_time() -> None:
    found = split(b"12:00:01 [web]  x")
    assert found is not None
    prefix = found[0]

    assert prefix.cut(b"12:00:02 [web]   y") == b"  y"
    assert prefix.cut(b"12:00:02 [api] y") is None
    assert prefix.cut(b"y") is None
    assert prefix.cut(b"[web]") == b""
