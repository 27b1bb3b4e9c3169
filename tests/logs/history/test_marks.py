"""Tests of keeping which lines belong to findings."""

from pathlib import Path

import pytest

from brummer.logs.history import marks, place
from brummer.logs.ranges import Ranges


def kept(ranges: Ranges) -> list[tuple[int, int]]:
    return [(each.start, each.stop) for each in ranges.within(0, 10**9)]


def test_what_was_written_down_is_read(tmp_path: Path) -> None:
    marks.append(tmp_path, [(10, 12)])
    marks.append(tmp_path, [(3, 4), (11, 15)])

    assert kept(marks.load(tmp_path)) == [(3, 4), (10, 15)]
    assert (tmp_path / place.MARKS).stat().st_mode & 0o777 == 0o600


def test_where_there_is_nothing_nothing_was_found(tmp_path: Path) -> None:
    assert kept(marks.load(tmp_path)) == []


@pytest.mark.parametrize("torn", [1, 15])
def test_half_a_mark_is_none_and_the_next_one_is_whole(
    tmp_path: Path, torn: int
) -> None:
    marks.append(tmp_path, [(1, 2)])
    with (tmp_path / place.MARKS).open("ab") as file:
        file.write(b"x" * torn)
    before = kept(marks.load(tmp_path))

    marks.append(tmp_path, [(7, 8)])

    assert before == [(1, 2)]
    assert kept(marks.load(tmp_path)) == [(1, 2), (7, 8)]


def test_what_makes_no_sense_is_left_out(tmp_path: Path) -> None:
    marks.append(tmp_path, [(9, 2), (4, 4), (5, 6)])

    assert kept(marks.load(tmp_path)) == [(5, 6)]


def test_of_too_many_the_newer_ones_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marks, "MOST", 10)

    for number in range(100):
        marks.append(tmp_path, [(2 * number, 2 * number + 1)])

    found = kept(marks.load(tmp_path))
    assert 5 <= len(found) <= 11
    assert found[-1] == (198, 199)


def test_a_link_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    (tmp_path / place.MARKS).symlink_to(tmp_path / "precious")

    with pytest.raises(OSError, match="symbolic links"):
        marks.append(tmp_path, [(1, 2)])

    assert (tmp_path / "precious").read_text() == "mine"
