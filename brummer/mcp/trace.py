"""What tells programs that agents come, or are about to."""

from contextlib import suppress
from pathlib import Path
from typing import Final

#: A file of the user, in the folder for state.  Its time says when a hub was started,
#: or a client set up, the last time.
TRACE: Final = "mcp-agents"


def leave(state: Path) -> None:
    """Have the programs of this user expect agents; *state* is the folder for state.

    Where nothing can be left, they only take a second longer when agents come.
    """
    with suppress(OSError):
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        (state / TRACE).touch(mode=0o600)
