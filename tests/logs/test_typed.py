"""What people type, as lines of the log."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer.logs.typed import Veil, as_typed, asks_for_secret
from brummer.model.process import ProcessId

WEB = ProcessId("web-1")
API = ProcessId("api-1")


def test_a_line_is_marked() -> None:
    assert as_typed(b"hello there\n") == b"> hello there\n"


def test_enter_alone_is_seen_too() -> None:
    assert as_typed(b"\n") == b"> \n"


def test_keys_are_named_as_people_write_them() -> None:
    assert as_typed(b"\x03\x1b[A\x7f\r\n") == b"> ^C^[[A^?\n"


def test_of_a_whole_file_the_first_lines_are_shown() -> None:
    shown = as_typed(b"line\n" * 1_021)

    assert shown.count(b"> line\n") == 20
    assert shown.endswith(b"> and 1,001 more lines\n")


def test_of_a_long_line_the_beginning_is_shown() -> None:
    shown = as_typed(b"x" * 1_000_000)

    assert shown == b"> " + b"x" * 2_000 + b"...\n"


def test_a_line_that_was_begun_in_hiding_ends_there() -> None:
    veil = Veil()

    assert veil.hides(WEB, b"hun", secret=True)
    assert not veil.hides(API, b"ls\n", secret=False)
    assert veil.hides(WEB, b"ter2\r", secret=False)
    assert not veil.hides(WEB, b"ls\n", secret=False)


def test_who_has_ended_has_no_line_left() -> None:
    veil = Veil()
    assert veil.hides(WEB, b"hun", secret=True)

    veil.lift(WEB)

    assert not veil.hides(WEB, b"ls\n", secret=False)


@given(st.binary(max_size=300))
def test_whatever_is_typed_becomes_whole_lines_of_ours(data: bytes) -> None:
    lines = as_typed(data).decode().removesuffix("\n").split("\n")

    assert all(line.startswith("> ") for line in lines)
    assert not any("\x1b" in line or "\r" in line for line in lines)


@pytest.mark.parametrize(
    "line",
    [
        b"Password:",
        b"password? ",
        b"[sudo] password for kim: ",
        b"kim@shop's password: ",
        b"Enter passphrase for key '/home/kim/.ssh/id_ed25519': ",
        b"Enter PIN for 'Kim': ",
        b"\x1b[1mNPM token:\x1b[0m ",
        b"This operation requires a one-time password.\rEnter OTP: ",
        "[sudo] Passwort f\u00fcr kim: ".encode(),
        b"Mot de passe : ",
        b"x" * 20_000 + b" Secret: ",
    ],
)
def test_a_question_for_a_password_is_recognised(line: bytes) -> None:
    assert asks_for_secret(line)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"Name: ",
        b"Continue? [Y/n] ",
        b"password accepted",
        b"Password: \rName: ",
        b"12 tokens: ",
        b"opinion: ",
        b"spinning up:",
        b"\xff\xfe: ",
    ],
)
def test_other_questions_are_no_secrets(line: bytes) -> None:
    assert not asks_for_secret(line)
