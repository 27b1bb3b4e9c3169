import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer.model.script import ScriptId
from brummer.process.environment_change import (
    LONGEST,
    MOST_CHANGES,
    MOST_SCRIPTS,
    LastStarts,
    changes,
    shown,
)

WEB = ScriptId("node:web")


def test_new_changed_and_removed_variables_are_told() -> None:
    before = {"A": "1", "B": "2", "C": "3"}
    after = {"A": "1", "B": "two", "D": "4"}

    assert changes(before, after) == (
        "environment: B=two, was 2",
        "environment: C is gone",
        "environment: D=4 is new",
    )


@pytest.mark.parametrize(
    "name",
    [
        *["API_KEY", "SECRET", "jwt_secret_v2", "GITHUB_TOKEN", "DB_PASSWORD"],
        *["MYSQL_PASSWD", "AWS_CREDENTIALS", "BASIC_AUTH", "SESSION_COOKIE"],
    ],
)
def test_a_secret_is_told_by_its_name_only(name: str) -> None:
    told = changes({name: "hunter1"}, {name: "hunter2"})

    assert told == (f"environment: {name}=****, was ****",)


@pytest.mark.parametrize(
    ("url", "public"),
    [
        ("postgres://me:hunter2@db/app", "postgres://****@db/app"),
        ("postgres://me:p@ss/w@db/app", "postgres://****@db/app"),
        ("https://ghp_token@github.com", "https://****@github.com"),
        ("http://localhost:3000", "http://localhost:3000"),
    ],
)
def test_a_login_in_a_url_is_not_shown(url: str, public: str) -> None:
    assert shown("DATABASE_URL", url) == public


@given(st.text())
def test_what_is_shown_is_one_short_printable_line(value: str) -> None:
    public = shown("NAME", value)

    assert public.isprintable()
    assert len(public) <= LONGEST


def test_many_changes_are_counted() -> None:
    after = {f"V{number:03}": "" for number in range(MOST_CHANGES + 5)}

    told = changes({}, after)

    assert len(told) == MOST_CHANGES + 1
    assert told[-1] == "environment: 5 more variables changed"


def test_a_first_start_differs_from_nothing() -> None:
    starts = LastStarts()

    assert starts.compare(WEB, {"A": "1"}) == ()


def test_each_script_is_compared_with_its_own_last_start() -> None:
    starts = LastStarts()
    starts.compare(WEB, {"A": "1"})
    starts.compare(ScriptId("node:db"), {"A": "5"})

    second = starts.compare(WEB, {"A": "2"})
    third = starts.compare(WEB, {"A": "2"})

    assert second == ("environment: A=2, was 1",)
    assert third == ()


def test_the_start_longest_ago_is_forgotten_first() -> None:
    starts = LastStarts()
    starts.compare(WEB, {"A": "1"})

    for number in range(MOST_SCRIPTS):
        starts.compare(ScriptId(f"node:{number}"), {})

    assert starts.compare(WEB, {"A": "2"}) == ()


def test_many_threads_may_compare_at_once() -> None:
    starts = LastStarts()
    threads = [
        threading.Thread(
            target=lambda first=first: [
                starts.compare(ScriptId(f"s{first + number}"), {})
                for number in range(400)
            ]
        )
        for first in range(0, 3200, 400)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert starts.compare(WEB, {"A": "1"}) == ()
