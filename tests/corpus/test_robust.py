"""What happens to output on its way to us changes nothing of what is found in it."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice, pairwise, zip_longest
from typing import Final, NamedTuple

import pytest

import brummer
from brummer.logs.collection import LINES
from tests.corpus.cases import Case, cases
from tests.plugins.errors.reading import read_streams

#: Returns a line, which may end with a carriage return, as something changed it.
Change = Callable[[int, bytes], bytes]

#: The corpus in parts that take a moment each.
PARTS: Final = 3
#: Outputs that are read byte by byte.
SHORT: Final = 500
#: Cuts of one output.
CUTS: Final = 100

#: With a time in front, what this program says is what loggers say.
LOGGED: Final = {"junit/passed"}

every_part = pytest.mark.parametrize("part", range(PARTS))


class Found(NamedTuple):
    """What of a finding a reader sees."""

    title: str
    place: tuple[str, int, int]
    severity: brummer.Severity | None
    range: tuple[int, int]
    causes: tuple[str, ...]
    frames: int
    details: tuple[tuple[str, str], ...]


def seen(reported: Iterable[brummer.Finding]) -> list[Found]:
    """Return what a reader sees in the end of what was *reported*."""
    last = {finding.fingerprint: finding for finding in reported}
    return sorted(
        Found(
            finding.title,
            (finding.file, finding.line_in_file, finding.column),
            finding.severity,
            (finding.line, finding.end),
            finding.causes,
            len(finding.frames),
            tuple(sorted(finding.details.items())),
        )
        for finding in last.values()
    )


Piece = tuple[str, bytes]


def findings(
    pieces: Iterable[Piece], stream: brummer.Stream = brummer.Stream.OUT
) -> Mapping[str, list[brummer.Finding]]:
    """Return what is found in *pieces* of the output of processes, by their names."""
    found = defaultdict(list)
    for finding in read_streams(
        (brummer.ProcessId(name), stream, data) for name, data in pieces
    ):
        found[str(finding.process)].append(finding)
    return found


@cache
def recorded() -> Mapping[str, list[Found]]:
    """Return what is found in the outputs as they were recorded."""
    found = findings((case.name, case.output()) for case in cases())
    return {name: seen(told) for name, told in found.items()}


def check(pieces: Iterable[Piece], stream: brummer.Stream = brummer.Stream.OUT) -> None:
    """Fail if something else is found in *pieces* than in what was recorded.

    Their processes have the name of a case, with or without a number behind it.
    """
    kept = list(pieces)
    found = findings(kept, stream)
    for name in dict(kept):
        assert seen(found[name]) == recorded().get(name.split()[0], []), name


def part_of_corpus(part: int) -> Sequence[Case]:
    return cases()[part::PARTS]


def by_time(form: str) -> Change:
    """Return what puts a time in front of each line, *form* with two places."""
    return lambda number, line: (
        (form % (number // 60 % 60, number % 60)).encode() + line
    )


def by_label(label: bytes) -> Change:
    return lambda _, line: label + line


def by_words(pattern: bytes, colour: bytes) -> Change:
    """Return what colours each *pattern*, where nothing is coloured yet."""
    word = re.compile(pattern)

    def change(_: int, line: bytes) -> bytes:
        if b"\x1b" in line or b"\r" in line.rstrip(b"\r"):
            return line
        return word.sub(lambda found: colour + found[0] + b"\x1b[0m", line)

    return change


CHANGES: Final[dict[str, Change]] = {
    "line ends of Windows": lambda _, line: line.rstrip(b"\r") + b"\r",
    "docker compose": by_label(b"api-1  | "),
    "concurrently": by_label(b"[0] "),
    "pnpm": by_label(b"packages/web build: "),
    "Turborepo": by_label(b"web:build: "),
    "pm2": by_label(b"0|web  | "),
    "foreman in colour": by_time("\x1b[36m07:%02d:%02d web.1  | \x1b[0m"),
    "syslog": by_time("Nov 21 07:%02d:%02d box web[12]: "),
    "a time": by_time("2026-11-21T07:%02d:%02dZ "),
    "a time of GitHub": by_time("2026-11-21T07:%02d:%02d.1234567Z "),
    "a time behind a label": by_time("api-1  | 2026-11-21T07:%02d:%02dZ "),
    "lines in colour": lambda _, line: b"\x1b[31m" + line.rstrip(b"\r") + b"\x1b[0m\r",
    "words in colour": by_words(rb"\S+", b"\x1b[1;31m"),
    "names and signs in colour": by_words(
        rb"[\w\x80-\xff]+|[^\s\w\x80-\xff]", b"\x1b[38;5;9m"
    ),
}


def lines_of(case: Case) -> list[bytes]:
    """Return the lines of *case* without their line feeds."""
    lines = case.output().split(b"\n")
    return lines if lines[-1] else lines[:-1]


def changed(case: Case, change: Change) -> bytes:
    """Return the output with *change* in all of its lines."""
    lines = (change(number, line) for number, line in enumerate(lines_of(case)))
    return b"\n".join(lines) + b"\n"


@every_part
@pytest.mark.parametrize("name", CHANGES)
def test_what_stands_around_and_in_lines_changes_nothing(name: str, part: int) -> None:
    logged = LOGGED if "a time" in name else set()

    check(
        (case.name, changed(case, CHANGES[name]))
        for case in part_of_corpus(part)
        if case.name not in logged
    )


def pairs(part: int) -> Iterator[tuple[Case, Case]]:
    """Yield each output with that of another tool."""
    known = cases()
    for number in range(part, len(known), PARTS):
        yield known[number], known[(number + len(known) // 2) % len(known)]


def zipped(one: Case, other: Case) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of both in turn, with 0 for the *one* and 1 for the *other*."""
    for lines in zip_longest(lines_of(one), lines_of(other)):
        for who, line in enumerate(lines):
            if line is not None:
                yield who, line + b"\n"


