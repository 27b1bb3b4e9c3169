import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer_urls.text import link_targets, plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b[32mgreen\x1b[0m", "green"),
        ("http://localhost:\x1b[1m5173\x1b[22m/", "http://localhost:5173/"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]8;;http://a\x1b\\text\x1b]8;;\x1b\\", "text"),
        ("\x1b]never ends", ""),
        ("\x1bP1$r0m\x1b\\after", "after"),
        ("\x9b31mred", "red"),
        ("\x1b(Bplain\x1b=", "plain"),
        ("a\rb\tc\0d", "a b c d"),
    ],
)
def test_what_a_line_says_is_left(text: str, expected: str) -> None:
    assert plain(text) == expected


def test_links_tell_where_they_lead() -> None:
    line = "\x1b]8;id=1;http://localhost:1\x1b\\one\x1b]8;;\x1b\\ and no more"

    assert list(link_targets(line)) == ["http://localhost:1"]


@given(st.text())
def test_no_control_character_is_left(text: str) -> None:
    assert not [
        char for char in plain(text) if ord(char) < 32 or 127 <= ord(char) < 160
    ]
