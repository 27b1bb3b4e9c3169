"""Tests of log lines as brumctl prints them."""

import argparse
import json
import time
from pathlib import Path

import pytest

from brummer.cli.line import LinePrinter
from brummer.cli.remote import Remote, Row
from brummer.control.record import Directory
from brummer.core.pattern import Pattern

NAMES = {"web-1": "web", "sly-1": "sly\x1b]0;title\x07\x1b[2J"}


def entry(text: str, process: str = "web-1") -> Row:
    """Return a line that was read at noon."""
    noon = time.mktime((2026, 5, 4, 12, 0, 0, 0, 0, -1))
    return {"process": process, "number": 3, "time": noon, "data": text}


@pytest.fixture
def remote(tmp_path: Path) -> Remote:
    """Return the side of brumctl that writes colours, but no JSON."""
    options = argparse.Namespace(json=False, ansi=True)
    return Remote(options, Directory(tmp_path))


def test_lines_of_one_process_stand_alone(
    remote: Remote, capsys: pytest.CaptureFixture[str]
) -> None:
    printer = LinePrinter(remote, merged=False, names=NAMES)

    printer.print([entry("one"), entry("\x1b[31mtwo")])
    printer.print([])

    assert capsys.readouterr().out == "one\n\x1b[31mtwo\n"


def test_merged_lines_say_when_and_whose_they_are(
    remote: Remote, capsys: pytest.CaptureFixture[str]
) -> None:
    LinePrinter(remote, merged=True, names=NAMES).print(
        [entry("one"), entry("two", "gone-3")]
    )

    assert capsys.readouterr().out == "[12:00:00] web: one\n[12:00:00] gone: two\n"


def test_a_colour_that_is_left_open_is_not_that_of_other_processes(
    remote: Remote, capsys: pytest.CaptureFixture[str]
) -> None:
    LinePrinter(remote, merged=True, names=NAMES).print(
        [entry("\x1b[31mone"), entry("\x1b[31mtwo\x1b[m")]
    )

    one, two = capsys.readouterr().out.splitlines()
    assert one == "[12:00:00] web: \x1b[31mone\x1b[0m"
    assert two == "[12:00:00] web: \x1b[31mtwo\x1b[m"


def test_a_name_cannot_steer_the_terminal(
    remote: Remote, capsys: pytest.CaptureFixture[str]
) -> None:
    LinePrinter(remote, merged=True, names=NAMES).print([entry("one", "sly-1")])

    assert capsys.readouterr().out == "[12:00:00] sly: one\n"


def test_matches_stand_out_in_lines_without_colours_of_their_own(
    remote: Remote, capsys: pytest.CaptureFixture[str]
) -> None:
    printer = LinePrinter(remote, merged=False, pattern=Pattern("o"), names=NAMES)

    printer.print([entry("\x1b[31mfoo")])

    o = "\x1b[1;31mo\x1b[0m"
    assert capsys.readouterr().out == f"f{o}{o}\n"


def test_json_has_the_line_as_it_came(
    remote: Remote, capsys: pytest.CaptureFixture[str]
) -> None:
    remote.options.json = True

    LinePrinter(remote, merged=True, names=NAMES).print([entry("\x1b[31mone")])

    assert json.loads(capsys.readouterr().out) == entry("\x1b[31mone")
