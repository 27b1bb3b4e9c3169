"""Errors as people count them: one that comes again is the same, until it is done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from typing import Any, Final, NamedTuple

from brummer.core.instance import Instance
from brummer.model.finding import Finding, FindingKind
from brummer.model.process import ProcessId
from brummer.tui.desk import Desk
from brummer.tui.lineage import Lineage
from brummer.tui.row import printable

#: What is shown as an error; only those of the first kind count as new.
KINDS: Final = (FindingKind.ERROR, FindingKind.WARNING)

#: Whose error it is and which; that of any run of a script is the same.
Key = tuple[str, str]


class Standing(StrEnum):
    """What there is to do about an error."""

    #: Nobody has looked at it.
    NEW = "new"
    SEEN = "seen"
    #: It was there before the process was started anew, and did not come again.
    OLD = "old"
    #: What found it says that it is gone.
    FIXED = "fixed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One error: its latest *finding*, and what all runs of the process add up to.

    *since* is when it became new: at first, in the present run, or again.
    """

    key: Key
    finding: Finding
    name: str
    count: int
    first: float
    since: float
    standing: Standing

    @property
    def last(self) -> float:
        """When it was seen last."""
        return self.finding.last_seen

    @property
    def kind(self) -> str:
        """What kind of error it is, for a column and for ignoring."""
        found = self.finding
        if found.type:
            return found.type
        return found.details.get("pattern", "") or found.language or found.kind.value

    @property
    def is_error(self) -> bool:
        """Whether it is worse than a warning."""
        return self.finding.kind is FindingKind.ERROR


class _Known(NamedTuple):
    """What is remembered of an error between two looks at the findings."""

    process: ProcessId
    times: int
    since: float
    #: Grows with each that becomes new.
    rank: int
    seen: bool = False
    done: bool = False
    fixed: bool = False


