"""The addresses of the servers that run now."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

import brummer

#: What is remembered: addresses, and processes that have ended.
_MOST: Final = 500
_MOST_ENDED: Final = 1_000

_Table = Mapping[tuple[brummer.ProcessId, str], brummer.Finding]


class KnownUrls:
    """The URL findings of all processes that have not ended.

    Threads: :meth:`add` and :meth:`end` are called for notifications, of which a
    plugin gets one at a time, so there is one writer at any moment.
    :meth:`listing` is safe from any thread: it reads a table that is never
    changed, only replaced, by one assignment.
    """

    def __init__(self) -> None:
        #: Rebound by the notification that is under way, never mutated.
        self._table: _Table = MappingProxyType({})
        #: Only used by notifications; oldest first.
        self._ended: dict[brummer.ProcessId, None] = {}

    def add(self, finding: brummer.Finding) -> None:
        """Remember a URL, if *finding* is one and its process has not ended.

        The end of a process is more urgent than a finding and may overtake one.
        """
        url = finding.details.get("url")
        if finding.kind is not brummer.FindingKind.URL or not url:
            return
        if finding.process in self._ended or finding.resolved:
            return
        key = (finding.process, finding.fingerprint or url)
        self._publish({**self._table, key: finding}.items())

    def end(self, process: brummer.ProcessId) -> None:
        """Forget the URLs of *process*."""
        self._ended[process] = None
        while len(self._ended) > _MOST_ENDED:
            del self._ended[next(iter(self._ended))]
        self._publish(item for item in self._table.items() if item[0][0] != process)

    def listing(self) -> list[dict[str, str]]:
        """Return ``url``, ``label`` and ``process`` of each server, oldest first."""
        return [
            {
                "url": finding.details["url"],
                "label": finding.details.get("label", ""),
                "process": finding.process,
            }
            for finding in self._table.values()
        ]

    def _publish(
        self,
        items: Iterable[tuple[tuple[brummer.ProcessId, str], brummer.Finding]],
    ) -> None:
        self._table = MappingProxyType(dict(list(items)[-_MOST:]))
