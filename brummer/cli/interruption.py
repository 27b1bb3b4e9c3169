"""What ends a program on the way, where something has to be put in order first."""

import contextlib
import signal
import sys
from collections.abc import Iterator
from typing import Final

#: What ends a program that somebody no longer wants.
_ENDING: Final = (
    (signal.SIGINT, signal.SIGTERM)
    if sys.platform == "win32"
    else (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
)


@contextlib.contextmanager
def ended_in_order() -> Iterator[None]:
    """Let what ends the program be a KeyboardInterrupt in the block.

    After the block, which can put things in order, it does what it would have done.
    What was ignored, as by ``nohup``, stays so.
    """
    caught: list[int] = []

    def note(number: int, _: object) -> None:
        caught.append(number)
        raise KeyboardInterrupt

    before = {
        number: signal.signal(number, note)
        for number in _ENDING
        if signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield
    finally:
        for number, action in before.items():
            signal.signal(number, action)
        if caught:
            signal.raise_signal(caught[0])
