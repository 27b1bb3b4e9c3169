"""A search for lines that somebody watches while it goes on."""

from collections.abc import Mapping
from typing import Protocol


class Looking(Protocol):
    """Looks for lines until it has looked at all, or nobody wants more.

    Threads: :meth:`take` belongs to one thread, :meth:`cancel` is safe from any.
    Neither waits for anybody.
    """

    def take(self) -> Mapping[str, object]:
        """Return what was found since the last time, and how it stands.

        ``state`` is ``running`` until the rest is in what is returned; of ``total``
        lines ``scanned`` were looked at.  ``count`` is how many were found and
        ``counts`` how many of each process, ``entries`` are the newest ones that are
        new to the caller, the newest first.  What is printed later begins with line
        ``end`` of all.  ``problem`` says why it was ``stopped``.
        """

    def cancel(self) -> None:
        """Look no further."""
