"""How tools wait."""

import asyncio
from typing import Final

from brummer.core.pulse import Pulse
from brummer.errors import BrummerError
from brummer.mcp.tools.adapt import MOST
from brummer.mcp.tools.looking import Look, Met
from brummer.model.tool import Call

#: Seconds that a task waits at most.
LONGEST: Final = 3_600

#: Seconds after which it is looked again although nothing seems to have changed.
_LOOK: Final = 1.0

#: Seconds for which lines that are there already are searched beyond the time to wait.
_SEARCH: Final = 5.0


async def waited(
    pulse: Pulse, look: Look, call: Call, seconds: float, about: str
) -> Met | None:
    """Look until there is something, or for so many seconds; say how long it is.

    A call waits for :data:`MOST` seconds, whatever it wants: its client would give up.

    :raises BrummerError: if the program ends meanwhile.
    """
    limit = min(seconds, LONGEST if call.may_last else MOST)
    began = pulse.time()
    said = 0
    while (met := look.look()) is None:
        passed = pulse.time() - began
        check(pulse)
        # What is in the log already is looked for to its end, or nearly so.
        if call.is_cancelled or passed >= limit + _SEARCH * look.is_behind:
            return None
        if int(passed) > said:
            said = int(passed)
            call.progress(said, limit, f"waiting for {about}")
        # A log that is long is searched a page at a time, and others come between.
        if look.is_behind:
            await asyncio.sleep(0)
        else:
            await pulse.next(min(_LOOK, limit - passed))
    return met


def check(pulse: Pulse) -> None:
    """Find that the program goes on.

    :raises BrummerError: if it ends.
    """
    if pulse.has_ended:
        raise BrummerError("brum is ending; start it again, then call again")
