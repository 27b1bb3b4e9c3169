"""Agents in a crowd: that each is answered rightly, whatever the time; run with -s."""

import psutil
import pytest

from tests.bench import agents, program
from tests.bench.agents import CALLS, CLIENTS, Beside, Load
from tests.bench.caller import ERAS, Call
from tests.bench.emitter import new_emitter

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

#: Resident bytes that a crowd may cost once one was there before: caches, and chance.
GROWTH = 40_000_000

#: Seconds for which a crowd calls.
SECONDS = 3.0


def test_a_crowd_is_answered_while_processes_come_and_go() -> None:
    with program.scratch() as folder, agents.ours(new_emitter(folder)) as server:
        outcomes, sizes = [], []
        for era in (*ERAS, *ERAS):
            outcomes.append(agents.put(Load(era, CLIENTS, SECONDS), server))
            sizes.append(psutil.Process(server.pid).memory_info().rss)

    print([f"{one.rate:.0f}/s, p99 {one.slowest(99):.0f} ms" for one in outcomes])
    print(f"MB: {[round(size / 1e6) for size in sizes]}")
    assert [one.wrong for one in outcomes] == [[]] * 4
    assert all(len(one.times) >= CLIENTS for one in outcomes)
    assert sizes[-1] - sizes[1] < GROWTH


@pytest.mark.parametrize("era", ERAS)
def test_what_is_wrong_with_an_answer_is_counted(era: str) -> None:
    calls = [*CALLS, Call("scripts_status", {"name": "nobody"})]

    with program.scratch() as folder, agents.ours(new_emitter(folder)) as server:
        outcome = agents.put(Load(era, 2, 1.0, calls), server)

    assert 0 < outcome.failed < len(outcome.times)
    assert "nobody" in outcome.wrong[0]


@pytest.mark.parametrize("era", ERAS)
def test_the_bare_server_answers(era: str) -> None:
    with agents.bare() as server:
        outcome = agents.put(Load(era, 5, 0.5, [Call("empty", {})]), server)

    assert (outcome.failed, outcome.wrong) == (0, [])
    assert outcome.rate > 0


@pytest.mark.parametrize("is_ours", [True, False])
def test_keys_are_pressed_beside_agents(*, is_ours: bool) -> None:
    with program.scratch() as folder:
        load = Load(ERAS[1], 5, 60.0, CALLS, pause=0.1)
        times = agents.pressed(new_emitter(folder), Beside(load, is_ours), 3)

    assert {kind: len(found) for kind, found in times.items()} == {"view": 3, "type": 3}
