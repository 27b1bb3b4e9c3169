"""Keeping Python's search for garbage rare, and away from what stays."""

import contextlib
import gc
from collections.abc import Iterator
from typing import Final

#: Objects that are made, and not gone yet, between two looks for garbage among them.
YOUNG: Final = 10_000


def look_seldom() -> None:
    """Look for garbage after every 10,000 objects that stay, not after some hundred.

    Nearly all of ours goes when nobody refers to it, which needs no search.  A search
    goes through what is alive, most of which is still there the next time: two hundred
    calls under way are 60,000 objects, and looking among them took a seventh of the
    time, up to 0.1 s at once.
    """
    gc.set_threshold(YOUNG)


@contextlib.contextmanager
def kept_for_good(*, late: bool = False) -> Iterator[None]:
    """Look for no garbage during the block, nor ever among what it leaves behind.

    Importing makes some hundred thousand objects that stay to the end.  Going
    through them again and again is up to a tenth of the time until the first
    frame, and later a pause of the screen each time.

    What else there is at its end stays as well: who comes *late* looks for garbage
    once before that.

    Threads: any.  Of two blocks at the same time, the longer one may have garbage
    looked for when the other has ended.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if late:
            gc.collect()
        gc.freeze()
        if was_enabled:
            gc.enable()
