"""The findings that are kept, repeats as one."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import count, groupby

from brummer.model.finding import Finding, FindingKind
from brummer.model.process import ProcessId

#: What findings are kept under: a number, or where and what they are.
_Key = int | tuple[ProcessId, str]


class FindingTable:
    """Keeps the last *limit* findings; those of one fingerprint count as one.

    The one that was seen last stands last.  A finding that clears others marks them
    as resolved.

    Threads: one writer, the log thread, calls :meth:`keep`.  Any thread may read
    :attr:`version`, :attr:`dropped` and :meth:`findings`, without a lock: they are
    published by one assignment of a value that never changes.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._numbers = count()
        self._found = count(1)
        #: The writer's; a finding without a fingerprint has a number for a key.
        self._kept: dict[_Key, Finding] = {}
        self._published: tuple[Finding, ...] = ()
        self._version = 0
        self._dropped = 0

    @property
    def version(self) -> int:
        """A number that changes with :meth:`findings`."""
        return self._version

    @property
    def dropped(self) -> int:
        """How many findings had to make room for newer ones."""
        return self._dropped

    def findings(self) -> tuple[Finding, ...]:
        """Return what was found, oldest first."""
        return self._published

    def keep(self, findings: Iterable[Finding]) -> list[Finding]:
        """Add *findings*, and return them as they are kept, each once."""
        changed: dict[_Key, Finding] = {}
        pairs = ((self._key(finding), finding) for finding in findings)
        for _, same in groupby(pairs, self._run):
            (key, finding), *newer = same
            repeats = [finding, *(each for _, each in newer)]
            finding = repeats.pop()
            # What is over keeps its place: nothing new was seen of it.
            forget = self._kept.get if finding.resolved else self._kept.pop
            earlier = forget(key, None)
            if earlier is not None:
                repeats.insert(0, earlier)
            kept = finding.after(*repeats) if repeats else finding
            old = earlier if finding.resolved else None
            number = old.number if old is not None else next(self._found)
            kept = replace(kept, number=number)
            for other, over in tuple(self._cleared(finding)):
                self._kept[other] = changed[other] = over
            self._kept[key] = changed[key] = kept
        if changed:
            self._drop()
            # Readers look at the version first and at the findings then, so the
            # findings must be there before the version says so.
            self._published = tuple(self._kept.values())
            self._version += 1
        return list(changed.values())

    def ended(self, process: ProcessId, time: float) -> list[Finding]:
        """Return what ends with *process* at *time*, as resolved: its servers."""
        return [
            replace(finding, resolved=time)
            for finding in self._kept.values()
            if finding.process == process
            and finding.kind is FindingKind.URL
            and finding.fingerprint
            and not finding.resolved
        ]

    def _cleared(self, finding: Finding) -> Iterator[tuple[_Key, Finding]]:
        """Yield what *finding* is over with, as resolved."""
        clears = finding.clears
        if clears is None:
            return
        for key, earlier in self._kept.items():
            if earlier.process == finding.process and clears.covers(earlier):
                yield key, replace(earlier, resolved=finding.last_seen)

    def _key(self, finding: Finding) -> _Key:
        if finding.fingerprint:
            return finding.process, finding.fingerprint
        return next(self._numbers)

    def _run(self, pair: tuple[_Key, Finding]) -> _Key:
        """Return what is the same for findings in a row that are counted at once.

        Of a flood of the same error, nobody has to see each as the latest.
        """
        key, finding = pair
        kind = finding.kind
        is_problem = kind is FindingKind.ERROR or kind is FindingKind.WARNING
        if is_problem and not finding.resolved and finding.clears is None:
            return key
        return next(self._numbers)

    def _drop(self) -> None:
        while len(self._kept) > self._limit:
            del self._kept[next(iter(self._kept))]
            self._dropped += 1
