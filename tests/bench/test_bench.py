"""Every benchmark at a tiny size: that it counts right, whatever the time."""

import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from brummer.config.settings import EventBusSettings
from tests.bench import __main__ as bench
from tests.bench import (
    bus,
    detectors,
    flood,
    idle,
    keys,
    past,
    reads,
    search,
    startup,
    system,
)
from tests.bench.__main__ import BENCHMARKS, RESULTS, main
from tests.bench.emitter import Emitter, new_emitter
from tests.bench.stream import Arrival
from tests.bench.table import Table
from tests.bench.tally import MARK, tally

_PREFIX = rb"\[\w+\] "


@pytest.fixture(scope="module")
def emitter(tmp_path_factory: pytest.TempPathFactory) -> Emitter:
    return new_emitter(tmp_path_factory.mktemp("emitter"))


def emitted(emitter: Emitter, lines: int) -> bytes:
    command = emitter.flood("p0", lines, 0)
    return subprocess.run(command, shell=True, capture_output=True, check=True).stdout


def prefixed(output: bytes) -> bytes:
    return b"".join(b"[p0] " + line for line in output.splitlines(keepends=True))


def test_both_emitters_print_the_same(emitter: Emitter) -> None:
    script = str(Path(__file__).with_name("emit.py"))
    other = Emitter((sys.executable, script), "Python")

    output = emitted(emitter, 1000)

    assert output == emitted(other, 1000)
    assert {len(line) for line in output.splitlines(keepends=True)} == {84}


def test_a_whole_flood_is_counted_as_whole(emitter: Emitter) -> None:
    counted = tally([prefixed(emitted(emitter, 300))], _PREFIX)

    assert (counted.intact, counted.twice) == (300, 0)
    assert (counted.split, counted.disordered) == (0, 0)


def test_colours_and_carriage_returns_are_no_part_of_a_line(emitter: Emitter) -> None:
    output = prefixed(emitted(emitter, 2)).replace(b"[p0] ", b"\x1b[32m[p0]\x1b[0m ")

    counted = tally([output.replace(b"\n", b"\r\n")], _PREFIX)

    assert (counted.intact, counted.split) == (2, 0)


def test_a_line_cut_in_two_is_split_and_lost(emitter: Emitter) -> None:
    output = prefixed(emitted(emitter, 10))
    cut = output.replace(b"page=3 200", b"page\n[p0] =3 200", 1)

    counted = tally([cut], _PREFIX)

    assert (counted.intact, counted.split) == (9, 2)


def test_a_line_made_of_two_is_not_intact(emitter: Emitter) -> None:
    first, second = prefixed(emitted(emitter, 2)).splitlines()
    mixed = first[:60] + second[60:]

    counted = tally([mixed], _PREFIX)

    assert (counted.intact, counted.split) == (0, 1)


def test_two_lines_in_another_order_and_one_twice_are_noticed(emitter: Emitter) -> None:
    lines = prefixed(emitted(emitter, 3)).splitlines(keepends=True)

    counted = tally([lines[1] + lines[0] + lines[2] + lines[2]], _PREFIX)

    assert (counted.intact, counted.disordered, counted.twice) == (3, 1, 1)


