"""The findings that a plugin remembers, for its commands."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from brummer.model.finding import Finding, FindingKind
from brummer.model.process import ProcessId

#: What is remembered.
_MOST: Final = 500

_Table = Mapping[tuple[ProcessId, str], Finding]


class KnownFindings:
    """The latest finding of one kind of each process and fingerprint.

    What is resolved is forgotten.

    Threads: :meth:`add` is called for notifications, of which a plugin gets one at
    a time, so there is one writer at any moment.
    :meth:`findings` is safe from any thread: it reads a table that is never
    changed, only replaced, by one assignment.
    """

    def __init__(self, kind: FindingKind) -> None:
        self._kind = kind
        #: Rebound by the notification that is under way, never mutated.
        self._table: _Table = MappingProxyType({})

    def add(self, finding: Finding) -> None:
        """Remember *finding* as the newest, if it is of the kind."""
        if finding.kind is not self._kind:
            return
        key = (finding.process, finding.fingerprint or finding.title)
        rest = [item for item in self._table.items() if item[0] != key]
        now = [] if finding.resolved else [(key, finding)]
        self._table = MappingProxyType(dict([*rest, *now][-_MOST:]))

    def findings(self) -> tuple[Finding, ...]:
        """Return what is known, oldest first."""
        return tuple(self._table.values())
