"""Whether and when a process that ended by itself is started again.

Pure values: the time is passed in, nothing is started here.
"""

from dataclasses import dataclass, replace
from typing import Final

from brummer.model.script import RestartPolicy
from brummer.process.wording import ordinal

#: Seconds before the first new try; each further one waits twice as long.
FIRST_DELAY: Final = 1.0

#: Longest wait in seconds.  A minute: nobody watches for longer, and a service
#: that a process waits for (a database, a VPN) is up again within that.
LONGEST_DELAY: Final = 60.0

#: Seconds after which a run counts as stable: what came before is forgotten.
STABLE: Final = 10.0

#: Quick failures in a row after which there is no further try.
GIVE_UP_AFTER: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Streak:
    """What is remembered from one run to the next.

    *policy* is the one the last run was launched with.  *tries* counts the
    restarts since the last stable run and sets the delay.  *failures* counts
    the quick failures in a row and leads to giving up; a quick success under
    ``always`` is a try and no failure.
    """

    policy: RestartPolicy = RestartPolicy.NEVER
    tries: int = 0
    failures: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What follows the end of a run.

    *delay* is the number of seconds until the next one, ``None`` for no next
    one; *reason* says it in plain words, empty where nothing was expected.
    """

    delay: float | None
    streak: Streak
    reason: str = ""


#: There is no next run, and nobody expected one.
NO_RESTART: Final = Decision(delay=None, streak=Streak())


def decide(streak: Streak, *, failed: bool, seconds: float) -> Decision:
    """Return what follows a run that ended by itself after *seconds*."""
    match streak.policy:
        case RestartPolicy.NEVER:
            return NO_RESTART
        case RestartPolicy.ON_FAILURE if not failed:
            return NO_RESTART
    seen = _grown(streak, failed=failed, seconds=seconds)
    if seen.failures >= GIVE_UP_AFTER:
        reason = f"gave up after {seen.failures} quick failures"
        return Decision(delay=None, streak=seen, reason=reason)
    # The exponent is cut, or 2.0 ** 1024 would be the end of a patient script.
    delay = min(FIRST_DELAY * 2.0 ** min(seen.tries - 1, 32), LONGEST_DELAY)
    reason = f"restart in {delay:g} s ({ordinal(seen.tries)} try)"
    return Decision(delay=delay, streak=seen, reason=reason)


def _grown(streak: Streak, *, failed: bool, seconds: float) -> Streak:
    if seconds >= STABLE:
        return replace(streak, tries=1, failures=0)
    return replace(
        streak,
        tries=streak.tries + 1,
        failures=streak.failures + 1 if failed else 0,
    )
