"""Tests of what is said of a process that is not there."""

import pytest

from brummer.core.nearest import no_process

NAMES = {"web-1": "web", "worker-2": "worker", "web-3": "web"}


@pytest.mark.parametrize(
    ("wanted", "hint"),
    [
        ("wbe", "; did you mean web?"),
        ("wroker", "; did you mean worker?"),
        ("web-11", "; did you mean web-1 or web-3?"),
        ("zzz", "; there are: web-1, worker-2, web-3"),
    ],
)
def test_the_nearest_names_are_offered_or_else_all(wanted: str, hint: str) -> None:
    assert no_process(wanted, NAMES.items()) == f"no process {wanted!r}{hint}"


def test_what_is_far_too_long_is_cut() -> None:
    said = no_process("web-" * 1_000_000, NAMES.items())

    assert said.startswith("no process 'web-web-")
    assert len(said) < 400


def test_where_there_is_none_it_says_so() -> None:
    assert no_process("web", ()) == "no process 'web'; there are: none"


def test_of_many_the_newest_are_listed() -> None:
    many = {f"job-{number}": "job" for number in range(300)}

    said = no_process("zzz", many.items())

    assert "job-299 and 290 more" in said
    assert len(said) < 200
