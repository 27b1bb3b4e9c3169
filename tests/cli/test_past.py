"""Tests of ``brumctl runs``, ``history`` and of ``logs`` beyond memory."""

import json
from pathlib import Path

import pytest

from brummer.config.paths import places
from brummer.logs.history import place
from brummer.model.process import ProcessId, ProcessStatus
from tests.cli.conftest import Desk
from tests.logs.history.shelf import API, WEB, Shelf, state


def shelf(desk: Desk, instance: str = "shop-1", part_bytes: int = 2000) -> Shelf:
    """Return a history of the project of *desk*."""
    return Shelf(
        places().project(desk.folder), instance=instance, part_bytes=part_bytes
    )


@pytest.fixture
def earlier(lonely: Desk) -> Shelf:
    """Return a run that is over."""
    made = shelf(lonely)
    made.known |= {WEB: state(WEB), API: state(API)}
    for number in range(2500):
        made.print(b"line %d\n" % number, time=float(number))
    made.print(b"\x1b[31moh\x1b[0m\n", API, time=5000.0)
    made.write()
    made.clock.advance(90)
    made.close()
    return made


def printed(*numbers: int) -> list[str]:
    return [f"line {number}" for number in numbers]


def test_an_earlier_run_is_printed_without_an_instance(
    lonely: Desk, earlier: Shelf
) -> None:
    said = lonely.ctl("logs", "--run", earlier.run.id, "web")

    assert said.out.splitlines() == printed(*range(2500))
    assert (said.code, said.err) == (0, "")


def test_the_last_lines_of_an_earlier_run_are_printed(
    lonely: Desk, earlier: Shelf
) -> None:
    by_id = lonely.ctl("logs", "--run", "last", "-n", "2", "web-1")
    merged = lonely.ctl("logs", "--run", earlier.run.id[:10], "-n", "2")

    assert by_id.out.splitlines() == printed(2498, 2499)
    assert [line[11:] for line in merged.out.splitlines()] == [
        "web: line 2499",
        "api: oh",
    ]


def test_lines_of_an_earlier_run_are_json(lonely: Desk, earlier: Shelf) -> None:
    said = lonely.ctl("logs", "--run", earlier.run.id, "--json", "-n", "1", "api")

    assert json.loads(said.out) == {
        "number": 0,
        "process": "api-1",
        "stream": "stdout",
        "time": 5000.0,
        "data": "\x1b[31moh\x1b[0m",
        "partial": False,
    }


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--run", "2030"], "there is no run '2030'; brumctl runs lists them"),
        (["--run", "2"], "2 runs begin with '2'; brumctl runs lists them"),
        (["--run", "20260921-141320-shop-1", "db"], "there are: api-1, web-1"),
        (["--run", "last", "-f"], "--follow is for what runs, --run for what ran"),
    ],
)
def test_what_cannot_be_printed_is_told(
    lonely: Desk, earlier: Shelf, words: list[str], told: str
) -> None:
    other = shelf(lonely, "other-2")
    other.print(b"hello\n")
    other.write()

    said = lonely.ctl("logs", *words)

    other.close()
    assert said.code == 2
    assert told in said.err


def test_an_earlier_run_is_searched_without_an_instance(
    lonely: Desk, earlier: Shelf
) -> None:
    run = ("search", "--run", "last")

    found = lonely.ctl(*run, "-p", "web", "-n", "2", "line 24")
    context = lonely.ctl(*run, "--context", "1", "-e", "^line 7$", "-p", "web-1")
    counted = lonely.ctl(*run, "--count", "LINE", "-i")
    merged = lonely.ctl(*run, "oh")
    nothing = lonely.ctl(*run, "nowhere")

    assert found.out.splitlines() == printed(2498, 2499)
    assert context.out.splitlines() == printed(6, 7, 8)
    assert counted.out == "2500\n"
    assert merged.out[11:] == "api: oh\n"
    assert (nothing.code, nothing.out) == (1, "")
    assert lonely.ctl(*run, "-p", "db", "x").code == 2


