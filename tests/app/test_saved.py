"""Tests of filters that are saved while the program runs."""

from pathlib import Path

import pytest

from brummer.app.saved import SavedFilters
from brummer.errors import BrummerError, UsageError
from tests.app.conftest import Bench
from tests.support.wait import LIMIT


def run(filters: SavedFilters, command: str, **arguments: str) -> object:
    table = {each.name: each for each in filters.table()}
    return table[command].run(**arguments)


def test_a_filter_is_there_at_once_and_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".brum.toml"
    file.write_text("# Mine.\n[filters]\nquiet = '-/healthz/'  # shh\n", "utf-8")
    filters = SavedFilters({"quiet": "-/healthz/"}, tmp_path)

    answer = run(filters, "filters.save", name="loud", expression='@quiet "a b"')

    assert answer == {"file": str(file)}
    assert dict(filters) == {"quiet": "-/healthz/", "loud": '@quiet "a b"'}
    assert run(filters, "filters.list") == dict(filters)
    text = file.read_text("utf-8")
    assert text.startswith("# Mine.\n[filters]\nquiet = '-/healthz/'  # shh\n")
    assert "loud = " in text


@pytest.mark.parametrize(
    ("name", "expression"),
    [("a", "level>=loud"), ("a", "@a"), ("two words", "x"), ("", "x")],
)
def test_what_is_no_filter_is_refused_and_changes_nothing(
    tmp_path: Path, name: str, expression: str
) -> None:
    filters = SavedFilters({"a": "x"}, tmp_path)

    with pytest.raises(BrummerError):
        run(filters, "filters.save", name=name, expression=expression)

    assert dict(filters) == {"a": "x"}
    assert not (tmp_path / ".brum.toml").exists()


def test_a_file_that_cannot_be_changed_is_told(tmp_path: Path) -> None:
    (tmp_path / ".brum.toml").write_text("filters = 3", "utf-8")
    filters = SavedFilters({}, tmp_path)

    with pytest.raises(BrummerError, match="filters"):
        run(filters, "filters.save", name="a", expression="x")


def test_the_program_filters_by_what_was_saved_a_moment_ago(bench: Bench) -> None:
    instance = bench.application().instance
    saved = instance.run("filters.save", name="mine", expression="level>=warn")
    saved.result(LIMIT)

    found = instance.run("logs.filter", filters=["@mine"]).result(LIMIT)

    assert isinstance(found, dict)
    with pytest.raises(UsageError):
        instance.run("logs.filter", filters=["@yours"]).result(LIMIT)