@every_part
def test_two_processes_that_print_at_once_change_nothing(part: int) -> None:
    check(
        (f"{both[who].name} {number}", line)
        for number, both in enumerate(pairs(part))
        for who, line in zipped(*both)
    )


@every_part
@pytest.mark.parametrize(
    "labels",
    [
        (b"api-1  | ", b"db-1   | "),
        (b"[0] ", b"[1] "),
    ],
    ids=["docker compose", "concurrently"],
)
def test_two_programs_behind_labels_in_one_output_change_nothing(
    labels: tuple[bytes, bytes], part: int
) -> None:
    mixed = {f"{one.name}+{other.name}": (one, other) for one, other in pairs(part)}

    found = findings(
        (name, labels[who] + line)
        for name, both in mixed.items()
        for who, line in zipped(*both)
    )

    for name, both in mixed.items():
        places = placed(who for who, _ in zipped(*both))
        for number, case in enumerate(both):
            mine = [f for f in found[name] if f.line in places[number]]
            told = [moved(f, places[number]) for f in seen(mine)]
            alone = [moved(f, None) for f in recorded().get(case.name, [])]
            assert sorted(told) == sorted(alone), name


def placed(order: Iterable[int]) -> tuple[dict[int, int], dict[int, int]]:
    """Return, by its line in both, each line of two outputs in its own."""
    places: tuple[dict[int, int], dict[int, int]] = ({}, {})
    for number, who in enumerate(order):
        places[who][number] = len(places[who])
    return places


def moved(found: Found, places: Mapping[int, int] | None) -> Found:
    """Return *found* with the lines that it has in its own output.

    Lines of others count towards those that a collector is shown, so a long one
    is cut earlier: it has no end.
    """
    begin, end = found.range
    if places is not None:
        begin, end = places[begin], places.get(end - 1, -1) + 1
    is_long = end - begin > LINES // 3
    return found._replace(range=(begin, 0 if is_long else end))


@every_part
def test_output_that_comes_byte_by_byte_changes_nothing(part: int) -> None:
    check(
        (case.name, case.output()[at : at + 1])
        for case in part_of_corpus(part)
        if len(case.output()) <= SHORT
        for at in range(len(case.output()))
    )


@every_part
def test_output_that_is_cut_in_bad_places_changes_nothing(part: int) -> None:
    check(
        (case.name, piece)
        for case in part_of_corpus(part)
        for piece in cut_badly(case.output())
    )


def cut_badly(data: bytes) -> Iterator[bytes]:
    """Yield *data* cut within line ends, sequences, letters and numbers."""
    bad = islice(re.finditer(rb"\r?\n|\x1b.|[\x80-\xff]|:\d", data), CUTS)
    cuts = {0, len(data)}
    for found in bad:
        cuts |= {found.start(), found.start() + 1, found.end()}
    for begin, end in pairwise(sorted(cuts)):
        yield data[begin:end]


@every_part
def test_a_trace_may_come_on_either_stream(part: int) -> None:
    check(
        ((case.name, case.output()) for case in part_of_corpus(part)),
        brummer.Stream.ERR,
    )