def test_runs_are_listed(lonely: Desk, earlier: Shelf) -> None:
    running = shelf(lonely, "shop-2")
    running.print(b"hello\n")
    running.write()

    said = lonely.ctl("runs")
    rows = json.loads(lonely.ctl("runs", "--json").out)

    running.close()
    head, *lines = said.out.splitlines()
    assert head.split() == ["RUN", "STARTED", "TOOK", "PROCESSES", "SIZE"]
    assert [line.split()[0] for line in lines] == [earlier.run.id, running.run.id]
    assert "1m30" in lines[0]
    assert "running" in lines[1]
    assert [row["processes"] for row in rows] == [2, 1]


def test_a_run_that_was_killed_is_listed_as_that(lonely: Desk, earlier: Shelf) -> None:
    path = earlier.owner.folder / place.RUN
    place.save(path, {**place.load(path), "ended": None})

    assert "killed" in lonely.ctl("runs").out


def test_runs_without_the_process_are_passed_over(lonely: Desk, earlier: Shelf) -> None:
    later = shelf(lonely, "shop-2")
    later.clock.advance(1000)
    later.print(b"line 7 again\n")
    later.write()
    later.close()

    said = lonely.ctl("search", "--all-runs", "-p", "api", "oh")
    nobody = lonely.ctl("search", "--all-runs", "-p", "db", "-p", "mail", "oh")

    assert said.out.splitlines() == [f"== {earlier.run.id}", "oh"]
    assert (nobody.code, nobody.out) == (2, "")
    assert "no run has a process called db or mail" in nobody.err


def test_where_nothing_is_kept_that_is_told(lonely: Desk) -> None:
    assert lonely.ctl("runs").out == "nothing is kept of this folder\n"
    assert "0 runs" in lonely.ctl("history").out


def test_the_history_is_shown_and_removed(lonely: Desk, earlier: Shelf) -> None:
    before = json.loads(lonely.ctl("history", "--json").out)
    after = json.loads(lonely.ctl("history", "clear", "--json").out)

    assert before["folder"] == str(earlier.owner.history)
    assert before["runs"] == 1
    assert before["size"] > 20_000
    assert (after["runs"], after["size"]) == (0, 0)
    assert lonely.ctl("history", "status").code == 0


def test_a_running_instance_removes_its_own(desk: Desk) -> None:
    desk.instance.answers["history.clear"] = {}

    assert desk.ctl("history", "clear").code == 0

    assert [call.name for call in desk.instance.calls] == ["history.clear"]


def test_lines_that_left_memory_are_read_from_files(desk: Desk) -> None:
    web = desk.instance.add_process("web").id
    desk.instance.print(web, *[f"line {number}" for number in range(3000)])
    desk.instance.shelve(2990, web)

    everything = desk.ctl("logs", "--history", "web")
    memory = desk.ctl("logs", "web")
    across = desk.ctl("logs", "-n", "12", "web")

    assert everything.out.splitlines() == printed(*range(3000))
    assert memory.out.splitlines() == printed(*range(2990, 3000))
    assert across.out.splitlines() == printed(*range(2988, 3000))


def test_lines_of_an_earlier_run_come_through_filters(
    lonely: Desk, earlier: Shelf
) -> None:
    run = ("logs", "--run", earlier.run.id)

    grep = lonely.ctl(*run, "--grep", "line 24", "-n", "3", "web")
    sifted = lonely.ctl(*run, "--filter=-/line/")
    bad = lonely.ctl(*run, "--filter", "(")

    assert grep.out.splitlines() == printed(2497, 2498, 2499)
    assert [line[11:] for line in sifted.out.splitlines()] == ["api: oh"]
    assert bad.code == 2


