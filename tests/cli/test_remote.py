"""Tests of how brumctl finds processes and prints."""

import pytest

from brummer.cli.remote import say
from brummer.model.process import ProcessStatus
from tests.cli.conftest import Desk


def test_a_name_means_the_newest_process_that_lives(desk: Desk) -> None:
    desk.instance.add_process("web", status=ProcessStatus.STOPPED)
    living = desk.instance.add_process("web")
    desk.instance.add_process("web", status=ProcessStatus.FAILED)
    desk.instance.print(living.id, "here")

    assert desk.ctl("logs", "web").out == "here\n"


def test_a_name_without_a_living_process_means_the_newest(desk: Desk) -> None:
    desk.instance.add_process("web", status=ProcessStatus.STOPPED)
    last = desk.instance.add_process("web", status=ProcessStatus.FAILED)
    desk.instance.print(last.id, "last words")

    assert desk.ctl("logs", "web").out == "last words\n"


def test_what_the_terminal_cannot_show_becomes_a_question_mark(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    say("caf\u00e9 \udcff")

    assert capsys.readouterr().out == "caf\u00e9 ?\n"
