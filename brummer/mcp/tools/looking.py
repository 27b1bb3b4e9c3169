"""What one can wait for, and how to see that it is there.

What looks is called again and again until it has something to say; it never waits.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Final, NamedTuple
from urllib.parse import quote, unquote

from typing_extensions import override

from brummer.core.clock import Clock
from brummer.core.instance import Instance
from brummer.core.lines import LineSearch, Seen
from brummer.core.pattern import Pattern
from brummer.errors import BrummerError
from brummer.logs.ansi import strip
from brummer.mcp.mark import Mark, mark_of, marked
from brummer.mcp.table import cells, cut, one_line
from brummer.mcp.tools.finding import (
    newest_first,
    place_of,
    row_id,
    superseded,
)
from brummer.mcp.tools.process import Processes
from brummer.mcp.tools.shown import text_of
from brummer.model.finding import Finding, FindingKind, address_of
from brummer.model.log import Stream
from brummer.model.process import ProcessId, ProcessState

#: Findings that are told of at once, bytes of each, and of a line.
_FINDINGS: Final = 5
_LONGEST: Final = 200
_LINE: Final = 500

#: Where a search for lines goes on: the log of a process, or of all, and a number.
#: Then, of each line without an end, so many bytes that were seen, and whose it is,
#: written as in a URL: ids may hold what divides these parts.
_OPEN: Final = r"\+([0-9]{1,9})([oe])([^#+]*)"
_PLACE: Final = re.compile(
    rf"(?P<process>.*)#(?P<number>[0-9]{{1,15}})(?P<seen>(?:{_OPEN})*)", re.DOTALL
)
_STREAMS: Final = {"o": Stream.OUT, "e": Stream.ERR}
_LETTERS: Final = {stream: letter for letter, stream in _STREAMS.items()}

#: Errors and warnings can be shown in full.
_ERRORS: Final = frozenset({FindingKind.ERROR, FindingKind.WARNING})


#: Of these the last one says how things are.
_RESULTS: Final = frozenset({FindingKind.BUILD, FindingKind.TEST})


class Met(NamedTuple):
    """How a wait ended.

    *reached* says whether what was waited for came, *text* what it is, and *process*
    whose it is, which may be known only then.
    """

    reached: bool
    text: str = ""
    process: ProcessId = ProcessId("")


class Look(ABC):
    """Looks whether something is there.

    Threads: the server's loop.
    """

    #: Whether it is worth to look again at once.
    is_behind = False

    @abstractmethod
    def look(self) -> Met | None:
        """Return how the wait ended, ``None`` while it goes on.

        :raises BrummerError: if there is nothing left to wait for.
        """

    @property
    @abstractmethod
    def since(self) -> str:
        """Where a later wait goes on without a gap."""


class Ready(Look):
    """Looks whether a process is ready.

    That is what its probe says; one without is ready when it announced an address,
    and after *patience* seconds if that is not 0.
    """

    def __init__(
        self, instance: Instance, process: ProcessId, clock: Clock, patience: float = 0
    ) -> None:
        self._instance = instance
        self._process = process
        self._clock = clock
        self._patience = patience

    @override
    def look(self) -> Met | None:
        state = living(self._instance, self._process)
        if state.is_finished:
            return Met(reached=False)
        if state.ready is not None:
            return Met(reached=True) if state.ready else None
        if url := address_of(self._instance.findings(), self._process):
            return Met(reached=True, text=url)
        seconds = state.duration(self._clock.now())
        if state.is_running and self._patience and seconds >= self._patience:
            text = "it runs; it has no probe and announced no address that would tell"
            return Met(reached=True, text=text)
        return None

    @property
    @override
    def since(self) -> str:
        return str(marked(self._instance, self._clock))


class Over(Look):
    """Looks whether a process has ended, or any after a time."""

    def __init__(
        self, processes: Processes, process: ProcessId | None, since: float
    ) -> None:
        self._instance = processes.instance
        self._clock = processes.clock
        self._process = process
        self._since = since

    @override
    def look(self) -> Met | None:
        if self._process is not None:
            state = living(self._instance, self._process)
            return Met(reached=True) if state.is_finished else None
        ended = (
            (state.ended, state.id)
            for state in self._instance.processes().values()
            if state.is_finished and state.ended and state.ended > self._since
        )
        # The first of them: those that came after it are told by the next waits.
        if (first := min(ended, default=None)) is None:
            return None
        self._since, process = first
        return Met(reached=True, process=process)

    @property
    @override
    def since(self) -> str:
        # Who names a process needs no such place, unless for what is found later.
        now = marked(self._instance, self._clock)
        return str(now if self._process else now._replace(time=self._since))


class Place(NamedTuple):
    """Where a search goes on in a log, and whether that is where it was to be."""

    first: int = 0
    seen: tuple[Seen, ...] = ()
    is_foreign: bool = False


class Printed(Look):
    """Looks whether a line that matches was printed, by one process or by any."""

    def __init__(
        self,
        instance: Instance,
        process: ProcessId | None,
        pattern: str,
        place: Place,
    ) -> None:
        """Look from a *place* on.

        :raises BrummerError: if *pattern* is no regular expression.
        """
        self._instance = instance
        self._process = process
        self._found = 0
        self._lines = LineSearch(
            lambda first, count, _: instance.log_window(first, count, process),
            process or ProcessId(""),
            Pattern(pattern, is_regex=True, case=True),
            strip,
            first=place.first,
        )
        self._lines.skip(*place.seen)

    @override
    def look(self) -> Met | None:
        # The state first: what has ended prints nothing after it.
        is_over = self._process is not None and self._is_over(self._process)
        entry = self._lines.step()
        self.is_behind = self._lines.is_behind
        if entry is not None:
            # What has no end yet may go on, and is looked at once more then.
            self._found = 0 if entry.partial else entry.number + 1
            text = text_of(entry.data, _LINE)
            return Met(reached=True, text=text, process=entry.process)
        return Met(reached=False) if is_over and not self.is_behind else None

    def _is_over(self, process: ProcessId) -> bool:
        return living(self._instance, process).is_finished

    @property
    @override
    def since(self) -> str:
        place = f"{self._process or ''}#{self._found or self._lines.next}"
        return place + "".join(
            f"+{seen.size}{_LETTERS[seen.stream]}{self._written(seen.process)}"
            for seen in self._lines.seen
        )

    def _written(self, whose: ProcessId) -> str:
        """Return whose an open line is, if that does not go without saying."""
        return "" if whose == self._process else quote(whose, errors="replace")


class Found(Look):
    """Looks whether something was found in the output, after a time.

    Without one what there is now counts: errors as they are listed, and the last of
    what gives one result after the other.
    """

    def __init__(
        self,
        processes: Processes,
        process: ProcessId | None,
        kind: FindingKind,
        after: Mark | None,
    ) -> None:
        self._instance = processes.instance
        self._clock = processes.clock
        self._process = process
        self._kind = kind
        #: After what, and after what the next one.
        self._after = after
        self._next = after

    @override
    def look(self) -> Met | None:
        # The state first: what has ended prints nothing more.
        is_over = (
            self._process is not None
            and living(self._instance, self._process).is_finished
        )
        now = self._clock.now()
        every = self._instance.findings()
        found = [finding for finding in every if self._is_wanted(finding)]
        if self._after is None:
            found = self._present(found)
        if found or self._after is None:
            self._next = mark_of(every, now)
        if found:
            return Met(reached=True, text=_told(found), process=found[0].process)
        return Met(reached=False) if is_over else None

    def _is_wanted(self, finding: Finding) -> bool:
        return (
            finding.kind is self._kind
            and self._process in {None, finding.process}
            and not (self._after and self._after.covers(finding))
            and not finding.resolved
        )

    def _present(self, found: Sequence[Finding]) -> list[Finding]:
        """Return those of *found* that say how things are now."""
        past: frozenset[ProcessId] = frozenset()
        if self._process is None:
            past = superseded(self._instance.processes())
        present = [finding for finding in found if finding.process not in past]
        return newest_first(present)[:1] if self._kind in _RESULTS else present

    @property
    @override
    def since(self) -> str:
        return str(self._next or "")


def _told(found: Sequence[Finding]) -> str:
    lines = [cut(_line(finding), _LONGEST) for finding in found[:_FINDINGS]]
    more = len(found) - len(lines)
    return "\n".join([*lines, *([f"... and {more} more"] if more else [])])


def _line(finding: Finding) -> str:
    if finding.kind in _ERRORS:
        return cells(row_id(finding), place_of(finding), one_line(finding.title))
    return one_line(finding.details.get("url") or finding.title)


def living(instance: Instance, process: ProcessId) -> ProcessState:
    """Return a process that may have ended, but is not forgotten.

    :raises BrummerError: if it is.
    """
    state = instance.processes().get(process)
    if state is None:
        raise BrummerError(f"{process} is forgotten; scripts_status lists processes")
    return state


def place_in_log(
    instance: Instance, since: str, process: ProcessId | None
) -> Place | None:
    """Return where *since*, from an earlier answer, goes on in a log.

    That is the first line if it is about the log of somebody else, such as of the
    process before a restart, or of all before the program was started anew; ``None``
    if it is no such place.
    """
    found = _PLACE.fullmatch(since)
    if found is None:
        return None
    number = int(found["number"])
    is_whose = found["process"] == (process or "")
    if not is_whose or number > instance.log_extent(process).end:
        return Place(is_foreign=True)
    seen = (
        Seen(ProcessId(unquote(whose) or found["process"]), _STREAMS[stream], int(size))
        for size, stream, whose in re.findall(_OPEN, found["seen"])
    )
    return Place(number, tuple(seen))
