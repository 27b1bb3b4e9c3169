"""The measuring of what is kept, at a tiny size: that it counts right."""

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.bench import ingest, peers
from tests.bench.emit import line
from tests.bench.ingest import Contestant, Files, Load, limits, ours, run

TEXT = b"".join(line("p0", number) for number in range(500))


@pytest.fixture
def load(tmp_path: Path) -> Load:
    folder = tmp_path / "load"
    folder.mkdir()
    return Load(folder, TEXT)


@pytest.mark.parametrize("channel", [0, 1], ids=list(ingest.RATES))
@pytest.mark.parametrize("who", [limits, ours], ids=["cat", "brum"])
def test_all_that_is_printed_is_found_in_files(
    load: Load, who: Callable[[Load], Iterator[Contestant]], channel: int
) -> None:
    outcome = run(list(who(load))[channel], load)

    assert outcome.lost == 0
    assert outcome.wall > 0
    assert 0 < outcome.after <= outcome.peak


def test_lines_that_are_missing_cut_or_elsewhere_are_lost(
    load: Load, tmp_path: Path
) -> None:
    lines = TEXT.splitlines(keepends=True)
    (tmp_path / "p0.log").write_bytes(TEXT)
    (tmp_path / "p1.log").write_bytes(
        b"".join((*lines[:100], lines[101], lines[100], lines[102][:40]))
    )

    lost = Files(tmp_path, "*.log").lost(load)

    assert lost == 500 - 100


def test_parts_of_one_log_are_read_in_their_order(load: Load, tmp_path: Path) -> None:
    for name in ("p0", "p1"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "00000001.log.gz").write_bytes(gzip.compress(TEXT[:1000]))
        (tmp_path / name / "00000002.log").write_bytes(TEXT[1000:])
    files = Files(tmp_path, "*/*.log*")

    assert files.size() == load.size(files.ends)
    assert files.lost(load) == 0


def test_other_ends_of_lines_are_no_loss(load: Load, tmp_path: Path) -> None:
    files = Files(tmp_path, "*.log", b"\r\n")
    for name in ("p0", "p1"):
        (tmp_path / f"{name}.log").write_bytes(TEXT.replace(b"\n", b"\r\n"))

    assert files.size() == load.size(files.ends)
    assert files.lost(load) == 0


def test_every_peer_is_told_what_to_run_and_where_its_files_are(load: Load) -> None:
    commands = load.commands()

    for peer in peers.KEEPERS:
        way = peer.way(commands)
        told = "".join((*way.words, *way.texts.values()))
        assert all(command in told for command in commands.values())
        assert way.files
