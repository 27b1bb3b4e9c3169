"""Tests of what must not be shown."""

import pytest

from brummer.core.secret import is_secret, without_logins, without_secrets


@pytest.mark.parametrize("name", ["API_KEY", "password", "authToken", "Set-Cookie"])
def test_a_name_tells_that_its_value_is_a_secret(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize("name", ["", "name", "process", "text", "channel"])
def test_other_names_do_not(name: str) -> None:
    assert not is_secret(name)


def test_a_login_is_taken_out_of_an_address() -> None:
    assert without_logins("see http://me:p@ss@db/x") == "see http://****@db/x"


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("curl -H 'Authorization: Bearer abc.def'", "curl -H 'Authorization: ****'"),
        ("use Bearer abc.d/e= now", "use Bearer **** now"),
        ("API_KEY=abc npm start", "API_KEY=**** npm start"),
        ("login --password hunter2 --user me", "login --password **** --user me"),
        ('{"token": "abc", "n": 1}', '{"token": ****, "n": 1}'),
        ("postgres://me:x@db/app", "postgres://****@db/app"),
        ("npm test -- --watch", "npm test -- --watch"),
        ('password="hunter2 and no end', "password=****"),
        ("PASSWORD='hun ter2", "PASSWORD=****"),
        (r'curl -d "{\"password\":\"hunter2\"}"', r'curl -d "{\"password\":****}"'),
    ],
)
def test_what_looks_like_a_secret_is_taken_out_of_a_line(
    text: str, public: str
) -> None:
    assert without_secrets(text) == public


@pytest.mark.parametrize(
    "text",
    [
        "key" * 20_000,
        "a-key-" * 10_000,
        "--token " * 9_000,
        "key" + "\\" * 60_000,
        'key="' * 10_000,
    ],
)
def test_lines_that_are_long_take_no_longer_than_they_must(text: str) -> None:
    # Time that grew with the square of the length would not end within the limit.
    assert len(without_secrets(text)) <= len(text)
