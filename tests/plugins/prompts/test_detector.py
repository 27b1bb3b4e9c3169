import pytest

import brummer
from brummer_prompts.detector import PromptDetector
from tests.corpus.cases import ROOT, Case, read
from tests.corpus.prompts import labels
from tests.plugins.reading import WEB, Reader


def asks(reader: Reader) -> list[str]:
    return [finding.message for finding in reader.kept() if not finding.resolved]


def test_a_question_stands_until_it_is_answered() -> None:
    reader = Reader(PromptDetector())
    reader.read("The folder is not empty.\nOverwrite? (y/N) ")
    at_once = asks(reader)

    reader.rest()
    asked = asks(reader)
    reader.read("y\n")

    assert at_once == []
    assert asked == ["Overwrite? (y/N)"]
    assert asks(reader) == []


def test_the_finding_says_what_is_asked_and_where() -> None:
    reader = Reader(PromptDetector())
    reader.read("one\n\x1b[1mPassword: \x1b[0m")

    reader.rest()

    [finding] = reader.kept()
    assert finding.kind is brummer.FindingKind.PROMPT
    assert finding.title == "asks: Password:"
    assert (finding.process, finding.line) == (WEB, 1)
    assert finding.details == {"want": "password", "question": "Password:"}


def test_a_question_that_is_drawn_with_every_key_is_read_as_it_stands() -> None:
    reader = Reader(PromptDetector())
    drawn = "".join(f"\x1b[2K\x1b[G? Name: {'x' * n}" for n in range(1_000))

    reader.read(drawn)
    reader.rest()

    assert len(asks(reader)) == 1
    assert asks(reader)[0].startswith("Name: xxx")


def test_a_question_outlasts_another_one_on_the_other_stream() -> None:
    reader = Reader(PromptDetector())
    reader.read("Overwrite? (y/N) ", stream=brummer.Stream.ERR)
    reader.read("Password: ", stream=brummer.Stream.OUT)
    reader.rest()

    reader.read("\n", stream=brummer.Stream.ERR)

    standing = [finding.message for finding in reader.kept() if not finding.resolved]
    assert standing == ["Password:"]


def test_a_process_that_is_busy_asks_nothing() -> None:
    reader = Reader(PromptDetector())

    for _ in range(100):
        reader.read("Overwrite? (y/N) ")
        reader.rest(0.1)

    assert reader.found == []


def recorded() -> list[Case]:
    return [read(ROOT / f"{name}.toml") for name in labels()]


@pytest.mark.parametrize("case", recorded(), ids=lambda case: case.name)
def test_real_programs_are_understood_read_by_read(case: Case) -> None:
    reader = Reader(PromptDetector())
    output = case.output()

    for start in range(0, len(output), 7):
        reader.read(output[start : start + 7])
    reader.rest()

    wanted = labels()[case.name]
    assert asks(reader) == ([wanted] if wanted else [])
