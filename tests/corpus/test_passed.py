"""No error is found in a large body of output of what went well."""

import pytest

import brummer
from tests.corpus.cases import Case
from tests.corpus.passed import FOLDER, outputs, text_of
from tests.corpus.test_corpus import MACHINE
from tests.plugins.errors.reading import read

#: Lines that there are at least, and bytes that they take at most.
LINES, STORED = 100_000, 3_000_000

#: Bytes that come at once.
PIECE = 64 * 1024

every_output = pytest.mark.parametrize(
    "output", outputs(), ids=lambda output: output.path.stem
)


def pieces(text: bytes) -> list[bytes]:
    return [text[at : at + PIECE] for at in range(0, len(text), PIECE)]


@every_output
def test_no_error_is_found_where_all_went_well(output: Case) -> None:
    found = [
        f"{finding.details['pattern']} in line {finding.line}: {finding.title}"
        for finding in read(pieces(text_of(output)))
        if finding.severity is not brummer.Severity.WARNING
    ]

    assert found == []


@every_output
def test_an_output_shows_no_machine(output: Case) -> None:
    assert not MACHINE.search(text_of(output).decode("utf-8", "replace"))
    assert not MACHINE.search(output.command)


def test_every_output_is_in_the_index_and_the_other_way_round() -> None:
    stored = {path.name.removesuffix(".out.xz") for path in FOLDER.iterdir()}

    assert stored == {output.path.stem for output in outputs()}


def test_the_body_is_large_and_stored_small() -> None:
    lines = [text_of(output).count(b"\n") for output in outputs()]

    assert sum(lines) >= LINES
    assert max(lines) <= sum(lines) / 4
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) <= STORED
