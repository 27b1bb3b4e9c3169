"""Keeping Python's search for garbage away from what stays."""

import contextlib
import gc
from collections.abc import Iterator


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
