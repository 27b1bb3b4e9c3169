"""The errors that were found, for commands."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import brummer

#: What is remembered.
_MOST: Final = 500

_Table = Mapping[tuple[brummer.ProcessId, str], brummer.Finding]


class KnownErrors:
    """The last errors and warnings, whichever plugin found them.

    Threads: :meth:`add` is called for notifications, of which a plugin gets one at
    a time.  The rest is safe from any thread: it reads a table that is never
    changed, only replaced, by one assignment.
    """

    def __init__(self) -> None:
        #: Rebound by the notification that is under way, never mutated.
        self._table: _Table = MappingProxyType({})

    def add(self, finding: brummer.Finding) -> None:
        """Remember *finding* if it is an error or a warning; the newest stands last."""
        if finding.kind not in {
            brummer.FindingKind.ERROR,
            brummer.FindingKind.WARNING,
        }:
            return
        key = (finding.process, name_of(finding))
        if finding.resolved:
            # It keeps its place: nothing new was seen of it.
            now = {key: finding} if key in self._table else {}
            self._table = MappingProxyType({**self._table, **now})
            return
        rest = [item for item in self._table.items() if item[0] != key]
        self._table = MappingProxyType(dict([*rest, (key, finding)][-_MOST:]))

    def listing(self) -> list[dict[str, object]]:
        """Return what one needs of each to choose one, oldest first."""
        return [_brief(finding) for finding in self._table.values()]

    def one(self, error: str) -> dict[str, object]:
        """Return all that is known of the error called *error*.

        :raises BrummerError: if there is none.
        """
        for finding in reversed(tuple(self._table.values())):
            if name_of(finding) == error:
                return _whole(finding)
        raise brummer.BrummerError(
            f"no error {error!r}; errors.list names those there are"
        )


def name_of(finding: brummer.Finding) -> str:
    """Return what *finding* is called: the same for its repeats."""
    return finding.fingerprint or f"{finding.process}:{finding.line}"


def _brief(finding: brummer.Finding) -> dict[str, object]:
    return {
        "id": name_of(finding),
        "process": finding.process,
        "severity": (finding.severity or finding.kind).value,
        "type": finding.type,
        "message": finding.message or finding.title,
        "file": finding.file,
        "line": finding.line_in_file,
        "column": finding.column,
        "count": finding.count,
        "first_seen": finding.first_seen,
        "last_seen": finding.last_seen,
        "resolved": finding.resolved,
    }


def _whole(finding: brummer.Finding) -> dict[str, object]:
    first, end = finding.range
    return {
        **_brief(finding),
        "language": finding.language,
        "details": dict(finding.details),
        "causes": list(finding.causes),
        "frames": [
            {
                "file": frame.file,
                "line": frame.line,
                "column": frame.column,
                "function": frame.function,
                "own": frame.own,
            }
            for frame in finding.frames
        ],
        "log": {"first": first, "end": end},
    }