class Pieces:
    """A source that brings what it was given, and then nothing more."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = list(pieces)
        self.taken = 0

    def parts(self) -> list[bytes]:
        return []

    def more(self) -> list[bytes] | None:
        self.taken += 1
        return [self._pieces.pop(0)] if self._pieces else None


def test_a_mark_in_two_pieces_is_one_arrival() -> None:
    source = Pieces(b"a" + MARK[:3], MARK[3:] + b"1\n", MARK + b"2\n", b"the rest")

    Arrival(source, 2, silence=60).follow()

    # The fourth piece is what may still belong to the line of the last mark.
    assert source.taken == 4


def test_a_source_that_ends_is_waited_for_no_longer() -> None:
    source = Pieces(MARK)

    Arrival(source, 5, silence=60).follow()

    assert source.taken == 2


@pytest.mark.parametrize("number", [0, 1], ids=["terminals", "pipes"])
def test_a_flood_comes_through_whole(emitter: Emitter, number: int) -> None:
    load = flood.Load(emitter, lines=500, stay=0)

    outcome = flood.run(list(flood.ours(load))[number], load)

    counted = outcome.tally
    assert counted.intact == load.expected == 2000
    assert (counted.split, counted.twice, counted.disordered) == (0, 0, 0)
    assert 0 < outcome.net < outcome.wall
    assert outcome.peak > 0


def test_the_whole_system_counts_what_was_done_and_ends() -> None:
    outcome = system.run(seconds=0.2, workers=3)

    assert outcome.lines == outcome.put > 0
    assert 0 < outcome.events <= outcome.published
    assert outcome.operations > 0
    assert outcome.threads_after == outcome.threads_before


@pytest.mark.parametrize("making", bus.Making)
def test_every_event_counts_once_either_way(making: bus.Making) -> None:
    roomy = replace(EventBusSettings(), queue_sizes=(5000, 5000, 5000))

    work = bus.Work(1000, 4, making)

    outcomes = [bus.by_bus(roomy, work), bus.by_executor(4, work)]

    assert [outcome.delivered for outcome in outcomes] == [1000, 1000]


def test_locked_and_lock_free_reads_are_the_same_reads() -> None:
    rows = list(reads.compared(seconds=0.01, rounds=1))

    assert len(rows) == 10
    assert all(ours > 0 and locked > 0 for _, _, ours, locked in rows)


def test_grep_finds_what_the_search_finds(tmp_path: Path) -> None:
    store = search.filled(5_000)
    file = tmp_path / "log"
    file.write_bytes(b"".join(map(search.line, range(5_000))))

    for _, pattern, words, _ in search.SEARCHES:
        found = search.searched(store, pattern).hits
        assert found == search.grepped(words, file).hits


def test_a_history_is_read_whole_however_much_there_is(tmp_path: Path) -> None:
    table = past.grown(past.Pile(tmp_path), (0, 3_000, 9_000))

    assert [row[0] for row in table.rows] == ["0", "3,000", "9,000"]


def test_output_and_index_are_packed() -> None:
    rows = past.packed(3_000).rows

    for _, output, *shares in rows:
        assert float(output) == pytest.approx(1.0)
        assert all(0 <= float(share) < 1 for share in shares)


def test_all_children_say_when_they_are_up(emitter: Emitter) -> None:
    assert startup.children_up(emitter, 3).wall > 0


def test_the_first_frame_is_seen() -> None:
    timing = startup.first_frame(3)

    assert timing.wall > 0
    assert timing.cpu


def test_imports_are_summed_up_by_package() -> None:
    assert startup.imports("import brummer.errors")["brummer"] > 0


def test_the_program_and_its_guardian_are_told_apart(emitter: Emitter) -> None:
    used = idle.run(emitter, "2", seconds=0.1, settle=0.1)

    assert list(used) == ["brum", "guardian"]
    assert used["guardian"].resident < used["brum"].resident


def test_every_key_is_timed(emitter: Emitter) -> None:
    times = keys.run(emitter, 1000, keys=12)

    assert {kind: len(each) for kind, each in times.items()} == {"view": 12, "type": 12}
    assert statistics.median(times["view"]) > 0


def test_keys_are_timed_while_a_log_is_searched(emitter: Emitter) -> None:
    times = keys.run_searching(emitter, 1000, keys=11, lines=20_000)

    assert {kind: len(each) for kind, each in times.items()} == {
        "search": 11,
        "filter": 11,
    }


def test_a_table_is_restructured_text() -> None:
    table = Table("Title", ("what", "number"), notes=["A note."])
    table.add("one", "1,000")
    table.add("")

    assert table.text().splitlines() == [
        *("Title", "-----", ""),
        *("====  ======", "what  number", "====  ======"),
        *("one    1,000", "\\"),
        *("====  ======", "", "A note."),
    ]


def test_an_unknown_benchmark_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["nonsense"])

    assert "nonsense" in capsys.readouterr().err


def test_writing_renews_only_the_tables_of_what_ran(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def tables() -> Iterator[Table]:
        yield Table(title, ("what", "value"))

    monkeypatch.setattr(bench, "RESULTS", tmp_path / "RESULTS.rst")
    for name in ("bus", "reads"):
        monkeypatch.setitem(
            sys.modules, f"tests.bench.{name}", SimpleNamespace(tables=tables)
        )
    title = "First"
    main(["bus", "reads", "--write"])
    title = "Second"

    main(["bus", "--write"])

    text = bench.RESULTS.read_text(encoding="utf-8")
    assert re.findall(r"^(.+)\n-+$", text, re.MULTILINE) == ["First", "Second"]
    assert re.findall(r"^\.\. (\w+)$", text, re.MULTILINE) == ["reads", "bus"]


def test_the_results_have_a_table_of_every_benchmark() -> None:
    text = RESULTS.read_text(encoding="utf-8")

    names = re.findall(r"^\.\. (\w+)$", text, re.MULTILINE)

    assert names == list(BENCHMARKS)


@pytest.mark.parametrize("flood", detectors.FLOODS, ids=lambda flood: flood.name)
def test_floods_with_errors_go_through(flood: detectors.Flood, tmp_path: Path) -> None:
    flood.write(tmp_path / "flood", 5_000)

    text = (tmp_path / "flood").read_text()

    assert text.count("\n") == 5_000
    assert text.count("web line ") == 5_000 - (50 if flood.text else 0)


def test_what_detectors_cost_is_measured() -> None:
    off, on = detectors.measured(detectors.FLOODS[1], 2_000, rounds=1)

    assert off > 0
    assert on > 0
