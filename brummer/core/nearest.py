"""What is said of a process that is not there."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

#: Processes that are listed; who has more of them looks at the table.
_LISTED: Final = 10

#: Characters of a name that are looked at.
_LONGEST: Final = 200


def no_process(wanted: str, known: Iterable[tuple[str, str]]) -> str:
    """Return a sentence that says that *wanted* is none, and what was meant.

    *known* are the ids of the processes that there are, each with its name.
    """
    names = dict(known)
    if len(wanted) > _LONGEST:
        # To compare it would take long, and nothing is so called.
        wanted = f"{wanted[:_LONGEST]}..."
    close = get_close_matches(wanted, {*names, *names.values()}, 2)
    # Who means the script need not choose between its processes.
    close = [one for one in close if names.get(one) not in close]
    if close:
        return f"no process {wanted!r}; did you mean {' or '.join(close)}?"
    listed = list(names)[-_LISTED:]
    more = len(names) - len(listed)
    told = ", ".join(listed) + (f" and {more} more" if more else "")
    return f"no process {wanted!r}; there are: {told or 'none'}"
