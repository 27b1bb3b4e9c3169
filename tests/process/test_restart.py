import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer.model.script import RestartPolicy
from brummer.process.restart import (
    GIVE_UP_AFTER,
    LONGEST_DELAY,
    NO_RESTART,
    STABLE,
    Streak,
    decide,
)

ALWAYS = Streak(policy=RestartPolicy.ALWAYS)
ON_FAILURE = Streak(policy=RestartPolicy.ON_FAILURE)


@pytest.mark.parametrize("failed", [True, False])
def test_a_script_without_a_policy_is_not_started_again(*, failed: bool) -> None:
    assert decide(Streak(), failed=failed, seconds=1.0) == NO_RESTART


def test_on_failure_lets_a_success_be() -> None:
    assert decide(ON_FAILURE, failed=False, seconds=1.0) == NO_RESTART


def test_on_failure_starts_a_failure_again() -> None:
    decision = decide(ON_FAILURE, failed=True, seconds=1.0)

    assert decision.delay == 1.0
    assert decision.reason == "restart in 1 s (1st try)"


def test_quick_failures_wait_twice_as_long_each_time_until_we_give_up() -> None:
    streak, delays = ON_FAILURE, []

    for _ in range(GIVE_UP_AFTER):
        decision = decide(streak, failed=True, seconds=0.1)
        delays.append(decision.delay)
        streak = decision.streak

    assert delays == [1.0, 2.0, 4.0, 8.0, None]
    assert decision.reason == "gave up after 5 quick failures"


def test_quick_successes_are_repeated_for_ever_but_ever_slower() -> None:
    streak, delays = ALWAYS, []

    for _ in range(2000):
        decision = decide(streak, failed=False, seconds=0.1)
        delays.append(decision.delay)
        streak = decision.streak

    assert delays[:8] == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]
    assert delays[-1] == LONGEST_DELAY


def test_a_stable_run_is_a_fresh_start() -> None:
    troubled = Streak(policy=RestartPolicy.ON_FAILURE, tries=4, failures=4)

    decision = decide(troubled, failed=True, seconds=STABLE)

    assert decision.delay == 1.0
    assert decision.streak == Streak(policy=RestartPolicy.ON_FAILURE, tries=1)


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 100))))
def test_no_delay_is_ever_shorter_or_longer_than_promised(
    runs: list[tuple[bool, float]],
) -> None:
    streak = ALWAYS

    for failed, seconds in runs:
        decision = decide(streak, failed=failed, seconds=seconds)
        streak = decision.streak

        assert decision.delay is None or 1.0 <= decision.delay <= LONGEST_DELAY
        assert (decision.delay is None) == (streak.failures >= GIVE_UP_AFTER)
        assert decision.reason
