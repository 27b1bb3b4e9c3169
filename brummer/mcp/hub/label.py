"""Short names of instances, to stand before the names of their tools."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from itertools import count
from pathlib import Path
from typing import Final

from brummer.mcp.hub.sighting import Sighting

#: Characters of a label, without the number of a twin.
MAX_LABEL: Final = 20

#: Folders whose labels are kept for an instance that comes back.
MAX_REMEMBERED: Final = 256

#: What a folder is called whose name has no letter that we may use.
_NAMELESS: Final = "instance"


def reduced(name: str) -> str:
    """Return *name* in ``[a-z0-9_]``, beginning with a letter, without ``__``.

    Accents are dropped.  Some clients take no tool whose name begins with a digit,
    and two underscores end the label in the name of a tool.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    label = re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")
    if not label:
        return _NAMELESS
    if label[0].isdigit():
        label = f"at_{label}"
    return label[:MAX_LABEL].rstrip("_")


class Labels:
    """Gives each instance a label of its own, and the same after a restart.

    Threads: one loop's.
    """

    def __init__(self) -> None:
        #: Of each folder, those known longest first.
        self._past: dict[tuple[str, Path], str] = {}

    def take(self, sighting: Sighting, used: Collection[str]) -> str:
        """Return a label for *sighting* that is not among *used*.

        What another folder had is left for who comes back there.
        """
        label = self._past.get(sighting.place, "")
        if label and label not in used:
            return label
        taken = {*used, *self._past.values()}
        label = next(twin for twin in _twins(sighting) if twin not in taken)
        # A second instance in a folder is gone sooner than the first comes back.
        self._past.setdefault(sighting.place, label)
        if len(self._past) > MAX_REMEMBERED:
            del self._past[next(iter(self._past))]
        return label


def _twins(sighting: Sighting) -> Iterator[str]:
    base = reduced(sighting.name)
    yield base
    for number in count(2):
        yield f"{base}_{number}"
