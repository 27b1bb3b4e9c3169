from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NewType

import pytest
from typing_extensions import override

from brummer.model.script import Launch, RestartPolicy
from brummer.plugin.shape import describe, fits, misfit, show

Name = NewType("Name", str)


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("x", str),
        (1, int),
        (1, float),
        (True, bool),
        (None, None),
        (None, str | None),
        ("x", Name),
        (b"x", object),
        (b"x", Any),
        (print, Callable[..., object]),
        (("a",), tuple[str, ...]),
        ({"a": 1}, Mapping[str, int]),
        ("b", Literal["a", "b"]),
        (int, type),
        (RestartPolicy.NEVER, RestartPolicy),
    ],
)
def test_a_value_of_its_type_fits(value: object, hint: object) -> None:
    assert fits(value, hint)


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        (1, str),
        (True, int),
        (True, float),
        (1, bool),
        (None, str),
        (1, str | None),
        (1, Name),
        (1, Callable[..., object]),
        (["a"], tuple[str, ...]),
        ((1,), tuple[str, ...]),
        ({1: 1}, Mapping[str, int]),
        ("c", Literal["a", "b"]),
        ("never", RestartPolicy),
    ],
)
def test_a_value_of_another_type_does_not_fit(value: object, hint: object) -> None:
    assert not fits(value, hint)


def test_the_first_wrong_field_is_named() -> None:
    launch: Any = Launch

    problem = misfit(launch(argv=("x",), folder="/tmp"))

    assert problem == "folder is '/tmp' (str), not Path"


def test_a_right_value_has_no_misfit() -> None:
    assert misfit(Launch(argv=("x",), folder=Path("/"))) == ""


@dataclass
class Parcel:
    """Has a field of each kind; its parts can be wrong."""

    name: Any = "x"
    weight: Any = 1.5
    pieces: Any = 2
    stamps: Any = ()


Parcel.__annotations__.update(
    name=Name, weight=float | None, pieces=int, stamps=tuple[str, ...]
)


@pytest.mark.parametrize("weight", [1, 1.5, None])
def test_whatever_fits_a_field_is_right(weight: object) -> None:
    assert misfit(Parcel(weight=weight, stamps=("a",))) == ""


@pytest.mark.parametrize(
    ("parcel", "field"),
    [
        (Parcel(name=b"x"), "name"),
        (Parcel(weight=True), "weight"),
        (Parcel(weight="1"), "weight"),
        (Parcel(pieces=True), "pieces"),
        (Parcel(pieces=2.0), "pieces"),
        (Parcel(stamps=["a"]), "stamps"),
        (Parcel(stamps=(1,)), "stamps"),
    ],
)
def test_whatever_does_not_fit_a_field_is_a_misfit(parcel: Parcel, field: str) -> None:
    assert misfit(parcel).startswith(f"{field} is ")


def test_types_are_described_in_words() -> None:
    assert describe(tuple[int, ...]) == "a list of a whole number"
    assert describe(str | None) == "text"
    assert describe(Name) == "text"
    assert describe(Callable[..., object]) == "something to call"


def test_showing_a_value_never_fails_and_never_grows() -> None:
    @dataclass
    class Rude:
        @override
        def __repr__(self) -> str:
            raise ValueError("no")

    assert "Rude" in show(Rude())
    assert len(show("x" * 10_000_000)) < 100
    assert len(show(list(range(100_000)))) < 100
