from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import pytest

from brummer.config.settings import Settings
from brummer.errors import ConfigError
from brummer.plugin.settings import Configuration, PluginSettings


class Colour(Enum):
    RED = "red"
    YELLOW = "yellow"


@dataclass(frozen=True)
class Lantern:
    colour: Colour = Colour.YELLOW
    watts: float = 1.0
    count: int = 1
    lit: bool = False
    wick: str | None = None
    oil: Path = Path("/oil")
    rooms: tuple[str, ...] = ()
    shade: Literal["open", "closed"] = "open"
    prices: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Strict:
    name: str

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("name is empty")


def settings_of(**table: object) -> PluginSettings:
    tables = MappingProxyType({"lantern": MappingProxyType(table)})
    return PluginSettings(
        "lantern",
        Configuration(
            settings=Settings(plugin_tables=tables), origin="/p/.brum.toml:3 {}".format
        ),
    )


def test_a_plugin_without_a_table_gets_its_defaults() -> None:
    settings = PluginSettings("lantern", Configuration())

    assert settings.parse(Lantern) == Lantern()


def test_every_type_is_made_from_what_toml_has() -> None:
    settings = settings_of(
        colour="red",
        watts=3,
        count=4,
        lit=True,
        wick="cotton",
        oil="~/oil",
        rooms=["hall", "attic"],
        shade="closed",
        prices={"small": 3},
    )

    assert settings.parse(Lantern) == Lantern(
        colour=Colour.RED,
        watts=3.0,
        count=4,
        lit=True,
        wick="cotton",
        oil=Path.home() / "oil",
        rooms=("hall", "attic"),
        shade="closed",
        prices={"small": 3},
    )


@pytest.mark.parametrize(
    ("key", "value", "wanted"),
    [
        ("colour", "green", "'red' or 'yellow'"),
        ("colour", ["red"], "'red' or 'yellow'"),
        ("watts", "bright", "a number"),
        ("watts", True, "a number"),
        ("count", 1.5, "a whole number"),
        ("count", True, "a whole number"),
        ("lit", 1, "true or false"),
        ("wick", 3, "text"),
        ("oil", 3, "Path"),
        ("rooms", "hall", "a list of text"),
        ("rooms", [1], "a list of text"),
        ("shade", "ajar", "'open' or 'closed'"),
        ("shade", ["open"], "'open' or 'closed'"),
        ("prices", {"small": "3"}, "a table of a whole number"),
    ],
)
def test_a_wrong_value_is_an_error_with_its_place(
    key: str, value: object, wanted: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        settings_of(**{key: value}).parse(Lantern)

    dotted = f"plugins.lantern.{key}"
    expected = f"/p/.brum.toml:3 {dotted}: {dotted} must be {wanted}, not "
    assert str(caught.value).startswith(expected)


def test_an_unknown_key_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(ConfigError, match="color is unknown; did you mean colour"):
        settings_of(color="red").parse(Lantern)


def test_a_key_that_has_to_be_set_is_asked_for() -> None:
    with pytest.raises(ConfigError, match="name is missing; it must be text"):
        settings_of().parse(Strict)


def test_what_the_dataclass_itself_refuses_is_an_error_of_the_table() -> None:
    with pytest.raises(ConfigError, match="lantern: name is empty"):
        settings_of(name="").parse(Strict)


def test_a_type_that_settings_cannot_have_is_the_authors_mistake() -> None:
    @dataclass(frozen=True)
    class Odd:
        bits: bytes = b""

    with pytest.raises(TypeError, match="cannot have the type"):
        settings_of(bits="x").parse(Odd)


def test_only_a_dataclass_can_be_parsed() -> None:
    with pytest.raises(TypeError, match="is no dataclass"):
        settings_of().parse(int)


def test_general_settings_can_be_read_by_dotted_name() -> None:
    settings = settings_of()

    assert settings.general("mcp_port") == 7777
    assert settings.general("log_store.max_findings") == 500


@pytest.mark.parametrize(
    ("key", "hint"),
    [("mcp_prot", "mcp_port"), ("log_stor.x", "log_store"), ("mcp_port.x", "")],
)
def test_an_unknown_general_setting_is_an_error(key: str, hint: str) -> None:
    with pytest.raises(ConfigError, match=f"no setting '{key}'.*{hint}"):
        settings_of().general(key)
