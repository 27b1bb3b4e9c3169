"""Tests of texts of a certain form."""

import pytest

from brummer.config.form import FORMS


@pytest.mark.parametrize(
    ("form", "value", "setting"),
    [
        ("place", 5432, "5432"),
        ("place", "5432", "5432"),
        ("place", "db.local:5432", "db.local:5432"),
        ("place", "[::1]:80", "[::1]:80"),
        ("place", "", ""),
        ("url", "http://localhost:3000/health?a=b", "http://localhost:3000/health?a=b"),
        ("url", "https://[::1]", "https://[::1]"),
        ("pattern", r"listening on :\d+", r"listening on :\d+"),
        ("condition", "completed", "completed"),
        ("condition", "log:ready (to|for) x", "log:ready (to|for) x"),
    ],
)
def test_what_has_the_form_is_taken(form: str, value: object, setting: str) -> None:
    assert FORMS[form]({}).read(value) == setting


@pytest.mark.parametrize(
    ("form", "value", "words"),
    [
        ("place", 0, "a port"),
        ("place", 65536, "a port"),
        ("place", True, "a port"),
        ("place", "localhost", "a port"),
        ("place", "::1:80", "a port"),
        ("url", "localhost:3000", "http://"),
        ("url", "http://a b/", "http://"),
        ("url", "http://a\r\nX: y/", "http://"),
        ("url", "http://user@host/", "http://"),
        ("url", "http://a:99999/", "http://"),
        ("pattern", "(", "missing"),
        ("pattern", "(?=x)", "RE2"),
        ("pattern", r"(a)\1", "RE2"),
        ("condition", "redy", "did you mean ready"),
        ("condition", "log:", "log:PATTERN"),
        ("condition", "log:(", "missing"),
        ("condition", 1, "log:PATTERN"),
    ],
)
def test_what_has_not_is_refused_with_what_is_wanted(
    form: str, value: object, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        FORMS[form]({}).read(value)


def test_what_was_typed_is_read_alike() -> None:
    assert FORMS["place"]({}).parse("5432") == "5432"
