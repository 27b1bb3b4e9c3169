"""What is said of a process that is not there."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from brummer.errors import QUOTED, quoted

#: Processes that are listed; who has more of them looks at the table.
_LISTED: Final = 10


def no_process(wanted: str, known: Iterable[tuple[str, str]]) -> str:
    """Return a sentence that says that *wanted* is none, and what was meant.

    *known* are the ids of the processes that there are, each with its name.
    """
    names = dict(known)
    told = f"no process {quoted(wanted)}"
    # To compare a long one would take long, and nothing is so called.
    close = get_close_matches(wanted[:QUOTED], {*names, *names.values()}, 2)
    # Who means the script need not choose between its processes.
    close = [one for one in close if names.get(one) not in close]
    if close:
        return f"{told}; did you mean {' or '.join(close)}?"
    listed = list(names)[-_LISTED:]
    more = len(names) - len(listed)
    all_told = ", ".join(listed) + (f" and {more} more" if more else "")
    return f"{told}; there are: {all_told or 'none'}"
