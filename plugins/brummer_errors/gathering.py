"""Recognises errors in output, and puts their lines together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Final

import brummer
from brummer_errors.draft import Draft
from brummer_errors.pattern import BODY, Look, Otherwise, Pattern, Role, Rule
from brummer_errors.regex import Starts
from brummer_errors.text import Prefix, plain, splits

#: Lines that are looked back.
_REACH: Final = 50
#: After so many lines in a row that are somebody else's an error is over.
_PATIENCE: Final = 50


class ErrorGatherer:
    """Reports the errors that look like one of *patterns*; the first wins.

    They may come from files: nobody asks for them before there is output.

    Threads: :meth:`begin` and :attr:`prefilter` are the log thread's.  The
    expressions are compiled there, when the first line with a literal comes.
    """

    name = "errors"

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._source = patterns
        self._starts: Starts | None = None

    @cached_property
    def prefilter(self) -> tuple[bytes, ...]:
        """What an error may be recognised by."""
        return tuple(sorted({text for one in self._patterns for text in one.literals}))

    @cached_property
    def _patterns(self) -> tuple[Pattern, ...]:
        return tuple(self._source)

    def begin(
        self, entry: brummer.LogEntry, before: brummer.Before
    ) -> tuple[brummer.Finding | brummer.Collector, ...]:
        """Return what *entry* begins."""
        if self._starts is None:
            self._starts = Starts(pattern.start for pattern in self._patterns)
        for prefix, line in splits(plain(entry.data)):
            numbers = self._starts.matching(line)
            if not numbers:
                continue
            found = self._begun(numbers, _Start(entry, line, prefix, before))
            if found is not None:
                return found.finish() if found.pattern.is_one_line else (found,)
        return ()

    def _begun(
        self, numbers: Iterable[int], start: "_Start"
    ) -> "ErrorCollector | None":
        """Return what begins with one of the patterns that match."""
        for number in numbers:
            pattern = self._patterns[number]
            if pattern.unless and pattern.unless.fields(start.line) is not None:
                continue
            collector = ErrorCollector(pattern, start)
            if collector.has_begun:
                return collector
        return None


@dataclass(frozen=True, slots=True)
class _Start:
    """The line at which an error was recognised, without the *prefix*."""

    entry: brummer.LogEntry
    line: bytes
    prefix: Prefix
    before: brummer.Before

    def cut(self, data: bytes) -> bytes | None:
        """Return another line without the prefix; ``None`` if it has none."""
        return self.prefix.cut(plain(data))

    def earlier(self) -> list[tuple[brummer.LogEntry, bytes]]:
        """Return the lines before with this prefix, oldest first."""
        entries = self.before(_REACH)
        cut = ((entry, self.cut(entry.data)) for entry in entries)
        return [(entry, line) for entry, line in cut if line is not None]


class ErrorCollector:
    """Collects the lines of one error.

    Threads: the log thread's.
    """

    def __init__(self, pattern: Pattern, start: _Start) -> None:
        self.pattern: Final = pattern
        self._start = start
        self._draft = Draft(pattern, start.entry)
        self._state = BODY
        self._at = 0
        self._blanks = 0
        self._passed = 0
        self._is_dropped = pattern.role is Role.DROP
        self._draft.add(pattern.role, pattern.start.fields(start.line) or {})
        #: Whether what is required stands before it.
        self.has_begun: Final = self._looks_back()

    def take(self, entry: brummer.LogEntry, /) -> brummer.Claim:
        """Say whether *entry* belongs to the error."""
        line = self._start.cut(entry.data)
        if line is None:
            return self._passing()
        claim = self._taken(line, entry.number)
        return self._passing() if claim is brummer.Claim.OTHER else claim

    def finish(self) -> tuple[brummer.Finding, ...]:
        """Return the error, if it is one."""
        finding = None if self._is_dropped else self._draft.finding()
        return () if finding is None else (finding,)

    def _passing(self) -> brummer.Claim:
        """Let a line pass that is somebody else's."""
        self._passed += 1
        over = self._passed > _PATIENCE
        return brummer.Claim.OVER if over else brummer.Claim.OTHER

    def _taken(self, line: bytes, number: int) -> brummer.Claim:
        """Say what *line* is, and learn from it."""
        self._at += 1
        for rule in self.pattern.line:
            if rule.holds(self._state, self._at):
                fields = rule.match.fields(line)
                if fields is not None:
                    self._draft.add(rule.role, fields)
                    return self._ruled(rule, number)
        if not line:
            return self._blank()
        if self.pattern.otherwise is Otherwise.TAKE:
            self._accept(number)
            return brummer.Claim.MINE
        if self.pattern.otherwise is Otherwise.LEAVE:
            return brummer.Claim.OTHER
        return brummer.Claim.OVER

    def _ruled(self, rule: Rule, number: int) -> brummer.Claim:
        """Say what a line is to which *rule* applies."""
        if rule.role is Role.STOP or rule.role is Role.DROP:
            self._is_dropped = rule.role is Role.DROP
            return brummer.Claim.OVER
        self._state = rule.to or self._state
        if rule.role is Role.ASIDE:
            return brummer.Claim.OTHER
        self._accept(number)
        return brummer.Claim.LAST if rule.role is Role.LAST else brummer.Claim.MINE

    def _accept(self, number: int) -> None:
        self._blanks = self._passed = 0
        self._draft.last = max(self._draft.last, number)

    def _blank(self) -> brummer.Claim:
        """Take an empty line on trial: it counts if something follows."""
        self._blanks += 1
        if self.pattern.otherwise is Otherwise.TAKE:
            return brummer.Claim.MINE
        over = self._blanks > self.pattern.blanks
        return brummer.Claim.OVER if over else brummer.Claim.MINE

    def _looks_back(self) -> bool:
        """Find what stands before; return whether all that is required does."""
        if not self.pattern.before:
            return True
        earlier = self._start.earlier()
        end = len(earlier)
        replay: list[tuple[brummer.LogEntry, bytes]] = []
        for look in self.pattern.before:
            found = self._found(look, earlier[:end])
            if found is None and look.required:
                return False
            if found is not None:
                if look.replay:
                    replay = earlier[found + 1 :]
                end = found
                self._draft.first = earlier[end][0].number
        self._replayed(replay)
        return True

    def _found(
        self, look: Look, earlier: Sequence[tuple[brummer.LogEntry, bytes]]
    ) -> int | None:
        """Return where in *earlier* what is looked for stands, and learn from it."""
        numbered = list(enumerate(line for _, line in earlier))
        for index, line in islice(reversed(numbered), look.within):
            fields = look.match.fields(line)
            if fields is not None and self._is_same(look, fields):
                self._draft.add(look.role, fields)
                return index
            if not look.goes_past(line):
                return None
        return None

    def _is_same(self, look: Look, fields: "dict[str, str] | object") -> bool:
        if not look.same:
            return True
        known = fields.get(look.same, "") if isinstance(fields, dict) else ""
        return known == self._draft.field(look.same)

    def _replayed(self, lines: Iterable[tuple[brummer.LogEntry, bytes]]) -> None:
        """Read lines that came before as lines of the error."""
        for entry, line in lines:
            if self._taken(line, entry.number) is brummer.Claim.OVER:
                break
