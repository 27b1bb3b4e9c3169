"""Tests of the short names of instances."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer.mcp.hub.label import MAX_LABEL, MAX_REMEMBERED, Labels, reduced
from brummer.mcp.hub.sighting import Sighting


def at(directory: str) -> Sighting:
    return Sighting(
        id=directory,
        name=Path(directory).name,
        directory=Path(directory),
        pid=1,
        port=1,
        token="",
    )


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("shop", "shop"),
        ("My Shop", "my_shop"),
        ("café-São", "cafe_sao"),
        ("a__b", "a_b"),
        ("_x_", "x"),
        ("2048", "at_2048"),
        ("商店", "instance"),
        ("", "instance"),
        ("..", "instance"),
        ("a-very-long-name-of-a-folder", "a_very_long_name_of"),
    ],
)
def test_a_name_is_reduced_to_what_every_client_takes(name: str, label: str) -> None:
    assert reduced(name) == label


@given(st.text())
def test_a_label_can_be_told_from_what_follows_it(name: str) -> None:
    label = reduced(name)

    assert re.fullmatch(r"[a-z](?:_?[a-z0-9])*", label)
    assert len(label) <= MAX_LABEL


def test_twins_are_numbered() -> None:
    labels = Labels()
    used: list[str] = []

    for directory in ("/a/shop", "/b/shop", "/c/shop"):
        used.append(labels.take(at(directory), used))

    assert used == ["shop", "shop_2", "shop_3"]


def test_who_comes_back_to_a_folder_is_called_as_before() -> None:
    labels = Labels()
    labels.take(at("/a/shop"), [])
    labels.take(at("/b/shop"), ["shop"])

    assert labels.take(at("/b/shop"), []) == "shop_2"
    assert labels.take(at("/a/shop"), []) == "shop"


def test_what_another_folder_was_called_is_left_for_it() -> None:
    labels = Labels()
    labels.take(at("/a/shop"), [])

    assert labels.take(at("/b/shop"), []) == "shop_2"


def test_a_second_instance_in_a_folder_does_not_take_the_first_ones_label() -> None:
    labels = Labels()
    first = labels.take(at("/a/shop"), [])
    second = labels.take(at("/a/shop"), [first])

    assert (first, second) == ("shop", "shop_2")
    assert labels.take(at("/a/shop"), [second]) == "shop"


def test_the_same_folder_on_another_machine_is_another() -> None:
    labels = Labels()
    labels.take(at("/a/shop"), [])

    assert labels.take(replace(at("/a/shop"), ssh="far"), []) == "shop_2"


def test_folders_that_were_long_ago_are_forgotten() -> None:
    labels = Labels()
    labels.take(at("/a/shop"), [])

    for number in range(MAX_REMEMBERED):
        labels.take(at(f"/b/x{number}"), [])

    assert labels.take(at("/c/shop"), []) == "shop"
