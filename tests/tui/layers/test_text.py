"""Help, and what is broken."""

import pytest

from brummer.model.health import ComponentHealth, HealthLevel
from brummer.tui.keymap import VIEWS, Place, bindings_in, key_names
from brummer.tui.layers.text import TextLayer, health_lines, help_lines
from brummer.tui.row import Size
from brummer.tui.theme import ASCII
from tests.tui.stage import text_of


def joined(lines: object) -> str:
    """Return lines of markup as one text."""
    assert isinstance(lines, list)
    return "\n".join("".join(text for _, text in line) for line in lines)


@pytest.mark.parametrize("place", sorted(VIEWS))
@pytest.mark.parametrize("columns", [30, 76, 116])
def test_help_names_every_key_of_the_view(place: Place, columns: int) -> None:
    text = joined(help_lines(place, columns))

    for binding in bindings_in(place):
        if binding.keys:
            assert binding.title in text
            assert key_names(binding).split()[0] in text


def test_help_uses_the_room_there_is() -> None:
    narrow, wide = (len(help_lines(Place.LOGS, columns)) for columns in (40, 116))

    assert wide < narrow / 2


def scrolled(layer: TextLayer, *commands: str) -> list[str]:
    """Return the box after some commands."""
    layer.draw(Size(24, 5))
    for command in commands:
        layer.commands()[command]()
    return text_of(layer.draw(Size(24, 5)).rows)


@pytest.mark.parametrize(
    ("commands", "first"),
    [
        ((), "| 0"),
        (("move.down",), "| 1"),
        (("move.page_down",), "| 3"),
        (("move.end",), "| 7"),
        (("move.end", "move.half_up"), "| 6"),
        (("move.end", "move.top", "move.up"), "| 0"),
    ],
)
def test_text_that_does_not_fit_scrolls(commands: tuple[str, ...], first: str) -> None:
    layer = TextLayer(
        Place.HELP,
        "Title",
        lambda _: [[(None, str(n))] for n in range(10)],
        glyphs=ASCII,
        close=lambda: None,
    )

    lines = scrolled(layer, *commands)

    assert lines[1].startswith(first)
    assert "of 10" in lines[0]


def test_only_what_is_broken_is_listed() -> None:
    rows = [
        ComponentHealth(component="bus"),
        ComponentHealth(
            component="plugin x",
            level=HealthLevel.FAILED,
            error="ImportError: hcl2 " * 9,
            count=1,
        ),
        ComponentHealth(component="log", level=HealthLevel.DEGRADED, count=3),
    ]

    text = joined(health_lines(rows, 40))

    assert "bus" not in text
    assert "plugin x  failed, 1 time" in text
    assert "log  degraded, 3 times" in text
    assert "no reason is known" in text
    assert max(map(len, text.split("\n"))) <= 40


def test_a_reason_is_cut_at_blanks() -> None:
    row = ComponentHealth(
        component="plugin x",
        level=HealthLevel.FAILED,
        error="expecting a property name in double quotes",
        count=1,
    )

    lines = joined(health_lines([row], 24)).split("\n")

    assert lines[1:] == ["  expecting a property", "  name in double quotes"]


def test_where_nothing_is_broken_it_says_so() -> None:
    assert joined(health_lines([], 40)) == "everything works"