class Troubles:
    """The errors and warnings of all processes, those that became new last first.

    A repeat moves nothing and is no news; it is one where the process was started
    anew, where it was said to be fixed, and where somebody was done with it.

    Threads: the main thread only.
    """

    def __init__(self, instance: Instance, lineage: Lineage) -> None:
        self._instance = instance
        self._lineage = lineage
        self._versions = (-1, -1)
        #: Only those that are among the findings, which are bounded.
        self._known: dict[Key, _Known] = {}
        self._ranks = count()
        self._ignored: set[str] = set()
        self._all: tuple[Trouble, ...] = ()
        self._shown: tuple[Trouble, ...] = ()
        #: How often somebody has gone from them to something else.
        self.visits = 0

    @property
    def shown(self) -> tuple[Trouble, ...]:
        """All that nobody is done with, nor ignores; another tuple for any change."""
        return self._shown

    @property
    def new(self) -> int:
        """How many errors nobody has looked at; warnings do not count."""
        return sum(t.is_error and t.standing is Standing.NEW for t in self._shown)

    @property
    def hidden(self) -> int:
        """How many are not shown."""
        return len(self._all) - len(self._shown)

    @property
    def ignored(self) -> int:
        """How many kinds are ignored."""
        return len(self._ignored)

    @property
    def last(self) -> Trouble | None:
        """The one that was seen last, an error rather than a warning."""
        return max(self._shown, key=lambda t: (t.is_error, t.last), default=None)

    def find(self, key: Key | None) -> Trouble | None:
        """Return the one of that key, if it is shown."""
        return next((t for t in self._shown if t.key == key), None)

    def refresh(self) -> bool:
        """Look at the findings again; return whether anything is new."""
        versions = self._instance.versions()
        present = (versions.findings, versions.processes)
        if present == self._versions:
            return False
        self._versions = present
        groups: dict[Key, list[Finding]] = {}
        for finding in self._instance.findings():
            if finding.kind in KINDS:
                groups.setdefault(self._key(finding), []).append(finding)
        known = self._known
        self._known = {
            key: self._noted(known.get(key), found) for key, found in groups.items()
        }
        self._arrange(groups)
        return True

    def _noted(self, known: _Known | None, found: list[Finding]) -> _Known:
        """Return what is known of an error of which *found* are the runs."""
        latest = _latest(found)
        times = sum(finding.count for finding in found)
        is_fixed = bool(latest.resolved)
        comes_again = known is not None and times > known.times
        if known is None or (comes_again and known.process != latest.process):
            since = latest.first_seen
        elif comes_again and (known.done or known.fixed):
            since = latest.last_seen
        else:
            return known._replace(process=latest.process, times=times, fixed=is_fixed)
        return _Known(latest.process, times, since, next(self._ranks), fixed=is_fixed)

    def _arrange(self, groups: Mapping[Key, list[Finding]]) -> None:
        made = [self._trouble(key, found) for key, found in groups.items()]
        # Many come with one read, which has one time.
        order = sorted(made, key=lambda t: (t.since, self._known[t.key].rank))
        self._all = tuple(reversed(order))
        self._choose()

    def _choose(self) -> None:
        self._shown = tuple(
            trouble
            for trouble in self._all
            if not self._known[trouble.key].done and trouble.kind not in self._ignored
        )

    def _key(self, finding: Finding) -> Key:
        own = finding.fingerprint or f"{finding.process} {finding.line} {finding.title}"
        return self._name(finding.process), own

    def _name(self, process: ProcessId) -> str:
        state = self._lineage.state(process)
        return state.name if state else process.rpartition("-")[0] or process

    def _trouble(self, key: Key, found: list[Finding]) -> Trouble:
        latest = _latest(found)
        return Trouble(
            key=key,
            finding=latest,
            name=key[0],
            count=sum(finding.count for finding in found),
            first=min(finding.first_seen for finding in found),
            since=self._known[key].since,
            standing=self._standing(key, latest),
        )

    def _standing(self, key: Key, latest: Finding) -> Standing:
        if latest.resolved:
            return Standing.FIXED
        if self._lineage.is_superseded(latest.process):
            return Standing.OLD
        return Standing.SEEN if self._known[key].seen else Standing.NEW

    # What somebody makes of them.

    def see(self, keys: Iterable[Key]) -> None:
        """Take note that somebody has looked at these."""
        new = [key for key in keys if key in self._known and not self._known[key].seen]
        for key in new:
            self._known[key] = self._known[key]._replace(seen=True)
        if new:
            self._again()

    def leave(self) -> None:
        """Take all that are shown as seen: somebody goes on to something else."""
        self.visits += 1
        self.see([trouble.key for trouble in self._shown])

    def finish(self, key: Key) -> None:
        """Hide one until it comes again."""
        if key in self._known:
            self._known[key] = self._known[key]._replace(done=True)
            self._choose()

    def ignore(self, kind: str) -> None:
        """Hide a kind, whatever comes."""
        self._ignored.add(kind)
        self._choose()

    def restore(self) -> None:
        """Hide nothing any more."""
        self._ignored.clear()
        self._known = {
            k: known._replace(done=False) for k, known in self._known.items()
        }
        self._choose()

    def _again(self) -> None:
        """Look again, although nothing was found."""
        self._versions = (-1, -1)
        self.refresh()


def copy_report(desk: Desk, trouble: Trouble) -> None:
    """Send all about an error to the clipboard, as text."""
    found = trouble.finding

    def copy(report: object) -> None:
        if isinstance(report, Mapping):
            title = printable(found.title.partition("\n")[0])
            desk.copy(str(report["text"]), title)

    desk.run("error.report", copy, **which(trouble))


def which(trouble: Trouble) -> dict[str, Any]:
    """Return what tells commands which error is meant."""
    found = trouble.finding
    return {
        "process": found.process,
        "fingerprint": found.fingerprint,
        "line": -1 if found.fingerprint else found.line,
    }


def _latest(found: Iterable[Finding]) -> Finding:
    return max(found, key=lambda finding: finding.last_seen)
