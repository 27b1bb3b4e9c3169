"""Tests of remembering what was added."""

import threading
from pathlib import Path

import pytest

from brummer.mcp.install.journal import MOST, Addition, Journal


def addition(name: str, file: str = "/f", digest: str = "d") -> Addition:
    return Addition(
        file=file, name=name, digest=digest, spans=((1, 4), (6, 9)), is_new=False
    )


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "state" / "clients.json")


def test_what_is_kept_is_found_again(journal: Journal) -> None:
    journal.keep(addition("a"))
    journal.keep(addition("b"))

    assert journal.find(Path("/f"), "a") == addition("a")
    assert journal.find(Path("/g"), "a") is None


def test_the_last_of_an_entry_counts(journal: Journal) -> None:
    journal.keep(addition("a", digest="old"))
    journal.keep(addition("a", digest="new"))

    found = journal.find(Path("/f"), "a")

    assert found is not None
    assert found.digest == "new"


def test_what_is_forgotten_is_gone(journal: Journal) -> None:
    journal.keep(addition("a"))
    journal.keep(addition("b"))

    journal.forget(Path("/f"), "a")

    assert journal.find(Path("/f"), "a") is None
    assert journal.find(Path("/f"), "b") == addition("b")


def test_it_does_not_grow_without_end(journal: Journal) -> None:
    for number in range(MOST + 1):
        journal.keep(addition(str(number)))

    assert journal.find(Path("/f"), "0") is None
    assert journal.find(Path("/f"), str(MOST)) is not None


def test_a_link_is_the_file_that_it_leads_to(journal: Journal, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to("target")
    journal.keep(addition("a", file=str(tmp_path / "target")))

    assert journal.find(link, "a") is not None


def test_it_is_for_its_owner_alone(journal: Journal, tmp_path: Path) -> None:
    journal.keep(addition("a"))

    file = tmp_path / "state" / "clients.json"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in file.parent.iterdir()] == ["clients.json"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[1]",
        '[{"file": "/f"}]',
        "[" * 100_000,
        '[{"file":"/f","name":"a","digest":"d","spans":5,"is_new":0}]',
    ],
)
def test_a_damaged_one_is_as_good_as_none(tmp_path: Path, text: str) -> None:
    file = tmp_path / "clients.json"
    file.write_text(text)
    journal = Journal(file)

    before = journal.find(Path("/f"), "a")
    journal.keep(addition("a"))

    assert before is None
    assert journal.find(Path("/f"), "a") == addition("a")


def test_nobody_is_bothered_if_it_cannot_be_written() -> None:
    journal = Journal(Path("/dev/null/clients.json"))

    with journal.alone():
        journal.keep(addition("a"))

    assert journal.find(Path("/f"), "a") is None


def test_whoever_comes_second_waits_for_the_first(journal: Journal) -> None:
    order: list[str] = []

    def second() -> None:
        with journal.alone():
            order.append("second")

    with journal.alone():
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.05)
        order.append("first")
    thread.join(20)

    assert order == ["first", "second"]
