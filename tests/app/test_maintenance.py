"""Tests of commands about the program itself."""

from typing import Any

from brummer.app.application import Application
from tests.app.conftest import Bench


def run(application: Application, command: str) -> Any:
    return application.instance.run(command).result(20)


def test_plugins_are_listed(bench: Bench) -> None:
    answer = run(bench.application(), "plugins.list")

    names = [report.name for report in answer["plugins"]]
    assert names == sorted(names)
    assert {"errors", "node", "procfile", "urls"} <= set(names)


def test_health_is_listed(bench: Bench) -> None:
    answer = run(bench.application(), "health.list")

    assert any(row.component == "monitor" for row in answer["health"])


def test_where_nothing_was_left_nothing_is_ended(bench: Bench) -> None:
    application = bench.application()

    assert run(application, "leftovers.list") == {"leftovers": []}
    assert run(application, "leftovers.end") == {"leftovers": [], "survivors": ()}


def test_quitting_is_a_command(bench: Bench) -> None:
    application = bench.application()

    assert run(application, "app.quit") == {}
    assert application.ended.done()
