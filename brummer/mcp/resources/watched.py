"""Resources, and how it is seen that they have changed."""

from collections.abc import Callable
from typing import NamedTuple

from brummer.model.offer import Source


class Watched(NamedTuple):
    """A resource, and what changes when it does.

    *stamp* returns for an address a value that is another one when there is something
    else to read; it is asked a few times a second, and reads no log.
    """

    source: Source
    stamp: Callable[[str], object]
