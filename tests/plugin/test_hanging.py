"""Plugins that hang, with threads of their own as in the program."""

import time
from dataclasses import replace
from functools import partial

import pytest

from brummer.core.clock import Clock, SystemClock
from brummer.core.threads import Role, census, spawn
from brummer.errors import PluginError
from brummer.model.command import Command
from brummer.plugin.discovery import Discovery
from brummer.plugin.handle import SLOW, Surroundings
from brummer.plugin.host import HEAD_START, PluginHost
from brummer.plugin.implementation import HOOKS
from brummer.plugin.report import PluginState
from brummer.plugin.worker import THREADS
from tests.plugin.test_bombs import (
    PROCESS,
    SCRIPT,
    TOLD,
    check_answers,
    drive,
    good,
    ignore,
    released_later,
)
from tests.support.plugin import Failures, HandClock, found, host_of, plugin
from tests.support.wait import LIMIT, wait_until

#: Seconds: long against an answer on a busy machine, short enough to be waited for.
PATIENT = 1.0


def threads_of_their_own(
    failures: Failures, clock: Clock | None = None
) -> Surroundings:
    """Return surroundings as the program has them, but for the patience."""
    return Surroundings(
        aside=partial(spawn, Role.PLUGIN),
        report_failure=failures,
        clock=clock or SystemClock(),
        patience=PATIENT,
        detection=PATIENT,
        question=PATIENT,
    )


@pytest.mark.parametrize("hook", HOOKS)
def test_however_many_plugins_hang_it_costs_the_limit_once_and_names_only_them(
    hook: str,
) -> None:
    failures, seen = Failures(), list[str]()
    bad = [f"bomb{number}" for number in range(5)]
    with released_later() as (hang, _):
        bombs = [found(name, lambda: plugin(**{hook: hang})) for name in bad]
        plugins = (*bombs, found("good", lambda: good(seen)))
        host = PluginHost(Discovery(plugins=plugins), threads_of_their_own(failures))
        host.load()

        begun = time.monotonic()
        answers = drive(host)
        first = time.monotonic() - begun
        begun = time.monotonic()
        ignore(host.launch, SCRIPT)
        ignore(host.environment, SCRIPT)
        second = time.monotonic() - begun
        wait_until(lambda: seen == TOLD)
        host.close()
    wait_until(lambda: Role.PLUGIN not in census())

    check_answers(answers)
    # Once for all of them, and once for the end, which has two seconds.
    assert first < 2 * PATIENT + 2.0
    # Whoever hangs is not asked again.
    assert second < PATIENT
    assert {name for name, _, _ in failures.seen} <= set(bad)


def test_an_import_that_hangs_keeps_no_other_waiting_for_long() -> None:
    failures, seen = Failures(), list[str]()
    with released_later() as (hang, _):
        plugins = [found(f"bomb{number}", hang) for number in range(5)]
        host = PluginHost(
            Discovery(plugins=(*plugins, found("good", lambda: good(seen)))),
            threads_of_their_own(failures),
        )

        begun = time.monotonic()
        host.load()
        seconds = time.monotonic() - begun
    wait_until(lambda: Role.PLUGIN not in census())

    assert seconds < 5 * HEAD_START + 2 * PATIENT
    assert [one.name for one in host.report() if one.state is PluginState.ON] == [
        "good"
    ]


def test_a_hanging_plugin_has_a_few_threads_however_often_it_is_called() -> None:
    clock = HandClock()
    with released_later() as (hang, entered):
        hooks = ("brummer_process_changed", "brummer_launch", "brummer_environment")
        bomb = plugin(
            **dict.fromkeys(hooks, hang),
            brummer_commands=lambda: [Command(name="bomb.act", title="Act", run=hang)],
        )
        host = host_of({"bomb": bomb}, threads_of_their_own(Failures(), clock))
        [command] = host.commands()

        for _ in range(20):
            host.process_changed(None, PROCESS)
            ignore(host.environment, SCRIPT)
            command.run()
        assert entered.wait(LIMIT)
        most = census()[Role.PLUGIN]
        clock.time += SLOW + 1
        with pytest.raises(
            PluginError, match=r"command bomb\.act .* did not return yet"
        ):
            command.run()
        host.close()
    wait_until(lambda: Role.PLUGIN not in census())

    assert most <= THREADS


def test_a_script_is_not_run_some_other_way_while_its_own_plugin_hangs() -> None:
    failures = Failures()
    own = replace(SCRIPT, source="bomb")
    with released_later() as (hang, _):
        bomb = plugin(brummer_launch=hang)
        host = host_of({"bomb": bomb}, threads_of_their_own(failures))

        for _ in range(2):
            with pytest.raises(PluginError, match="'bomb': brummer_launch has not"):
                host.launch(own)
        other = host.launch(SCRIPT)
    wait_until(lambda: Role.PLUGIN not in census())

    assert other is None
    assert len(failures.seen) == 1


def test_who_sets_no_variables_because_it_hangs_is_named_with_the_start() -> None:
    with released_later() as (hang, _):
        bomb = plugin(brummer_environment=hang)
        host = host_of({"bomb": bomb}, threads_of_their_own(Failures()))

        notes = host.environment(SCRIPT).notes
    wait_until(lambda: Role.PLUGIN not in census())

    assert notes == ("plugin bomb sets nothing: brummer_environment hangs",)


def test_the_end_names_what_kept_a_plugin_from_being_told() -> None:
    failures = Failures()
    with released_later() as (hang, entered):
        bomb = plugin(brummer_startup=hang, brummer_shutdown=lambda: None)
        host = host_of({"bomb": bomb}, threads_of_their_own(failures))
        host.startup()
        assert entered.wait(LIMIT)

        late = host.shutdown(0.1)
        is_over = host.close()
    wait_until(lambda: Role.PLUGIN not in census())

    assert (late, is_over) == (("bomb",), False)
    sentence = "brummer_shutdown was not called: brummer_startup did not return"
    assert failures.seen == [("bomb", "brummer_shutdown", sentence)]


def test_a_plugin_that_hangs_is_asked_again_when_its_call_has_returned() -> None:
    asked: list[str] = []
    with released_later() as (hang, _):

        def brummer_launch() -> None:
            asked.append("launch")
            hang()

        bomb = plugin(
            brummer_launch=brummer_launch,
            brummer_environment=lambda: asked.append("environment"),
        )
        host = host_of({"bomb": bomb}, threads_of_their_own(Failures()))
        for _ in range(3):
            host.launch(SCRIPT)
            ignore(host.environment, SCRIPT)
        while_it_hung = list(asked)
    wait_until(lambda: Role.PLUGIN not in census())

    host.launch(SCRIPT)
    ignore(host.environment, SCRIPT)

    assert while_it_hung == ["launch"]
    assert asked == ["launch", "launch", "environment"]
