"""SGR sequences, read and written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer.logs.style import PLAIN, Attribute, Style, restyled, revealed, sequence


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ("", PLAIN),
        ("0", PLAIN),
        ("31", Style(1, None)),
        ("97;44", Style(15, 4)),
        ("1;4;7", Style(attributes=Attribute.BOLD | Attribute.UNDERLINE | 32)),
        ("38;5;208", Style(208)),
        ("38;5;300", PLAIN),
        ("48;2;1;2;3", Style(None, (1, 2, 3))),
        ("38;2;1;2;999;1", Style(None, None, Attribute.BOLD)),
        ("38:2::1:2:3", Style((1, 2, 3))),
        ("38:5:9;1", Style(9, None, Attribute.BOLD)),
        ("4:3", Style(attributes=Attribute.UNDERLINE)),
        ("4;4:0", PLAIN),
        ("58;5;1;3", Style(attributes=Attribute.ITALIC)),
        ("8", PLAIN),
        ("38", PLAIN),
        ("38;7;1;1;1", PLAIN),
        ("1234567890;31", Style(1)),
    ],
)
def test_parameters_change_a_plain_style(parameters: str, expected: Style) -> None:
    assert restyled(PLAIN, parameters) == expected


def test_parameters_take_back_what_others_set() -> None:
    style = restyled(PLAIN, "1;2;3;4;5;7;9;31;41")

    assert restyled(style, "22;23;24;25;27;29;39;49") == PLAIN


def test_a_bomb_of_parameters_is_cut() -> None:
    assert restyled(PLAIN, ";" * 1_000_000 + "31") == PLAIN


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ("1;31", "\x1b[1;31m"),
        ("", "\x1b[m"),
        ("8", ""),
        ("1;8;31", "\x1b[1;31m"),
        ("38;5;8", "\x1b[38;5;8m"),
        ("48;2;8;8;8;8", "\x1b[48;2;8;8;8m"),
        ("38:5:8;008", "\x1b[38:5:8m"),
        ("8:1;4", "\x1b[4m"),
    ],
)
def test_text_is_never_concealed(parameters: str, expected: str) -> None:
    assert revealed(parameters) == expected


COLOURS = st.none() | st.integers(0, 255) | st.tuples(*[st.integers(0, 255)] * 3)


@given(COLOURS, COLOURS, st.integers(0, 127).map(Attribute))
def test_a_style_survives_being_written_and_read(
    foreground: int | tuple[int, int, int] | None,
    background: int | tuple[int, int, int] | None,
    attributes: Attribute,
) -> None:
    style = Style(foreground, background, attributes)

    written = sequence(style)

    assert restyled(PLAIN, written.removeprefix("\x1b[")[:-1]) == style