def test_findings_are_known_when_the_run_is_over(lonely: Desk, earlier: Shelf) -> None:
    earlier.writer.mark(WEB, [(7, 9)])
    filters = ("--filter", "is:finding")

    of_process = lonely.ctl("logs", "--run", "last", "web", *filters)
    merged = lonely.ctl("logs", "--run", "last", *filters, "-n", "1")
    searched = lonely.ctl("search", "--run", "last", *filters, "-p", "web")

    assert of_process.out.splitlines() == printed(7, 8)
    assert [line[11:] for line in merged.out.splitlines()] == ["web: line 8"]
    assert searched.out == of_process.out


def test_the_last_that_come_through_may_be_far_apart(
    lonely: Desk, earlier: Shelf
) -> None:
    said = lonely.ctl(
        "logs", "--run", "last", "--filter", "/ (1|2400)$/", "-n", "2", "web"
    )

    assert said.out.splitlines() == printed(1, 2400)


def test_saved_filters_are_those_of_the_folder(lonely: Desk, earlier: Shelf) -> None:
    (lonely.folder / ".brum.toml").write_text('[filters]\nodd = "/[13579]$/"\n')

    said = lonely.ctl("logs", "--run", "last", "--filter", "@odd", "-n", "2", "web")

    assert said.out.splitlines() == printed(2497, 2499)


def test_following_goes_on_where_the_files_end(desk: Desk) -> None:
    web = desk.instance.add_process("web").id
    desk.instance.print(web, *[f"line {number}" for number in range(30)])
    desk.instance.shelve(20, web)
    desk.instance.change(web, status=ProcessStatus.SUCCESS, exit_code=0)

    everything = desk.ctl("logs", "-f", "--history", "web")
    across = desk.ctl("logs", "-f", "-n", "12", "web")
    memory = desk.ctl("logs", "-f", "-n", "3", "web")

    assert everything.out.splitlines() == printed(*range(30))
    assert across.out.splitlines() == printed(*range(18, 30))
    assert memory.out.splitlines() == printed(27, 28, 29)


def test_every_run_is_searched(lonely: Desk, earlier: Shelf) -> None:
    later = shelf(lonely, "shop-2")
    later.clock.advance(1000)
    later.print(b"line 7 again\n")
    later.write()
    runs = [earlier.run.id, later.run.id]

    found = lonely.ctl("search", "--all-runs", "-p", "web-1", "/line 7( |$)/", "-e")
    two = lonely.ctl("search", "--all-runs", "-e", "line 7( |$)|line 8$", "-n", "2")
    rows = lonely.ctl("search", "--all-runs", "--json", "-e", "line 7( |$)")
    counted = lonely.ctl("search", "--all-runs", "-c", "line 7")
    listed = lonely.ctl("search", "--all-runs", "-l", "line 7")
    filtered = lonely.ctl("search", "--all-runs", "--filter", "again or oh")

    later.close()
    assert found.code == 1
    assert [line.split(": ")[-1] for line in two.out.splitlines()] == [
        f"== {runs[0]}",
        "line 8",
        f"== {runs[1]}",
        "line 7 again",
    ]
    assert "1 older lines as well" in two.err
    assert [
        (row["run"], row["data"]) for row in map(json.loads, rows.out.splitlines())
    ] == [(runs[0], "line 7"), (runs[1], "line 7 again")]
    assert counted.out == "112\n"
    assert listed.out.splitlines() == [f"{run}/web-1" for run in runs]
    assert len(filtered.out.splitlines()) == 4


def test_where_nothing_is_kept_nothing_is_found(lonely: Desk) -> None:
    assert lonely.ctl("search", "--all-runs", "x") == (1, "", "")
    assert lonely.ctl("search", "--all-runs", "-c", "x") == (1, "0\n", "")


def test_names_of_processes_are_their_own(lonely: Desk) -> None:
    made = shelf(lonely)
    made.print(b"hello\n", ProcessId("A B/c-1"))
    made.write()
    made.close()

    said = lonely.ctl("logs", "--run", "last", "A B/c-1")

    assert said.out == "hello\n"
    assert Path(made.owner.folder).is_dir()
