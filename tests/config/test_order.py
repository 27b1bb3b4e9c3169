"""Tests of what the settings say about who comes first."""

from pathlib import Path

import pytest

from brummer.config.explain import as_text
from brummer.config.load import Loaded, survey
from brummer.config.order import needs, readiness
from brummer.config.settings import ReadySettings
from brummer.model.readiness import Need, Readiness, ReadyBy, Until


def surveyed(project: Path, text: str) -> Loaded:
    (project / ".brum.toml").write_text(text)
    return survey(project, environment={})


def problems(loaded: Loaded) -> list[str]:
    """Return what is wrong, without the folder."""
    return [str(one).partition(".brum.toml:")[2] for one in loaded.problems]


@pytest.mark.parametrize(
    "text",
    [
        'depends_on = ["db", "dev:cache"]',
        'depends_on = { db = "ready", "dev:cache" = "ready" }',
        'depends_on.db = "ready"\ndepends_on."dev:cache" = "ready"',
    ],
)
def test_a_list_of_names_is_a_table_of_those_that_are_ready(
    project: Path, text: str
) -> None:
    loaded = surveyed(project, f"[scripts.api]\n{text}\n")

    assert problems(loaded) == []
    assert needs(loaded.settings.scripts["api"]) == (
        Need(script="db"),
        Need(script="dev:cache"),
    )


def test_a_condition_may_have_a_pattern(project: Path) -> None:
    text = '[scripts.api.depends_on]\ndb = "log:ready: .*"\nm = "completed"\n'

    found = needs(surveyed(project, text).settings.scripts["api"])

    assert found == (
        Need(script="db", until=Until.LINE, pattern="ready: .*"),
        Need(script="m", until=Until.COMPLETED),
    )


def test_a_variable_may_list_names(project: Path) -> None:
    environment = {"BRUM_SCRIPTS__API__DEPENDS_ON": "db, cache"}

    loaded = survey(project, environment=environment)

    assert loaded.settings.scripts["api"].depends_on == {
        "db": "ready",
        "cache": "ready",
    }


def test_a_readiness_has_its_target_and_its_times(project: Path) -> None:
    text = '[scripts.db]\nready = { tcp = 5432, interval = "500ms", within = "2m" }\n'

    found = readiness(surveyed(project, text).settings.scripts["db"].ready)

    assert found == Readiness(by=ReadyBy.TCP, target="5432", interval=0.5, within=120.0)
    assert readiness(ReadySettings()) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            'ready = { tcp = 1, http = "http://a/" }',
            "2: scripts.a.ready has tcp and http; one of them is enough",
        ),
        (
            "ready.interval = 2",
            "2: scripts.a.ready lacks what to look at: tcp, http, exec, log, url",
        ),
        ("ready = { tpc = 1 }", "2: unknown key tpc in [scripts.a.ready]"),
        ('depends_on = "b"', "2: scripts.a.depends_on is 'b'"),
        ('depends_on = { b = "redy" }', "2: scripts.a.depends_on.b is 'redy'"),
        ('depends_on = ["b", " "]', '2: " " is no name for a script'),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    project: Path, text: str, problem: str
) -> None:
    loaded = surveyed(project, f"[scripts.a]\n{text}\n")

    assert [one.startswith(problem) for one in problems(loaded)] == [True], problems(
        loaded
    )


def test_a_circle_is_told_whole_and_once(project: Path) -> None:
    text = (
        '[scripts.a]\ndepends_on = ["b"]\n[scripts.b]\ndepends_on = ["c"]\n'
        '[scripts.c]\ndepends_on = ["b"]\n'
    )

    assert problems(surveyed(project, text)) == [
        "4: these scripts need each other in a circle: b -> c -> b"
    ]


def test_many_ways_to_the_same_script_are_no_circle(project: Path) -> None:
    text = "".join(
        f'[scripts.s{number}]\ndepends_on = ["s{number + 1}", "s{number + 2}"]\n'
        for number in range(60)
    )

    assert problems(surveyed(project, text)) == []


def test_it_is_explained_as_it_can_be_read_again(project: Path) -> None:
    text = '[scripts.a]\ndepends_on = ["b"]\nready = { tcp = 80 }\n'

    shown = as_text(surveyed(project, text), project)

    assert '\ndepends_on.b = "ready"\n' in shown
    assert "\n[scripts.a.ready]\n" in shown
    assert '\ntcp = "80"\n' in shown
